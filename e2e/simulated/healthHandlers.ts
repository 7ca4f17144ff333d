import type { ClientSession } from '../../src/main/rpc/clientSession.ts';
import { KeyedState } from '../../src/main/rpc/keyedState.ts';
import { os } from '../../src/main/rpc/procedures.ts';
import { stateStream } from '../../src/main/rpc/stateStream.ts';
import type { FleetRow } from '../../src/shared/contract/servers.ts';
import { type CollectorMetric, metricCatalogue } from '../../src/shared/model/metricCatalogue.ts';
import type { Reading } from '../../src/shared/model/reading.ts';
import { type CollectorState, type HealthPart, type HealthSource, healthKey } from '../../src/shared/model/serverHealth.ts';
import type { StateFrame } from '../../src/shared/model/stream.ts';
import { healthHistoryHandlers } from './healthHistory.ts';
import type { World } from './world.ts';

const mib = 1024 * 1024;
const gib = 1024 * mib;

/** Readings of a subject; what is null is not known. */
function readings(subject: string, values: Partial<Record<CollectorMetric, number | null>>): Reading[] {
  return Object.entries(values).flatMap(([metric, value]) => (typeof value === 'number' ? [{ subject, metric, value }] : []));
}

/** A swing from 0 to 1 that takes minutes, another for each server. */
const swing = (name: string, nowMs: number) => (Math.sin(nowMs / 40_000 + name.length * 1.7 + (name.codePointAt(name.length - 1) ?? 0)) + 1) / 2;

function hostReadings({ server, facts, vitals }: FleetRow, nowMs: number): Reading[] {
  const used = 0.08 + 0.5 * swing(server.name, nowMs);
  const cores = facts?.cpu.logicalCores ?? 16;
  const memory = (vitals?.memoryTotalMib ?? 0) * mib;
  const memoryUsed = (vitals?.memoryUsedMib ?? 0) * mib;
  return readings('', {
    ...{ uptimeSeconds: 900_000 + (nowMs % 1_000_000) / 1000, cpuCount: cores, cpuUsedRatio: used, cpuSystemRatio: used / 5, cpuWaitRatio: 0.01 },
    ...{ load1: vitals?.load1 ?? null, load5: vitals?.load1 ?? null, load15: vitals?.load1 ?? null, load1PerCpu: (vitals?.load1 ?? 0) / cores },
    ...{ memoryTotalBytes: memory, memoryUsedBytes: memoryUsed, memoryAvailableBytes: memory - memoryUsed },
    ...{ memoryUsedRatio: memory === 0 ? null : memoryUsed / memory, swapTotalBytes: 0, swapUsedBytes: 0 },
    ...{ receivedBytesPerSecond: 4e6 * used, sentBytesPerSecond: 9e6 * used, driveReadBytesPerSecond: 2e6 * used, driveWrittenBytesPerSecond: 5e6 * used },
  });
}

function diskReadings({ vitals }: FleetRow): Reading[] {
  const total = 1788 * gib;
  const used = vitals?.diskUsedRatio ?? null;
  const bytes = used === null ? {} : { diskUsedBytes: used * total, diskAvailableBytes: (1 - used) * total };
  return readings('disk:/', { diskTotalBytes: total, diskUsedRatio: used, inodesUsedRatio: 0.04, ...bytes });
}

function gpuReadings({ facts, vitals }: FleetRow): Reading[] {
  const found = (vitals?.gpus ?? []).flatMap((gpu) => {
    const device = facts?.gpu.devices.find(({ index }) => index === gpu.index);
    if (device === undefined) return [];
    const [used, total] = [gpu.vramUsedMib, gpu.vramTotalMib];
    return readings(`gpu:${device.uuid}`, {
      gpuUsedRatio: gpu.utilizationPercent === null ? null : gpu.utilizationPercent / 100,
      ...{ vramUsedBytes: used === null ? null : used * mib, vramTotalBytes: total === null ? null : total * mib },
      ...{ vramUsedRatio: used === null || total === null ? null : used / total, gpuTemperatureCelsius: gpu.temperatureC },
      ...{ gpuPowerWatts: gpu.powerW, gpuPowerLimitWatts: device.powerLimitW ?? 400 },
    });
  });
  return [...readings('', { gpuCount: vitals?.gpus.length ?? 0, gpuVanishedCount: 0, gpuQueryFailed: 0 }), ...found];
}

function containerReadings({ stacks }: FleetRow, nowMs: number): Reading[] {
  const found = stacks.flatMap(({ stackId, health }) =>
    ['gateway', 'model', 'web'].flatMap((service, index) => {
      const isRunning = health !== 'down' && health !== 'absent';
      const isHealthy = health === 'healthy' || index > 0;
      const name = `container:ph-${stackId}-${service}-1`;
      return readings(name, {
        ...{ containerRunning: isRunning ? 1 : 0, containerHealthy: isRunning ? Number(isHealthy) : null, containerRestarts: 0, containerRestartsRecent: 0 },
        ...{ containerCpuCores: isRunning ? 0.2 + index * swing(name, nowMs) : null, containerMemoryUsedBytes: isRunning ? (index + 1) * gib : null },
      });
    }),
  );
  return [...readings('', { containerCount: stacks.length * 3 }), ...found];
}

/** What a watcher of a server sees of it. */
function partsOf(row: FleetRow, metrics: ReadonlySet<string> | null, intervalS: number): HealthPart[] {
  const { server, connection, connectionError, facts, vitals } = row;
  const nowMs = Date.now();
  const isLive = connection === 'connected' && vitals !== null;
  const state: CollectorState = isLive ? 'live' : connection === 'untrusted' ? 'waiting' : vitals === null ? 'opening' : 'lost';
  const observedAtMs = vitals?.observedAtMs ?? null;
  const gpus = (facts?.gpu.devices ?? []).map(({ uuid, index, name }) => ({ uuid, index, name }));
  const head: HealthPart = { kind: 'server', serverId: server.id, serverName: server.name, state, error: connectionError, observedAtMs, intervalS, gpus };
  if (observedAtMs === null) return [head];
  const sources: [HealthSource, Reading[]][] = [
    ['host', hostReadings(row, nowMs)],
    ['disks', diskReadings(row)],
    ['gpus', gpuReadings(row)],
    ['containers', containerReadings(row, nowMs)],
    ['clock', readings('', { clockSkewSeconds: 0, clockAheadSeconds: 0.004 })],
  ];
  const common = { kind: 'readings' as const, serverId: server.id, part: 0, observedAtMs, stale: nowMs - observedAtMs > 3_000 * intervalS + 5_000 };
  return [
    head,
    ...sources.flatMap(([source, all]): HealthPart[] => {
      const wanted = metrics === null ? all : all.filter(({ metric }) => metrics.has(metric));
      return wanted.length === 0 ? [] : [{ ...common, source, status: 0, readings: wanted, leftOut: 0 }];
    }),
  ];
}

interface Wish {
  selector: string;
  intervalS: number;
  metrics?: readonly string[] | undefined;
}

async function* figures(world: World, rows: readonly FleetRow[], wish: Wish, client: ClientSession, signal: AbortSignal | undefined, once: boolean) {
  const ids = new Set<string>(rows.map(({ server }) => server.id));
  const metrics = wish.metrics === undefined ? null : new Set(wish.metrics);
  const state = new KeyedState<HealthPart>();
  const take = (id: string) => {
    const row = world.rows.get(id);
    if (row === undefined || !ids.has(id)) return;
    for (const part of partsOf(row, metrics, wish.intervalS)) state.set(healthKey(part), part);
  };
  for (const id of ids) take(id);
  const stop = world.rows.subscribe(take);
  try {
    for await (const frame of stateStream(client, state, signal)) {
      yield frame satisfies StateFrame<HealthPart>;
      if (once && frame.type === 'snapshot' && frame.last) return;
    }
  } finally {
    stop();
  }
}

/** Implements `health` of the contract: the figures of the fleet, as live health tells them. */
export function healthHandlers(world: World) {
  return {
    metrics: os.health.metrics.handler(() => ({
      metrics: Object.entries(metricCatalogue).map(([name, { subjects, ...definition }]) => ({ name, ...definition, subjects: [...subjects] })),
    })),
    snapshot: os.health.snapshot.handler(({ input, context, signal }) =>
      figures(world, world.select(input.selector), { ...input, intervalS: 5 }, context.client, signal, true),
    ),
    watch: os.health.watch.handler(({ input, context, signal }) => figures(world, world.select(input.selector), input, context.client, signal, false)),
    ...healthHistoryHandlers(world, (row, atMs) => [...hostReadings(row, atMs), ...diskReadings(row), ...gpuReadings(row), ...containerReadings(row, atMs)]),
  };
}
