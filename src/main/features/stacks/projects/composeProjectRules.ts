import { posix } from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import { readYaml } from '../../../commands/readYaml.ts';
import { interpolate } from './interpolateRules.ts';

/** What of a service's files Pilothouse has to know; everything else is for Compose to read. */
export interface ProjectService {
  name: string;
  image: string | null;
  /** Folder of its build context relative to the project's; null: it is not built. */
  build: { context: string; remote: boolean } | null;
  profiles: string[];
  ports: { address: string; published: number; target: string }[];
  /** Ports that other services reach. */
  exposed: string[];
  mounts: ProjectMount[];
  envFiles: string[];
  configs: string[];
  secrets: { name: string; owner: number | null }[];
  /** Everything that was said of it, with variables filled in. */
  parts: Record<string, unknown>[];
}

/** Something that a container mounts. `path`: of a bind mount, relative to the project; null: absolute, or no bind mount. */
export interface ProjectMount {
  target: string;
  source: string;
  path: string | null;
  volume: string | null;
  readOnly: boolean;
  /** As it was written, with variables filled in. */
  entry: unknown;
}

/** A compose project as its files say, over each other in order. */
export interface ComposeProject {
  name: string | null;
  services: ProjectService[];
  /** Files of top-level configs and secrets, relative to the project. */
  configFiles: Map<string, string>;
  secretFiles: Map<string, string>;
  /** Files that others pull in, relative to the project. */
  included: string[];
  /** Variables without a value. */
  unset: string[];
  problems: string[];
}

const maxDepth = 20;

/**
 * Reads compose files as far as Pilothouse needs them, with variables filled in by `lookup`. `text` gives a file of the project. Throws
 * `stack.compose-malformed` for what is no YAML, has no services, or names a file that is not there. Variables that are demanded and
 * missing are `problems`.
 */
export function readComposeProject(
  composeFiles: readonly string[],
  options: { directory: string; text: (path: string) => string | null; lookup: (name: string) => string | undefined },
): ComposeProject {
  const found: ComposeProject = { name: null, services: [], configFiles: new Map(), secretFiles: new Map(), included: [], unset: [], problems: [] };
  const parts = new Map<string, { directory: string; part: Record<string, unknown> }[]>();
  const unset = new Set<string>();

  const read = (path: string): Record<string, unknown> => {
    const text = options.text(path);
    if (text === null) throw malformed(path, null, 'there is no such file in the project');
    const yaml = readYaml(text, { compose: true });
    if (!yaml.ok) throw malformed(path, yaml.problems[0]?.line ?? null, yaml.problems[0]?.problem ?? 'this is no YAML');
    return fillIn(yaml.value, (value) => {
      const filled = interpolate(value, options.lookup);
      for (const name of filled.unset) unset.add(name);
      found.problems.push(...filled.problems.map((problem) => `${path}: ${problem}`));
      return filled.text;
    }) as Record<string, unknown>;
  };

  const serviceIn = (path: string, name: string, directory: string, depth: number): Record<string, unknown>[] => {
    const services = record(read(path)['services']);
    const service = services === null ? null : record(services[name]);
    if (service === null) throw malformed(path, null, `there is no service ${name} to extend`);
    return [...extended(service, path, directory, depth), service];
  };

  /** What a service extends, deepest first. */
  const extended = (service: Record<string, unknown>, path: string, directory: string, depth: number): Record<string, unknown>[] => {
    const extend = service['extends'];
    if (extend === undefined || extend === null) return [];
    if (depth > maxDepth) throw malformed(path, null, 'services extend each other in a circle');
    const file = record(extend)?.['file'];
    const name = typeof extend === 'string' ? extend : String(record(extend)?.['service'] ?? '');
    const other = typeof file === 'string' ? posix.join(directory, file) : path;
    if (other !== path) found.included.push(other);
    return serviceIn(other, name, directory, depth + 1);
  };

  const take = (path: string, directory: string, depth: number): void => {
    if (depth > maxDepth) throw malformed(path, null, 'files include each other in a circle');
    const whole = read(path);
    if (typeof whole['name'] === 'string') found.name = whole['name'];
    for (const entry of list(whole['include'])) {
      const said = record(entry)?.['path'] ?? entry;
      for (const each of typeof said === 'string' ? [said] : list(said).map(String)) {
        const other = posix.join(directory, each);
        found.included.push(other);
        take(other, posix.dirname(other), depth + 1);
      }
    }
    const services = whole['services'] === undefined || whole['services'] === null ? {} : record(whole['services']);
    if (services === null) throw malformed(path, null, 'services has to be a mapping');
    for (const [name, value] of Object.entries(services)) {
      const service = record(value);
      if (service === null) throw malformed(path, null, `service ${name} has to be a mapping`);
      const all = [...extended(service, path, directory, 0), service].map((part) => ({ directory, part }));
      parts.set(name, [...(parts.get(name) ?? []), ...all]);
    }
    for (const [key, files] of [
      ['configs', found.configFiles],
      ['secrets', found.secretFiles],
    ] as const) {
      for (const [name, value] of Object.entries(record(whole[key]) ?? {})) {
        const file = record(value)?.['file'];
        if (typeof file === 'string') files.set(name, relative(directory, file) ?? file);
      }
    }
  };

  for (const path of composeFiles) take(path, options.directory, 0);
  if (parts.size === 0) throw malformed(composeFiles.join(', '), null, 'there are no services');
  found.services = [...parts].map(([name, all]) => serviceOf(name, all));
  found.unset = [...unset];
  const bare = found.services.find((service) => service.image === null && service.build === null);
  if (bare !== undefined) throw malformed(composeFiles[0] ?? '', null, `service ${bare.name} has no image`);
  return found;
}

function serviceOf(name: string, all: readonly { directory: string; part: Record<string, unknown> }[]): ProjectService {
  const last = (key: string): unknown => all.findLast(({ part }) => part[key] !== undefined)?.part[key];
  const each = <T>(key: string, of: (entry: unknown, directory: string) => T[]): T[] =>
    all.flatMap(({ part, directory }) => list(part[key]).flatMap((entry) => of(entry, directory)));
  const build = last('build');
  const context = typeof build === 'string' ? build : record(build) === null ? null : String(record(build)?.['context'] ?? '.');
  const mounts = new Map(each('volumes', mountOf).map((mount) => [mount.target, mount]));
  const user = Number(/^[0-9]+/.exec(String(last('user') ?? ''))?.[0] ?? Number.NaN);
  return {
    name,
    image: typeof last('image') === 'string' ? String(last('image')) : null,
    build: context === null ? null : { context, remote: /^[a-z+]+:\/\/|^git@|^github\.com/.test(context) },
    profiles: list(last('profiles')).map(String),
    ports: each('ports', portsOf),
    exposed: each('expose', (entry) => [String(entry).replace(/\/.*$/, '')]),
    mounts: [...mounts.values()],
    envFiles: all.flatMap(({ part, directory }) => {
      const files = typeof part['env_file'] === 'string' ? [part['env_file']] : list(part['env_file']);
      return files.flatMap((entry) => relative(directory, String(record(entry)?.['path'] ?? entry)) ?? []);
    }),
    configs: each('configs', (entry) => [String(record(entry)?.['source'] ?? entry)]),
    secrets: each('secrets', (entry) => {
      const owner = Number(record(entry)?.['uid'] ?? user);
      return [{ name: String(record(entry)?.['source'] ?? entry), owner: Number.isInteger(owner) ? owner : null }];
    }),
    parts: all.map(({ part }) => part),
  };
}

/** Source: https://docs.docker.com/reference/compose-file/services/#ports */
function portsOf(entry: unknown): ProjectService['ports'] {
  const long = record(entry);
  if (long !== null) {
    const published = Number(long['published']);
    if (!Number.isInteger(published) || published <= 0) return [];
    return [{ address: String(long['host_ip'] ?? '0.0.0.0'), published, target: String(long['target'] ?? published) }];
  }
  const short = /^(?:(.+):)?([0-9]+)(?:-([0-9]+))?:([0-9]+)(?:-[0-9]+)?(?:\/[a-z]+)?$/.exec(String(entry));
  if (short === null) return [];
  const [first, last, target] = [Number(short[2]), Number(short[3] ?? short[2]), Number(short[4])];
  const address = (short[1] ?? '0.0.0.0').replace(/^\[|\]$/g, '');
  return Array.from({ length: Math.min(Math.max(last - first, 0), 1000) + 1 }, (_, index) => ({
    address,
    published: first + index,
    target: String(target + index),
  }));
}

/** Source: https://docs.docker.com/reference/compose-file/services/#volumes */
function mountOf(entry: unknown, directory: string): ProjectMount[] {
  const long = record(entry);
  const [source = '', target = '', mode = ''] =
    long === null ? splitShort(String(entry)) : [String(long['source'] ?? ''), String(long['target'] ?? ''), long['read_only'] === true ? 'ro' : ''];
  const bind = long === null ? /^[./~]/.test(source) : long['type'] === 'bind';
  if (target === '') return source === '' ? [] : [{ target: source, source: '', path: null, volume: '', readOnly: false, entry }];
  const volume = bind || long?.['type'] === 'tmpfs' ? null : source;
  return [{ target, source, path: bind ? relative(directory, source) : null, volume, readOnly: mode.split(',').includes('ro'), entry }];
}

function splitShort(text: string): string[] {
  return text.split(':');
}

/** A path of the project, normal and relative to its folder; null: it is absolute. What leaves the folder begins with `..`. */
function relative(directory: string, path: string): string | null {
  return path.startsWith('/') || path.startsWith('~') ? null : posix.join(directory, path).replace(/(.)\/$/, '$1');
}

function fillIn(value: unknown, fill: (text: string) => string): unknown {
  if (typeof value === 'string') return fill(value);
  if (Array.isArray(value)) return value.map((item: unknown) => fillIn(item, fill));
  const object = record(value);
  return object === null ? value : Object.fromEntries(Object.entries(object).map(([key, item]) => [key, fillIn(item, fill)]));
}

function record(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];
}

function malformed(file: string, line: number | null, problem: string): AppError {
  return new AppError('stack.compose-malformed', { file, line, problem });
}
