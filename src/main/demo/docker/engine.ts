import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ListeningSocket } from '../diskTools.ts';
import type { GpuProcess } from '../nvidiaSmi.ts';
import type { Persona } from '../personas.ts';
import type { WorldFolders } from '../world.ts';
import { type Container, containerState, isBroken, isServing } from './container.ts';
import { type ModelServer, startModelServer } from './modelServer.ts';

/** One line of a container's log. */
export interface LogLine {
  atMs: number;
  text: string;
  stream: 'stdout' | 'stderr';
}

/** An image on a demo server. */
export interface Image {
  reference: string;
  id: string;
  digest: string;
  pulledAtMs: number;
  sizeBytes: number;
}

/** An expected failure of Docker; `message` is what the daemon answers. */
export class DockerError extends Error {}

/** The Docker daemon of one demo server. */
export interface Engine {
  /** The server has booted: containers whose restart policy says so run again. */
  boot(): Promise<void>;
  /** The server goes down: everything stops, nothing is forgotten. */
  halt(): Promise<void>;
  containers(): Container[];
  /** By id, id prefix or name. */
  find(reference: string): Container | null;
  create(container: Omit<Container, 'id' | 'createdAtMs' | 'startedAtMs' | 'finishedAtMs' | 'exitCode' | 'wanted' | 'imageId' | 'restartCount'>): Container;
  /** Starts it; throws {@link DockerError} where a published port is taken. */
  start(container: Container): Promise<void>;
  stop(container: Container): Promise<void>;
  remove(container: Container): Promise<void>;
  images(): Image[];
  image(reference: string): Image | null;
  /** Adds the image as a pull would; throws {@link DockerError} where the name or tag stands for one that is not there. */
  pull(reference: string): Image;
  removeImage(reference: string): void;
  networks(): string[];
  volumes(): string[];
  keep(kind: 'networks' | 'volumes', name: string): boolean;
  drop(kind: 'networks' | 'volumes', name: string): boolean;
  /** Models that `ollama pull` brought, by container project. */
  models(): string[];
  addModel(name: string): void;
  logs(container: Container): readonly LogLine[];
  log(container: Container, text: string, stream?: LogLine['stream']): void;
  onLog(listener: (container: Container, line: LogLine) => void): () => void;
  listening(): ListeningSocket[];
  /** Real port on this machine of a port that a container publishes; null: nothing listens. */
  forwardedPort(published: number): number | null;
  memoryMib(): number;
  gpuProcesses(): GpuProcess[];
}

interface State {
  containers: Container[];
  images: Image[];
  networks: string[];
  volumes: string[];
  models: string[];
}

const heartbeatMs = 5000;
const logLimit = 2000;

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Memory that a service of this image holds once it runs. */
const imageMemoryMib = (image: string): number => (/ollama|vllm/.test(image) ? 6100 : /clickhouse|postgres|mongo/.test(image) ? 900 : 250);

/** A Docker daemon whose records lie in the server's state directory. */
export function createEngine(options: { folders: WorldFolders; persona: Persona; log(event: string, fields: Record<string, unknown>): void }): Engine {
  const file = join(options.folders.state, 'docker.json');
  const state = readState(file);
  const servers = new Map<string, ModelServer[]>();
  const logs = new Map<string, LogLine[]>();
  const listeners = new Set<(container: Container, line: LogLine) => void>();
  let heartbeat: ReturnType<typeof setInterval> | null = null;

  const save = (): void => {
    writeFileSync(`${file}.new`, JSON.stringify(state));
    renameSync(`${file}.new`, file);
    writePorts();
  };
  const openPorts = (): { published: number; real: number; address: string }[] =>
    [...servers.values()].flat().map((server) => ({ published: server.published, real: server.port, address: server.hostIp }));
  const writePorts = (): void => {
    writeFileSync(
      join(options.folders.machine, 'ports'),
      openPorts()
        .map(({ published, real }) => `${published} ${real}\n`)
        .join(''),
      { mode: 0o644 },
    );
  };
  const log = (container: Container, text: string, stream: LogLine['stream'] = 'stdout'): void => {
    const line = { atMs: Date.now(), text, stream };
    const lines = logs.get(container.id) ?? [];
    lines.push(line);
    if (lines.length > logLimit) lines.splice(0, lines.length - logLimit);
    logs.set(container.id, lines);
    for (const listener of listeners) listener(container, line);
  };
  const running = (): Container[] => state.containers.filter((container) => containerState(container) === 'running');

  const begin = async (container: Container): Promise<void> => {
    for (const port of container.ports) {
      if (openPorts().some(({ published }) => published === port.published)) {
        throw new DockerError(
          `failed to set up container networking: driver failed programming external connectivity on endpoint ${container.name}: Bind for ${port.hostIp}:${port.published} failed: port is already allocated`,
        );
      }
    }
    const opened: ModelServer[] = [];
    servers.set(container.id, opened);
    for (const port of container.ports.filter(({ protocol }) => protocol === 'tcp')) {
      opened.push(
        await startModelServer({
          hostIp: port.hostIp,
          published: port.published,
          serving: () => isServing(container, Date.now()),
          models: () => state.models,
          log: (text) => log(container, text),
        }),
      );
    }
    container.startedAtMs = Date.now();
    container.finishedAtMs = null;
    container.exitCode = 0;
    for (const text of startLines(container)) log(container, text, isBroken(container.image) ? 'stderr' : 'stdout');
  };
  const finish = async (container: Container, exitCode: number): Promise<void> => {
    await Promise.all((servers.get(container.id) ?? []).map((server) => server.close()));
    servers.delete(container.id);
    if (containerState(container) !== 'running') return;
    log(container, 'received signal TERM, shutting down');
    container.finishedAtMs = Date.now();
    container.exitCode = exitCode;
  };

  const engine: Engine = {
    async boot() {
      heartbeat ??= setInterval(() => {
        for (const container of running()) log(container, heartbeatLine(container), isBroken(container.image) ? 'stderr' : 'stdout');
      }, heartbeatMs);
      heartbeat.unref();
      for (const container of state.containers) {
        if (!container.wanted || container.restart === 'no' || container.restart.startsWith('on-failure')) continue;
        await begin(container).catch((error: unknown) => options.log('demo.container-start-failed', { name: container.name, reason: String(error) }));
      }
      save();
    },
    async halt() {
      if (heartbeat) clearInterval(heartbeat);
      heartbeat = null;
      for (const container of running()) await finish(container, 143);
      save();
    },
    containers: () => state.containers,
    find: (reference) => {
      const name = reference.replace(/^\//, '');
      return state.containers.find((one) => one.name === name) ?? state.containers.find((one) => name.length >= 3 && one.id.startsWith(name)) ?? null;
    },
    create(fields) {
      if (state.containers.some((one) => one.name === fields.name)) {
        throw new DockerError(`Conflict. The container name "/${fields.name}" is already in use.`);
      }
      const container: Container = {
        ...fields,
        id: randomBytes(32).toString('hex'),
        imageId: engine.image(fields.image)?.id ?? '',
        createdAtMs: Date.now(),
        startedAtMs: null,
        finishedAtMs: null,
        exitCode: 0,
        wanted: true,
        restartCount: 0,
      };
      state.containers.push(container);
      save();
      return container;
    },
    async start(container) {
      container.wanted = true;
      if (containerState(container) !== 'running') await begin(container);
      save();
    },
    async stop(container) {
      container.wanted = false;
      await finish(container, 0);
      save();
    },
    async remove(container) {
      await finish(container, 137);
      state.containers.splice(state.containers.indexOf(container), 1);
      logs.delete(container.id);
      save();
    },
    images: () => state.images,
    image: (reference) =>
      state.images.find((one) => one.reference === normalReference(reference) || one.id === reference || one.id.slice(7).startsWith(reference)) ?? null,
    pull(reference) {
      const name = normalReference(reference);
      if (/-absent$|(^|\/)absent[:/-]/.test(name)) throw new DockerError(`manifest for ${name} not found: manifest unknown: manifest unknown`);
      const known = engine.image(name);
      if (known) return known;
      const image: Image = {
        reference: name,
        id: `sha256:${sha(`image ${name}`)}`,
        digest: `sha256:${sha(`digest ${name}`)}`,
        pulledAtMs: Date.now(),
        sizeBytes: 80_000_000 + (Number.parseInt(sha(name).slice(0, 6), 16) % 900_000_000),
      };
      state.images.push(image);
      save();
      return image;
    },
    removeImage(reference) {
      const found = engine.image(reference);
      if (!found) throw new DockerError(`No such image: ${reference}`);
      state.images.splice(state.images.indexOf(found), 1);
      save();
    },
    networks: () => state.networks,
    volumes: () => state.volumes,
    keep(kind, name) {
      if (state[kind].includes(name)) return false;
      state[kind].push(name);
      save();
      return true;
    },
    drop(kind, name) {
      const position = state[kind].indexOf(name);
      if (position === -1) return false;
      state[kind].splice(position, 1);
      save();
      return true;
    },
    models: () => state.models,
    addModel(name) {
      if (!state.models.includes(name)) state.models.push(name);
      save();
    },
    logs: (container) => logs.get(container.id) ?? [],
    log,
    onLog(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    listening: () => openPorts().map(({ published, address }) => ({ address, port: published, process: 'docker-proxy' })),
    forwardedPort: (published) => openPorts().find((one) => one.published === published)?.real ?? null,
    memoryMib: () => running().reduce((sum, container) => sum + imageMemoryMib(container.image), 0),
    gpuProcesses: () =>
      options.persona.gpu === null
        ? []
        : running()
            .filter((container) => container.usesGpu && isServing(container, Date.now()))
            .map((container, position) => ({
              gpuIndex: 0,
              pid: 20_000 + position,
              name: /ollama/.test(container.image) ? '/usr/bin/ollama' : 'python3',
              usedMib: 5480,
            })),
  };
  return engine;
}

/** A reference with its tag, as `docker images` shows it. */
export function normalReference(reference: string): string {
  const last = reference.slice(reference.lastIndexOf('/') + 1);
  return last.includes(':') || reference.includes('@') ? reference : `${reference}:latest`;
}

function readState(file: string): State {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as State;
  } catch {
    return { containers: [], images: [], networks: ['bridge', 'host', 'none'], volumes: [], models: [] };
  }
}

function startLines(container: Container): string[] {
  if (isBroken(container.image)) return ['loading configuration', 'error: cannot load the model weights: unexpected end of file', 'retrying in 1 s'];
  if (/clickhouse/.test(container.image)) return ['Processing configuration file /etc/clickhouse-server/config.xml.', 'Application: Ready for connections.'];
  if (/ollama/.test(container.image)) return ['Listening on [::]:11434', 'inference compute id=0 library=stand-in'];
  return [`${container.service ?? container.name} starting`, 'configuration loaded', 'listening'];
}

function heartbeatLine(container: Container): string {
  if (isBroken(container.image)) return 'error: cannot load the model weights: unexpected end of file';
  if (/clickhouse/.test(container.image)) return '<Information> MergeTreeBackgroundExecutor: idle';
  return `${container.service ?? container.name} alive, 0 requests in flight`;
}
