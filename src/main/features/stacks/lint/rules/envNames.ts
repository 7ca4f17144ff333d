import { type EnvSource, envFiles, envSources, shownValue } from '../envSources.ts';
import { found, inService, type LintNews, type LintRule, type LintSubject } from '../lintSubject.ts';

/** Words that say nothing of what a variable is about. */
const weak = new Set([
  'MAX',
  'MIN',
  'NUM',
  'DEFAULT',
  'APP',
  'THE',
  'USE',
  'ENABLE',
  'ENABLED',
  'SERVICE',
  'BASE',
  'URL',
  'HOST',
  'PORT',
  'NAME',
  'ID',
  'DIR',
  'PATH',
  'LEVEL',
  'TIMEOUT',
  'COUNT',
]);

/** Two sets of variables that mean the same and say it differently. */
export const envNames: LintRule = {
  id: 'env-names',
  title: 'Variables of an env file that the services know under another name or value',
  why: 'A variable that no service reads has no effect, without a word: MODEL_NAME in the compose file and LLM_MODEL in the environment are two settings. The same name with two values is one of them ignored, and a path of the server means nothing inside a container that has it mounted elsewhere. Use one name, set it in one place, and give paths as the container sees them.',
  traps: ['X-099'],
  *check(subject) {
    const services = envSources(subject).filter(({ service }) => service !== null);
    const attached = new Set(services.flatMap(({ service }) => service?.envFiles.map(({ path }) => path.replace(/^\.\//, '')) ?? []));
    for (const file of envFiles(subject.files)) {
      const read = attached.has(file.name);
      for (const [name, { value, at }] of file.values) {
        const paths = hostPaths(subject, name, value);
        if (paths !== null)
          yield found(
            'error',
            'X-099',
            at,
            `${name} is ${paths.host}, a path of the server; ${paths.service} has it mounted at ${paths.target}.`,
            `Set it to ${value.replace(paths.host, paths.target)}.`,
          );
        yield* otherValue(services, name, value, at);
        if (read || subject.project.asked.has(name) || services.some(({ values, service }) => values.has(name) || service?.environment.has(name))) continue;
        const like = services
          .flatMap((source) => [...source.values].map(([other, entry]) => ({ other, entry, source })))
          .find(({ other, entry }) => alike(name, value, other, entry.value) && !file.values.has(other));
        if (like === undefined) continue;
        yield found(
          'warning',
          'X-099',
          at,
          `${name} is read by no service; ${like.source.name} has ${like.other} for what seems to be the same.`,
          `Use one name in both places: ${like.other}.`,
        );
      }
    }
  },
};

function* otherValue(services: readonly EnvSource[], name: string, value: string, at: { file: string; line: number | null }): Iterable<LintNews> {
  for (const { values, service } of services) {
    const entry = values.get(name);
    if (entry === undefined || entry.value === value || entry.at.file === at.file || service === null) continue;
    yield found(
      'warning',
      'X-099',
      inService(entry.at, service.name),
      `${name} is ${shownValue(name, entry.value)} for ${service.name} and ${shownValue(name, value)} in ${at.file} line ${at.line ?? '?'}: only the first counts.`,
      'Keep it in one place.',
    );
  }
}

/** A path of the server in a variable, where the service that may read it has it mounted under another one. */
function hostPaths({ project }: LintSubject, name: string, value: string): { host: string; target: string; service: string } | null {
  if (!value.startsWith('/') || value.length < 3 || !/DIR|PATH|CACHE|HOME|ROOT|FILE/.test(name)) return null;
  for (const { name: service, mounts } of project.services) {
    for (const { kind, source, target } of mounts) {
      if (kind === 'bind' && source !== null && source !== target && (value === source || value.startsWith(`${source}/`)))
        return { host: source, target, service };
    }
  }
  return null;
}

/** Whether two variables seem to mean the same: a word of weight in common, and the value too or no other word than filling. */
function alike(a: string, aValue: string, b: string, bValue: string): boolean {
  if (a === b) return false;
  const aWords = a.split('_');
  const bWords = b.split('_');
  const shared = aWords.filter((word) => bWords.includes(word) && !weak.has(word) && word.length > 2);
  if (shared.length === 0) return false;
  const rest = [...aWords, ...bWords].filter((word) => !shared.includes(word));
  return aValue === bValue || rest.every((word) => weak.has(word));
}
