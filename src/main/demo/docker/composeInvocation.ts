import { basename, dirname, join } from 'node:path';
import type { Call } from '../callServer.ts';
import { ComposeError, type ComposeProject, readProject } from './composeProject.ts';
import type { ComposeService } from './composeService.ts';
import type { Container } from './container.ts';
import type { Engine } from './engine.ts';
import { readEnvFile } from './interpolate.ts';

/** Version that the stand-in's formats are those of. */
export const composeVersion = '2.38.2';

/** What a compose command needs of its server. */
export interface ComposePorts {
  engine: Engine;
  /** Text of a file of the server as its processes name it; null: there is none. */
  readFile(path: string): string | null;
}

/** One call of a compose command, with the options that stand before its name. */
export interface Invocation {
  call: Call;
  ports: ComposePorts;
  options: Map<string, string[]>;
  args: string[];
}

/** The last value of an option. */
export const one = (options: Map<string, string[]>, name: string): string | undefined => options.get(name)?.at(-1);

const normalName = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');

function absolute(directory: string, path: string): string {
  return path.startsWith('/') ? path : join(directory, path);
}

/** Paths of the compose files: given, of the environment, or the usual names in the working directory. */
export function composeFiles({ call, ports, options }: Invocation): string[] {
  const given = options.get('file') ?? call.env['COMPOSE_FILE']?.split(call.env['COMPOSE_PATH_SEPARATOR'] ?? ':') ?? [];
  if (given.length > 0) return given.map((path) => (path === '-' ? '-' : absolute(call.directory, path)));
  for (const name of ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml']) {
    const path = join(call.directory, name);
    if (ports.readFile(path) !== null) {
      const override = path.replace(/\.(ya?ml)$/, '.override.$1');
      return ports.readFile(override) === null ? [path] : [path, override];
    }
  }
  return [];
}

/** Reads the project of a call. Throws {@link ComposeError}. */
export function load(invocation: Invocation): ComposeProject {
  const { call, ports, options } = invocation;
  const paths = composeFiles(invocation);
  if (paths.length === 0) throw new ComposeError('no configuration file provided: not found');
  const directory = absolute(call.directory, one(options, 'project-directory') ?? dirname(paths[0] === '-' ? join(call.directory, 'x') : (paths[0] ?? '')));
  const files = paths.map((path) => {
    const text = path === '-' ? call.stdin : ports.readFile(path);
    if (text === null) throw new ComposeError(`open ${path}: no such file or directory`);
    return { path, text };
  });
  const envPaths = options.get('env-file') ?? [join(directory, '.env')];
  const fromFiles: Record<string, string> = {};
  for (const path of envPaths) {
    const text = ports.readFile(absolute(call.directory, path));
    if (text !== null) Object.assign(fromFiles, readEnvFile(text));
    else if (options.has('env-file')) throw new ComposeError(`couldn't find env file: ${absolute(call.directory, path)}`);
  }
  const named = /^name:\s*["']?([^"'\s#]+)/m.exec(files[0]?.text ?? '')?.[1];
  const name = one(options, 'project-name') ?? call.env['COMPOSE_PROJECT_NAME'] ?? named ?? normalName(basename(directory));
  if (name === '') throw new ComposeError('project name must not be empty');
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(name)) {
    throw new ComposeError(
      `invalid project name "${name}": must consist only of lowercase alphanumeric characters, hyphens, and underscores as well as start with a letter or number`,
    );
  }
  return readProject({
    name,
    files,
    environment: { ...fromFiles, ...call.env },
    directory,
    profiles: [...(options.get('profile') ?? []), ...(call.env['COMPOSE_PROFILES'] ?? '').split(',')].filter((profile) => profile !== ''),
  });
}

/** The project's name where its files need not be read. */
export function projectName(invocation: Invocation): string {
  return one(invocation.options, 'project-name') ?? invocation.call.env['COMPOSE_PROJECT_NAME'] ?? load(invocation).name;
}

/** Warns of variables that the files refer to and nobody set. */
export async function warnUnset(call: Call, project: ComposeProject): Promise<void> {
  for (const name of project.unsetVariables)
    await call.err(
      `time="${new Date().toISOString().slice(0, 19)}Z" level=warning msg="The \\"${name}\\" variable is not set. Defaulting to a blank string."\n`,
    );
}

/** Containers of a project, or of some of its services. */
export const own = (engine: Engine, project: string, services: readonly string[] = []): Container[] =>
  engine.containers().filter((container) => container.project === project && (services.length === 0 || services.includes(container.service ?? '')));

/** The named services with what they depend on, dependencies first; all of them where none is named. */
export function chosen(project: ComposeProject, names: readonly string[]): ComposeService[] {
  for (const name of names) if (!project.services.some((service) => service.name === name)) throw new ComposeError(`no such service: ${name}`);
  if (names.length === 0) return project.services;
  const wanted = new Set(names);
  // What the wanted ones depend on comes too; the list is in order, dependencies first.
  for (const service of [...project.services].reverse()) if (wanted.has(service.name)) for (const { service: name } of service.dependsOn) wanted.add(name);
  return project.services.filter((service) => wanted.has(service.name));
}

/** Waits. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
