import { AppError } from '../../../../shared/errors.ts';
import { type LintService, readService } from './composeService.ts';
import { type EnvValue, readEnv } from './envText.ts';
import { interpolate } from './interpolate.ts';
import { mergeMaps } from './mergeParts.ts';
import { type DuplicateKey, type Entry, entryAt, listAt, type MapPart, mapAt, type Part, type Place, readParts, textAt, textOf } from './yamlParts.ts';

/** A file of a project. */
export interface LintFile {
  path: string;
  text: string;
}

/** Compose files put over each other, each value with its place. */
export interface ComposeProject {
  /** Compose files in their order. */
  files: string[];
  /** Every service, also those whose profile is off. */
  all: LintService[];
  /** Those that run with the profiles that are on. */
  services: LintService[];
  networks: Map<string, { internal: boolean; external: boolean; at: Place }>;
  volumes: Map<string, Entry>;
  /** Top-level keys of each file. */
  top: { file: string; keys: ReadonlyMap<string, Entry> }[];
  /** Which file names which service. */
  namedIn: Map<string, string[]>;
  duplicates: DuplicateKey[];
  /** Variables without a value or a default, with the first place that asks for each. */
  unset: Map<string, Place>;
  /** Names of all variables that the files ask for. */
  asked: Set<string>;
  /** The `.env` beside the compose files. */
  env: Map<string, EnvValue>;
  /** Other files that are taken in and were not given. */
  absent: { path: string; at: Place }[];
}

/** What compose files are read with. */
export interface ProjectSetting {
  profiles?: readonly string[];
  /** Secrets that get their value on the server. */
  secrets?: readonly string[];
  /** Values of variables, over those of `.env`. */
  values?: Readonly<Record<string, string>>;
}

const maxServices = 500;
/** Reading more than this would hold everything up. */
const maxTogether = 250_000;

/**
 * Reads compose files with what lies beside them, later files over earlier ones: `.env`, `env_file`, `extends`, `include`. Throws
 * `stack.compose-malformed` with file and line for text that is no YAML and for services that are no mapping.
 */
export function readProject(compose: readonly LintFile[], beside: readonly LintFile[], setting: ProjectSetting = {}): ComposeProject {
  const found = (path: string, from: string) => fileAt(beside, resolvePath(from, path)) ?? fileAt(compose, resolvePath(from, path));
  const envFile = compose[0] === undefined ? undefined : found('.env', compose[0].path);
  const env = envFile === undefined ? new Map<string, EnvValue>() : readEnv(envFile.path, envFile.text);
  const values = new Map([...[...env].map(([name, { value }]) => [name, value] as const), ...Object.entries(setting.values ?? {})]);
  const kept = new Set(setting.secrets ?? []);
  const unset = new Map<string, Place>();
  const asked = new Set<string>();
  const fill = (text: string, at: Place) => {
    const { text: filled, used } = interpolate(text, values, kept);
    for (const { name, covered } of used) {
      asked.add(name);
      if (!covered && !values.has(name) && !unset.has(name)) unset.set(name, at);
    }
    return filled;
  };
  const duplicates: DuplicateKey[] = [];
  const absent: ComposeProject['absent'] = [];
  let length = compose.reduce((sum, { text }) => sum + text.length, 0);
  const read = (file: LintFile): MapPart => {
    if (!compose.includes(file)) length += file.text.length;
    if (length > maxTogether) throw malformed({ file: file.path, line: null }, `the compose files together are longer than ${maxTogether / 1000} kB`);
    const parts = readParts(file.path, file.text, fill);
    duplicates.push(...parts.duplicates);
    return parts.root;
  };
  const included = (root: MapPart, from: string, seen: ReadonlySet<string>): { path: string; root: MapPart }[] =>
    listAt(root, 'include').flatMap((item) => {
      const path = textOf(item) ?? textAt(item, 'path') ?? textOf(listAt(item, 'path')[0]);
      if (path === null || seen.has(path) || seen.size > 20) return [];
      const file = found(path, from);
      if (file === undefined) {
        absent.push({ path, at: item.at });
        return [];
      }
      const inner = read(file);
      return [...included(inner, file.path, new Set([...seen, path])), { path: file.path, root: inner }];
    });
  const roots = compose.flatMap((file) => {
    const root = read(file);
    return [...included(root, file.path, new Set([file.path])), { path: file.path, root }];
  });
  const namedIn = new Map<string, string[]>();
  for (const { path, root } of roots) {
    const services = entryAt(root, 'services');
    if (services !== undefined && services.part.kind !== 'map' && textOf(services.part) !== null) throw malformed(services.at, 'services has to be a mapping');
    for (const [name, entry] of mapAt(root, 'services')) {
      if (entry.part.kind !== 'map') throw malformed(entry.at, `service ${name.slice(0, 100)} has to be a mapping`);
      namedIn.set(name, [...(namedIn.get(name) ?? []), path]);
    }
  }
  if (namedIn.size > maxServices) throw malformed({ file: compose[0]?.path ?? '', line: null }, `it has more than ${maxServices} services`);
  const empty: MapPart = { kind: 'map', entries: new Map(), at: { file: '', line: null }, tag: null };
  const merged = roots.map(({ root }) => root).reduce((base, over) => mergeMaps(base, over), empty);
  const extended = (raw: MapPart, depth: number): MapPart => {
    const entry = entryAt(raw, 'extends');
    if (entry === undefined || depth > 10) return raw;
    const file = textAt(entry.part, 'file');
    const name = textOf(entry.part) ?? textAt(entry.part, 'service') ?? '';
    const source = file === null ? merged : readOther(file, entry.at);
    const base = source === null ? undefined : entryAt(source, 'services', name)?.part;
    return base?.kind === 'map' && base !== raw ? mergeMaps(extended(base, depth + 1), raw) : raw;
  };
  const readOther = (path: string, at: Place): MapPart | null => {
    const file = found(path, at.file);
    if (file === undefined) absent.push({ path, at });
    return file === undefined ? null : read(file);
  };
  const all = [...mapAt(merged, 'services')].flatMap(([name, entry]): LintService[] =>
    entry.part.kind === 'map' ? [withEnvFiles(readService(name, entry.at, extended(entry.part, 0)), (path, at) => found(path, at.file))] : [],
  );
  const profiles = setting.profiles ?? [];
  return {
    files: compose.map(({ path }) => path),
    all,
    services: all.filter(
      (service) => service.profiles.length === 0 || service.profiles.some((profile) => profiles.includes(profile) || profiles.includes('*')),
    ),
    networks: new Map(
      [...mapAt(merged, 'networks')].map(([name, { at, part }]) => [name, { internal: isTrue(part, 'internal'), external: isTrue(part, 'external'), at }]),
    ),
    volumes: new Map(mapAt(merged, 'volumes')),
    top: roots.map(({ path, root }) => ({ file: path, keys: root.entries })),
    namedIn,
    duplicates,
    unset,
    asked,
    env,
    absent,
  };
}

function isTrue(part: Part, key: string): boolean {
  const entry = entryAt(part, key);
  return entry !== undefined && (entry.part.kind === 'map' || textOf(entry.part) === 'true');
}

/** Values of `env_file` below those of `environment`, as Compose has it. */
function withEnvFiles(service: LintService, find: (path: string, at: Place) => LintFile | undefined): LintService {
  for (const { path, at } of service.envFiles) {
    const file = find(path, at);
    for (const [name, { value, at: where }] of file === undefined ? [] : readEnv(file.path, file.text)) {
      const own = service.environment.get(name);
      if (own === undefined || own.from === 'env_file') service.environment.set(name, { value, at: where, from: 'env_file' });
    }
  }
  return service;
}

/** A path as seen from a file, without `.` and `..` where they can be taken out. */
export function resolvePath(from: string, path: string): string {
  if (path.startsWith('/')) return path;
  const parts = from.split('/').slice(0, -1);
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

/** The file with this path. */
export function fileAt(files: readonly LintFile[], path: string): LintFile | undefined {
  const wanted = resolvePath('', path);
  return files.find((file) => file.path === path || resolvePath('', file.path) === wanted);
}

function malformed(at: Place, problem: string): AppError {
  return new AppError('stack.compose-malformed', { file: at.file, line: at.line, problem });
}
