import { copyCommands, isBackup } from '../backupCommands.ts';
import { resolvePath } from '../composeProject.ts';
import { found, type LintRule, type LintSubject } from '../lintSubject.ts';

/** A backup of a path where nothing is. */
export const backupSource: LintRule = {
  id: 'backup-source',
  title: 'A backup of a path where no service has its data',
  why: 'Data of a named volume lies where Docker keeps it, and a path inside of a container is none of the server: an archive of such a path is empty, which shows on the day when it is needed. Back up what a service has mounted, or run the command in its container.',
  traps: ['X-122'],
  *check(subject) {
    const { project } = subject;
    if (project.all.length === 0) return;
    for (const file of subject.files.filter(isBackup)) {
      for (const { sources, file: path, line } of copyCommands([file])) {
        for (const source of sources) {
          const bare = source.replace(/\/+$/, '') || '/';
          if (bare.includes('$') || bare.includes('*') || !/^(?:\/|\.\/|[\w-]+\/?$)/.test(bare)) continue;
          const verdict = judge(bare, subject, path);
          if (verdict !== null)
            yield found(
              'error',
              'X-122',
              { file: path, line, service: verdict.service },
              `${source} is ${verdict.why}: this saves nothing of it.`,
              verdict.fix,
            );
        }
      }
    }
  },
};

/** Why a path of a backup holds no data of the project; null: it may. */
function judge(path: string, { project, files }: LintSubject, script: string): { why: string; fix: string; service?: string } | null {
  const mounts = project.all.flatMap((service) => service.mounts.map((mount) => ({ ...mount, service: service.name })));
  const inside = (part: string, whole: string) => part === whole || part.startsWith(`${whole}/`) || whole.startsWith(`${part}/`);
  const local = (source: string, at: string) => (source.startsWith('.') ? resolvePath(at, source) : source);
  if (
    mounts.some(
      ({ kind, source, at }) => kind === 'bind' && source !== null && (inside(path, source) || inside(resolvePath(script, path), local(source, at.file))),
    )
  )
    return null;
  if (path.startsWith('/var/lib/docker/volumes') || /^\/(etc|home|root|usr|opt|srv|var\/log|var\/spool)(\/|$)/.test(path)) return null;
  if (files.some(({ path: file }) => inside(file, resolvePath(script, path)))) return null;
  if (project.volumes.has(path) || !path.startsWith('/')) return null;
  const target = mounts.find((mount) => inside(path, mount.target));
  if (target !== undefined) {
    const where = target.kind === 'bind' ? `${target.source} on the server` : `in the volume ${target.source ?? 'without a name'}`;
    return {
      why: `a path inside of ${target.service}, whose data lies ${where}`,
      fix: `Run the command in the container, or save ${where}.`,
      service: target.service,
    };
  }
  const like = mounts.find(({ target: each, source }) =>
    path.split('/').some((part) => part.length > 3 && (each.includes(part.replaceAll('_', '')) || (source ?? '').includes(part.split('_')[0] ?? part))),
  );
  const data = like ?? mounts.find(({ kind, source, readOnly }) => kind === 'volume' && source !== null && !readOnly);
  return {
    why: 'no mount of any service',
    fix: data === undefined ? 'Save a path that a service has mounted.' : `Save what ${data.service} has at ${data.target} (${data.source ?? 'a volume'}).`,
  };
}
