import { createHash } from 'node:crypto';
import { AppError } from '../../../../shared/errors.ts';
import { readYaml } from '../../../commands/readYaml.ts';

/** A port that a service publishes on the server. */
export interface PublishedPort {
  address: string;
  port: number;
}

/** One service of a rendered compose project, as far as a plan and a preflight need it. */
export interface ComposeService {
  name: string;
  image: string | null;
  ports: PublishedPort[];
  /** Whether it mounts files of the release, so that a change of those makes a new container. */
  mountsFiles: boolean;
  /** SHA-256 of its definition, hex. */
  hash: string;
}

/** A rendered file of a stack. */
export interface RenderedFile {
  path: string;
  text: string;
  /** Permission bits; absent: those that a release gives its files. */
  mode?: number | undefined;
  /** SHA-256, hex, of bytes that the laptop's store holds; `text` is empty then. */
  blob?: string | undefined;
}

/**
 * Reads the services of compose files, later files going over earlier ones. Throws `stack.compose-malformed` with file and line for
 * text that is no YAML, for keys that appear twice and for services that are none; what the fields mean is for
 * `docker compose config` on the server to judge. Services whose profiles are not among `profiles` are left out.
 */
export function readCompose(files: readonly RenderedFile[], profiles: readonly string[] = []): ComposeService[] {
  const parts = new Map<string, Record<string, unknown>[]>();
  for (const file of files) {
    const yaml = readYaml(file.text, { compose: true });
    if (!yaml.ok) throw malformed(file.path, yaml.problems[0]?.line ?? null, yaml.problems[0]?.problem ?? 'this is no YAML');
    const services = isRecord(yaml.value) ? yaml.value['services'] : undefined;
    if (!isRecord(services)) throw malformed(file.path, yaml.lineOf(['services']), 'services has to be a mapping');
    for (const [name, service] of Object.entries(services)) {
      if (!isRecord(service)) throw malformed(file.path, yaml.lineOf(['services', name]), `service ${name} has to be a mapping`);
      parts.set(name, [...(parts.get(name) ?? []), service]);
    }
  }
  const [first] = files;
  return [...parts].flatMap(([name, all]): ComposeService[] => {
    const merged: Record<string, unknown> = Object.assign({}, ...all);
    const own = Array.isArray(merged['profiles']) ? merged['profiles'].map(String) : [];
    if (own.length > 0 && !own.some((profile) => profiles.includes(profile))) return [];
    if (merged['image'] === undefined && merged['build'] === undefined) throw malformed(first?.path ?? '', null, `service ${name} has no image`);
    return [
      {
        name,
        image: typeof merged['image'] === 'string' ? merged['image'] : null,
        ports: all.flatMap((part) => publishedPorts(part['ports'])),
        mountsFiles: all.some((part) => mountsFiles(part['volumes'])),
        hash: createHash('sha256').update(canonical(all)).digest('hex'),
      },
    ];
  });
}

/** Ports of a service in the short form (`ADDRESS:PORT:TARGET`) and the long one. Source: https://docs.docker.com/reference/compose-file/services/#ports */
function publishedPorts(ports: unknown): PublishedPort[] {
  if (!Array.isArray(ports)) return [];
  return ports.flatMap((entry): PublishedPort[] => {
    if (isRecord(entry)) {
      const port = Number(entry['published']);
      return Number.isInteger(port) && port > 0 ? [{ address: String(entry['host_ip'] ?? '0.0.0.0'), port }] : [];
    }
    const short = /^(?:(.+):)?([0-9]+):[0-9]+(?:\/tcp)?$/.exec(String(entry));
    return short === null ? [] : [{ address: (short[1] ?? '0.0.0.0').replace(/^\[|\]$/g, ''), port: Number(short[2]) }];
  });
}

function mountsFiles(volumes: unknown): boolean {
  if (!Array.isArray(volumes)) return false;
  return volumes.some((volume) => (isRecord(volume) ? String(volume['source'] ?? '') : String(volume)).startsWith('./'));
}

/** JSON with sorted keys: the same definition is the same text, however it was written. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    isRecord(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(file: string, line: number | null, problem: string): AppError {
  return new AppError('stack.compose-malformed', { file, line, problem });
}
