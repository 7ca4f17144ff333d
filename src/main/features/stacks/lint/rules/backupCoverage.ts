import type { LintService } from '../composeService.ts';
import { imageFacts } from '../imageFacts.ts';
import { commandLines } from '../lintFiles.ts';
import { found, inDefinition, inService, type LintNews, type LintRule, type LintSubject } from '../lintSubject.ts';

/** What writes a backup, by the words of a command. */
const dumps =
  /\b(?:pg_dump(?:all)?|pg_basebackup|mysqldump|mariadb-dump|mongodump|redis-cli\b.*\b(?:BGSAVE|--rdb)|clickhouse-client\b.*\bBACKUP|BACKUP (?:DATABASE|TABLE)|\/v1\/backups|sqlite3\b.*\.backup)\b/i;

/** Stores without a backup, and backups that are lost with their container. */
export const backupCoverage: LintRule = {
  id: 'backup-coverage',
  title: 'A store without a backup, or one that is lost',
  why: 'Every service that keeps what nothing else has needs a way to save and to bring back. A dump that is written inside of a container goes with it, and one that always has the same name is gone with the next, also when that one failed. Write dumps to stdout or a mount, with the date in their name, and try to bring one back.',
  traps: ['X-127'],
  *check(subject) {
    const { definition, project, files } = subject;
    const commands = commandLines(files).filter(({ text }) => dumps.test(text));
    for (const { text, file, line } of commands) yield* judge(text, { file, line }, subject);
    if (definition !== null) {
      for (const { name, stateful } of definition.services) {
        if (!stateful || definition.backups.some(({ service }) => service === name) || !project.services.some((service) => service.name === name)) continue;
        const models =
          definition.models.some(({ service }) => service === name) ||
          imageFacts(project.services.find((service) => service.name === name)?.image?.text)?.role === 'model-server';
        // Models can be pulled again.
        if (!models)
          yield found(
            'warning',
            'X-127',
            inDefinition(name),
            `${name} keeps data that nothing else has, and no backup recipe is there for it.`,
            'Add one to `backups`: how it is saved, brought back and compared.',
          );
      }
    } else if (commands.length > 0) {
      const said = commandLines(files)
        .map(({ text }) => text)
        .join('\n');
      for (const service of project.services) {
        if (
          !keepsData(service) ||
          names(service).some((name) => said.split('\n').some((text) => text.includes(name) && (dumps.test(text) || /\b(?:tar|rsync|cp)\b/.test(text))))
        )
          continue;
        yield found(
          'warning',
          'X-127',
          inService(service.at, service.name),
          `Other stores are backed up, and ${service.name} (${imageFacts(service.image?.text)?.title}) is not.`,
          'Add a command that saves it, and one that brings it back.',
        );
      }
    }
  },
};

function keepsData(service: LintService): boolean {
  const role = imageFacts(service.image?.text)?.role;
  return role === 'database' || role === 'vectors' || role === 'cache' || role === 'storage';
}

function names({ name, containerName }: LintService): string[] {
  return containerName === null ? [name] : [name, containerName.text];
}

function* judge(text: string, at: { file: string; line: number }, { project }: LintSubject): Iterable<LintNews> {
  const container = /docker(?:-compose|\s+compose)?\s+(?:-\S+\s+\S+\s+)*exec\s+(?:-\S+\s+)*(\S+)/.exec(text)?.[1];
  const out = /(?:--out|-o|--archive|--file|-f)[= ]\s*["']?(\/[^\s"']+)/.exec(text)?.[1];
  if (container !== undefined && out !== undefined && out !== '/dev/stdout') {
    const service = project.all.find((each) => names(each).includes(container));
    const mounted = service?.mounts.some(({ target }) => out === target || out.startsWith(`${target}/`)) === true;
    if (!mounted)
      yield found(
        'error',
        'X-127',
        { ...at, service: service?.name },
        `The dump is written to ${out} inside of ${container}, where nothing is mounted: it goes with the container.`,
        'Write it to stdout and take it from there, or mount a directory.',
      );
  }
  const file = /(?<![0-9&])>\s*["']?([^\s"'>&|]+)/.exec(text)?.[1];
  if (file !== undefined && !/[$`%]/.test(file) && !file.startsWith('/dev/'))
    yield found('warning', 'X-127', at, `${file} is overwritten by the next backup, also by one that fails.`, 'Put the date into its name.');
}
