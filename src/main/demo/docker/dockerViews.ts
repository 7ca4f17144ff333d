import type { Call } from '../callServer.ts';
import { type Container, containerHealth, containerState, humanDuration, portsText, statusText } from './container.ts';
import type { Engine, Image, LogLine } from './engine.ts';

const iso = (ms: number | null): string => (ms === null ? '0001-01-01T00:00:00Z' : `${new Date(ms).toISOString().slice(0, -1)}000000Z`);
const stamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;

/** A container as `docker ps --format json` shows it (Docker 28). */
export function psRow(container: Container, nowMs: number): Record<string, string> {
  return {
    Command: `"${container.command.join(' ') || 'docker-entrypoint'}"`,
    CreatedAt: stamp(container.createdAtMs),
    ID: container.id.slice(0, 12),
    Image: container.image,
    Labels: Object.entries(container.labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
    LocalVolumes: String(container.mounts.filter(({ type }) => type === 'volume').length),
    Mounts: container.mounts.map(({ source }) => source).join(','),
    Names: container.name,
    Networks: container.networks.join(','),
    Ports: portsText(container),
    RunningFor: `${humanDuration(nowMs - container.createdAtMs)} ago`,
    Size: '0B',
    State: containerState(container),
    Status: statusText(container, nowMs),
  };
}

/** A container as `docker compose ps --format json` shows it (Compose 2.38), one object per line there. */
export function composePsRow(container: Container, nowMs: number): Record<string, unknown> {
  const { Names, ...row } = psRow(container, nowMs);
  const health = containerHealth(container, nowMs);
  return {
    ...row,
    ExitCode: container.exitCode,
    Health: containerState(container) !== 'running' || health === 'none' ? '' : health,
    Name: container.name,
    Names,
    Project: container.project ?? '',
    Publishers: container.ports.map((port) => ({
      URL: port.hostIp,
      TargetPort: port.target,
      PublishedPort: containerState(container) === 'running' ? port.published : 0,
      Protocol: port.protocol,
    })),
    Service: container.service ?? '',
  };
}

/** A container as `docker inspect` shows it, the parts that programs read. */
export function inspectContainer(container: Container, nowMs: number): Record<string, unknown> {
  const state = containerState(container);
  const health = containerHealth(container, nowMs);
  const bindings = Object.fromEntries(
    container.ports.map((port) => [`${port.target}/${port.protocol}`, [{ HostIp: port.hostIp, HostPort: String(port.published) }]]),
  );
  return {
    Id: container.id,
    Created: iso(container.createdAtMs),
    Path: container.command[0] ?? '',
    Args: container.command.slice(1),
    State: {
      Status: state,
      Running: state === 'running',
      Paused: false,
      Restarting: false,
      OOMKilled: false,
      Dead: false,
      Pid: state === 'running' ? 4242 : 0,
      ExitCode: container.exitCode,
      Error: '',
      StartedAt: iso(container.startedAtMs),
      FinishedAt: iso(container.finishedAtMs),
      ...(health === 'none' ? {} : { Health: { Status: health, FailingStreak: health === 'unhealthy' ? 3 : 0, Log: [] } }),
    },
    Image: container.imageId,
    Name: `/${container.name}`,
    RestartCount: container.restartCount,
    Mounts: container.mounts.map((mount) => ({ Type: mount.type, Source: mount.source, Destination: mount.target, RW: true })),
    Config: {
      Hostname: container.id.slice(0, 12),
      Env: Object.entries(container.environment).map(([key, value]) => `${key}=${value}`),
      Cmd: container.command,
      Image: container.image,
      Labels: container.labels,
    },
    LogPath: '',
    HostConfig: {
      RestartPolicy: { Name: container.restart, MaximumRetryCount: 0 },
      PortBindings: bindings,
      NetworkMode: container.networks[0] ?? 'bridge',
      Memory: 0,
      // The engine keeps logs in memory: there is no file to read them from.
      LogConfig: { Type: 'local', Config: {} },
    },
    NetworkSettings: {
      Ports: state === 'running' ? bindings : {},
      Networks: Object.fromEntries(container.networks.map((name) => [name, { IPAddress: '172.18.0.2' }])),
    },
  };
}

/** An image as `docker image inspect` shows it, the parts that programs read. */
export function inspectImage(image: Image): Record<string, unknown> {
  const repository = image.reference.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  return {
    Id: image.id,
    RepoTags: [image.reference],
    RepoDigests: [`${repository}@${image.digest}`],
    Created: iso(image.pulledAtMs),
    Architecture: 'amd64',
    Os: 'linux',
    Size: image.sizeBytes,
    Config: { Labels: {} },
  };
}

/** An image as `docker images --format json` shows it. */
export function imageRow(image: Image, nowMs: number): Record<string, string> {
  const cut = image.reference.lastIndexOf(':');
  return {
    Containers: 'N/A',
    CreatedAt: stamp(image.pulledAtMs),
    CreatedSince: `${humanDuration(nowMs - image.pulledAtMs)} ago`,
    Digest: image.digest,
    ID: image.id.slice(7, 19),
    Repository: image.reference.slice(0, cut),
    Size: `${Math.round(image.sizeBytes / 1_000_000)}MB`,
    Tag: image.reference.slice(cut + 1),
  };
}

/** A table as docker draws it: columns three spaces apart. */
export function drawTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map(
      (row) =>
        `${row
          .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
          .join('   ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** What to show of logs. */
export interface LogOptions {
  follow: boolean;
  timestamps: boolean;
  tail: number | null;
  sinceMs: number | null;
}

/** `--since` as a moment: an RFC 3339 time, seconds since 1970, or an age such as `10m`. */
export function sinceMs(text: string, nowMs: number): number | null {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const age = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  if (age && text !== '') return nowMs - (Number(age[1] ?? 0) * 3600 + Number(age[2] ?? 0) * 60 + Number(age[3] ?? 0)) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

/** Writes logs of containers, each line behind `prefix`; with `follow` until the caller is gone or every container has ended. */
export async function showLogs(
  call: Call,
  engine: Engine,
  containers: readonly Container[],
  options: LogOptions,
  prefix: (container: Container) => string,
): Promise<void> {
  const line = (container: Container, entry: LogLine): string => `${prefix(container)}${options.timestamps ? `${iso(entry.atMs)} ` : ''}${entry.text}\n`;
  const write = (container: Container, entry: LogLine): Promise<void> =>
    entry.stream === 'stderr' && prefix(container) === '' ? call.err(line(container, entry)) : call.out(line(container, entry));
  const queue: [Container, LogLine][] = [];
  let wake: (() => void) | null = null;
  const ids = new Set(containers.map(({ id }) => id));
  const stop = engine.onLog((container, entry) => {
    if (!ids.has(container.id)) return;
    queue.push([container, entry]);
    wake?.();
  });
  try {
    const past = containers
      .flatMap((container) => {
        const lines = engine.logs(container).filter((entry) => options.sinceMs === null || entry.atMs >= options.sinceMs);
        return (options.tail === null ? lines : options.tail === 0 ? [] : lines.slice(-options.tail)).map((entry) => [container, entry] as const);
      })
      .sort((left, right) => left[1].atMs - right[1].atMs);
    for (const [container, entry] of past) await write(container, entry);
    while (options.follow && !call.signal.aborted) {
      const next = queue.shift();
      if (next) {
        await write(...next);
        continue;
      }
      if (!containers.some((container) => engine.containers().includes(container) && containerState(container) === 'running')) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
        call.signal.addEventListener('abort', () => resolve(), { once: true });
        // A container that was removed says nothing more; look again from time to time.
        setTimeout(resolve, 1000).unref();
      });
    }
  } finally {
    stop();
  }
}
