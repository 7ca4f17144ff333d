import { composeCommands } from '../composeCommands.ts';
import { isComposePath } from '../lintFiles.ts';
import { found, inService, type LintNews, type LintRule, type LintSubject } from '../lintSubject.ts';

const defaults = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];
const overrides = ['compose.override.yaml', 'compose.override.yml', 'docker-compose.override.yaml', 'docker-compose.override.yml'];
/** Verbs whose words after them are services. */
const onServices = new Set([
  'up',
  'start',
  'stop',
  'restart',
  'pull',
  'logs',
  'rm',
  'kill',
  'pause',
  'unpause',
  'create',
  'build',
  'exec',
  'run',
  'top',
  'port',
]);

/** Several compose files of one project, used apart. */
export const fileSets: LintRule = {
  id: 'file-sets',
  title: 'Compose files of one project, used one without the other',
  why: 'Files in one folder are one project by its name. A command without the file that has a service does not know it, one with the second file alone sees no networks and services of the first, and --remove-orphans with one of them removes what the other one started. Name all files in every command, or list them once in COMPOSE_FILE.',
  traps: ['X-084', 'X-085'],
  *check(subject) {
    yield* missingServices(subject);
    if (subject.project.env.has('COMPOSE_FILE')) return;
    const named = subject.project.namedIn;
    const all = [...new Set([...named.values()].flat())];
    if (all.length < 2) return;
    const commands = composeCommands(subject.files);
    const inUse = (files: readonly string[]) =>
      files.length === 0 ? all.filter((path) => [...defaults, ...overrides].includes(path)) : all.filter((path) => files.includes(path));
    for (const { files, verb, rest, options, file, line } of commands) {
      const used = inUse(files);
      if (used.length === 0 || used.length === all.length) continue;
      for (const service of onServices.has(verb) ? (verb === 'exec' || verb === 'run' ? rest.slice(0, 1) : rest) : []) {
        const where = named.get(service);
        if (where === undefined || where.some((path) => used.includes(path))) continue;
        yield found(
          'error',
          'X-084',
          { file, line },
          `${service} is defined in ${where.join(', ')}, which this command does not name: no such service.`,
          `Add -f ${[...used, ...where].join(' -f ')}.`,
        );
      }
      if (options.includes('--remove-orphans'))
        yield found(
          'error',
          'X-085',
          { file, line },
          `--remove-orphans with ${used.join(', ')} alone removes the containers of ${all.filter((path) => !used.includes(path)).join(', ')}.`,
          'Name all files, or leave --remove-orphans out.',
        );
      else if (verb === 'up' && files.length > 0 && !used.some((path) => defaults.includes(path)) && all.some((path) => defaults.includes(path)))
        yield found(
          'warning',
          'X-085',
          { file, line },
          `This starts ${used.join(', ')} alone: what it needs of ${all.filter((path) => !used.includes(path)).join(', ')} is not visible, and a later "up --remove-orphans" of that one removes it.`,
          `Name both: -f ${all.join(' -f ')}.`,
        );
    }
  },
};

/** Services that others wait for, and files that are taken in, which are not there. */
function* missingServices({ project, files }: LintSubject): Iterable<LintNews> {
  const names = new Set(project.all.map(({ name }) => name));
  for (const service of project.services) {
    for (const { service: target, at } of service.dependsOn) {
      if (names.has(target) || project.absent.length > 0) continue;
      yield found(
        'error',
        'X-085',
        inService(at, service.name),
        `${service.name} depends on ${target}, and no file that is given has such a service.`,
        files.some(({ path }) => isComposePath(path)) ? 'Give the file that has it too, or take the dependency out.' : 'Take the dependency out.',
      );
    }
    for (const { name, at } of service.networks) {
      if (name === 'default' || project.networks.has(name) || project.absent.length > 0) continue;
      yield found(
        'error',
        'X-085',
        inService(at, service.name),
        `${service.name} is on the network ${name}, which no file that is given defines.`,
        'Define it under networks, or give the file that does.',
      );
    }
  }
  for (const { path, at } of project.absent) yield { unknown: `what ${path} holds, which ${at.file} takes in: the file was not given` };
}
