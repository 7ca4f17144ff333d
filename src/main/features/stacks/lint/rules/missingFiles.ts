import { fileAt, resolvePath } from '../composeProject.ts';
import { commandLines, isDocument } from '../lintFiles.ts';
import { found, inService, type LintNews, type LintRule, type LintSubject } from '../lintSubject.ts';
import type { Place } from '../yamlParts.ts';
import { mapAt, textAt } from '../yamlParts.ts';

/** A file that is named and was not given. */
export const missingFiles: LintRule = {
  id: 'missing-files',
  title: 'A file is named and not there',
  why: 'Docker makes a directory where a file to mount is missing, so that a server starts without its configuration; an env file that is missing stops the project; a guide that points to scripts and pages which nobody has cannot be followed. Add the file or take the mention out.',
  traps: ['X-132'],
  *check(subject) {
    yield* ofServices(subject);
    for (const file of subject.files) if (isDocument(file)) yield* ofDocument(subject, file);
    for (const { text, file, line } of commandLines(subject.files)) {
      const script = /(?:^|&&\s*|\bsudo\s+|\b(?:ba)?sh\s+)(\.\/[\w./-]+\.(?:sh|py))(?:\s|$)/.exec(text)?.[1];
      if (script !== undefined && !has(subject, file, script)) yield missing({ file, line }, script, 'is to be run here');
    }
  },
};

function* ofServices(subject: LintSubject): Iterable<LintNews> {
  const { project, definition } = subject;
  for (const service of project.services) {
    for (const { path, required, at } of service.envFiles) {
      if (required && !path.startsWith('/') && !has(subject, at.file, path))
        yield found(
          'error',
          'X-132',
          inService(at, service.name),
          `${service.name} takes its variables from ${path}, which was not given: Compose refuses to start without it.`,
          'Add the file, or write required: false.',
        );
    }
    for (const { kind, source, target, at } of service.mounts) {
      if (kind !== 'bind' || source === null || !/^\.{1,2}\//.test(source) || !/\.[a-z0-9]{1,8}$/i.test(source) || has(subject, at.file, source)) continue;
      yield found(
        'error',
        'X-132',
        inService(at, service.name),
        `${source} is mounted at ${target} and was not given: Docker makes an empty directory of that name.`,
        'Add the file.',
      );
    }
    if (service.build !== null && definition === null && !/^[a-z]+:\/\/|^\//.test(service.build.context)) {
      const context = resolvePath(service.build.at.file, service.build.context);
      const docker = textAt(service.raw, 'build', 'dockerfile') ?? 'Dockerfile';
      if (!subject.files.some(({ path }) => path === resolvePath(`${context}/x`, docker)))
        yield { unknown: `how ${service.name} is built: ${docker} of ${service.build.context} was not given` };
    }
  }
  for (const kind of ['configs', 'secrets']) {
    for (const { file, keys } of project.top) {
      for (const [name, entry] of mapAt(keys.get(kind)?.part)) {
        const path = textAt(entry.part, 'file');
        if (path !== null && !path.startsWith('/') && !has(subject, file, path)) yield missing(entry.at, path, `is the ${kind.slice(0, -1)} ${name}`);
      }
    }
  }
}

function* ofDocument(subject: LintSubject, { path, text }: { path: string; text: string }): Iterable<LintNews> {
  const seen = new Set<string>();
  for (const [index, line] of text.split('\n', 20_000).entries()) {
    for (const [, target = ''] of line.slice(0, 2000).matchAll(/\]\(([^)#?\s]+)(?:#[^)]*)?\)/g)) {
      if (/^[a-z]+:|^\/|^#/i.test(target) || seen.has(target) || has(subject, path, target)) continue;
      seen.add(target);
      yield missing({ file: path, line: index + 1 }, target, 'is linked here');
    }
  }
}

function has({ files, project }: LintSubject, from: string, path: string): boolean {
  const wanted = resolvePath(from, path);
  return fileAt(files, wanted) !== undefined || files.some((file) => file.path.startsWith(`${wanted}/`)) || project.files.includes(wanted);
}

function missing(at: Place, path: string, why: string): LintNews {
  return found('warning', 'X-132', at, `${path} ${why} and was not given.`, 'Add the file, or take the mention out.');
}
