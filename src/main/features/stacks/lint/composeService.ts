import { asMap } from './mergeParts.ts';
import { type LintMount, type LintPort, readMib, readMount, readPort, readSeconds, readWords } from './shortForms.ts';
import { entryAt, listAt, type MapPart, mapAt, type Part, type Place, textAt, textOf } from './yamlParts.ts';

/** A health check as it is written. */
export interface LintHealthCheck {
  /** The command: words, or one text for a shell. */
  words: string[];
  shell: boolean;
  startPeriodS: number | null;
  intervalS: number;
  timeoutS: number;
  retries: number;
  at: Place;
}

/** Graphics cards that a service reserves. */
export interface LintGpus {
  count: number | 'all';
  deviceIds: string[];
  at: Place;
}

/** A service of the merged project, in one form however it was written. */
export interface LintService {
  name: string;
  at: Place;
  raw: MapPart;
  image: { text: string; at: Place } | null;
  build: { context: string; at: Place } | null;
  command: string[];
  commandAt: Place;
  environment: Map<string, { value: string | null; at: Place; from: 'environment' | 'env_file' }>;
  envFiles: { path: string; required: boolean; at: Place }[];
  ports: LintPort[];
  exposed: number[];
  mounts: LintMount[];
  networks: { name: string; aliases: string[]; at: Place }[];
  networkMode: string | null;
  dependsOn: { service: string; condition: string; at: Place }[];
  /** Null: the file says nothing of it. */
  health: LintHealthCheck | 'disabled' | null;
  restart: { policy: string; at: Place } | null;
  replicas: { count: number; at: Place };
  memoryLimitMib: number | null;
  coresLimit: number | null;
  gpus: LintGpus | null;
  profiles: string[];
  containerName: { text: string; at: Place } | null;
  hostname: string | null;
  extraHosts: string[];
}

/** Reads a merged service. Parts that are not in a form that Compose knows are left out: it refuses them itself. */
export function readService(name: string, at: Place, raw: MapPart): LintService {
  const place = (...keys: string[]) => entryAt(raw, ...keys)?.at ?? at;
  const image = textAt(raw, 'image');
  const build = entryAt(raw, 'build');
  const command = entryAt(raw, 'command');
  const restart = textAt(raw, 'restart') ?? textAt(raw, 'deploy', 'restart_policy', 'condition');
  const containerName = textAt(raw, 'container_name');
  return {
    name,
    at,
    raw,
    image: image === null ? null : { text: image, at: place('image') },
    build: build === undefined ? null : { context: textOf(build.part) ?? textAt(build.part, 'context') ?? '.', at: build.at },
    command: [...readWords(entryAt(raw, 'entrypoint')?.part), ...readWords(command?.part)],
    commandAt: command?.at ?? at,
    environment: readEnvironment(raw),
    envFiles: listAt(raw, 'env_file').flatMap((item) => {
      const path = textOf(item) ?? textAt(item, 'path');
      return path === null ? [] : [{ path, required: textAt(item, 'required') !== 'false', at: item.at }];
    }),
    ports: listAt(raw, 'ports').flatMap(readPort),
    exposed: listAt(raw, 'expose').flatMap((item) => Number.parseInt(textOf(item) ?? '', 10) || []),
    mounts: listAt(raw, 'volumes').flatMap((item) => readMount(item) ?? []),
    networks: readNetworks(raw),
    networkMode: textAt(raw, 'network_mode'),
    dependsOn: [...pairsAt(raw, 'depends_on')].map(([service, entry]) => ({
      service,
      condition: textAt(entry.part, 'condition') ?? 'service_started',
      at: entry.at,
    })),
    health: readHealth(raw),
    restart: restart === null ? null : { policy: restart, at: place('restart') },
    replicas: { count: Math.max(0, Number(textAt(raw, 'deploy', 'replicas') ?? textAt(raw, 'scale') ?? 1) || 0), at: place('deploy', 'replicas') },
    memoryLimitMib: readMib(textAt(raw, 'deploy', 'resources', 'limits', 'memory') ?? textAt(raw, 'mem_limit')),
    coresLimit: positive(textAt(raw, 'deploy', 'resources', 'limits', 'cpus') ?? textAt(raw, 'cpus')),
    gpus: readGpus(raw),
    profiles: listAt(raw, 'profiles').flatMap((item) => textOf(item) ?? []),
    containerName: containerName === null ? null : { text: containerName, at: place('container_name') },
    hostname: textAt(raw, 'hostname'),
    extraHosts: [...pairsAt(raw, 'extra_hosts').keys()].map((host) => host.split(':')[0] ?? host),
  };
}

function pairsAt(raw: MapPart, key: string) {
  const entry = entryAt(raw, key);
  return entry === undefined ? mapAt(undefined, key) : asMap(entry.part).entries;
}

function positive(text: string | null): number | null {
  const value = Number(text ?? Number.NaN);
  return value > 0 ? value : null;
}

function readEnvironment(raw: MapPart): LintService['environment'] {
  return new Map([...pairsAt(raw, 'environment')].map(([name, { at, part }]) => [name, { value: textOf(part), at, from: 'environment' as const }]));
}

function readNetworks(raw: MapPart): LintService['networks'] {
  const entry = entryAt(raw, 'networks');
  if (entry === undefined) return entryAt(raw, 'network_mode') === undefined ? [{ name: 'default', aliases: [], at: raw.at }] : [];
  return [...asMap(entry.part).entries].map(([name, { at, part }]) => ({ name, aliases: listAt(part, 'aliases').flatMap((item) => textOf(item) ?? []), at }));
}

/** Defaults as Docker has them. Source: https://docs.docker.com/reference/dockerfile/#healthcheck */
function readHealth(raw: MapPart): LintService['health'] {
  const entry = entryAt(raw, 'healthcheck');
  if (entry?.part.kind !== 'map') return null;
  const test = entryAt(entry.part, 'test');
  const words = test?.part.kind === 'list' ? readWords(test.part) : [];
  if (textAt(entry.part, 'disable') === 'true' || words[0] === 'NONE' || textOf(test?.part) === 'NONE') return 'disabled';
  if (test === undefined) return null;
  const asText = textOf(test.part);
  const [form, ...rest] = words;
  return {
    words: asText === null ? (form === 'CMD' || form === 'CMD-SHELL' ? rest : words) : [asText],
    shell: asText !== null || form === 'CMD-SHELL',
    startPeriodS: readSeconds(textAt(entry.part, 'start_period')),
    intervalS: readSeconds(textAt(entry.part, 'interval')) ?? 30,
    timeoutS: readSeconds(textAt(entry.part, 'timeout')) ?? 30,
    retries: positive(textAt(entry.part, 'retries')) ?? 3,
    at: test.at,
  };
}

/** Source: https://docs.docker.com/compose/how-tos/gpu-support */
function readGpus(raw: MapPart): LintGpus | null {
  const devices = listAt(raw, 'deploy', 'resources', 'reservations', 'devices').filter(asksForGpu);
  const short = entryAt(raw, 'gpus');
  if (short !== undefined && textOf(short.part) === 'all') return { count: 'all', deviceIds: [], at: short.at };
  const all = [...devices, ...(short === undefined ? [] : listAt(short.part))];
  const [first] = all;
  if (first === undefined) return textAt(raw, 'runtime') === 'nvidia' ? { count: 'all', deviceIds: [], at: entryAt(raw, 'runtime')?.at ?? raw.at } : null;
  const deviceIds = all.flatMap((device) => listAt(device, 'device_ids').flatMap((item) => textOf(item) ?? []));
  const counts = all.map((device) => textAt(device, 'count') ?? (listAt(device, 'device_ids').length > 0 ? '0' : 'all'));
  if (counts.includes('all') || counts.includes('-1')) return { count: 'all', deviceIds, at: first.at };
  return { count: deviceIds.length + counts.reduce((sum, count) => sum + (Number(count) || 0), 0), deviceIds, at: first.at };
}

function asksForGpu(device: Part): boolean {
  const driver = textAt(device, 'driver');
  return driver === 'nvidia' || listAt(device, 'capabilities').some((item) => /gpu|nvidia/.test(textOf(item) ?? ''));
}
