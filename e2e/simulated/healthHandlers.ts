import type { ClientSession } from '../../src/main/rpc/clientSession.ts';
import { KeyedState } from '../../src/main/rpc/keyedState.ts';
import { os } from '../../src/main/rpc/procedures.ts';
import { stateStream } from '../../src/main/rpc/stateStream.ts';
import type { FleetRow } from '../../src/shared/contract/servers.ts';
import { measuredMetrics } from '../../src/shared/model/measuredMetrics.ts';
import type { Reading } from '../../src/shared/model/reading.ts';
import { type CollectorState, type GpuProcessView, type HealthPart, type HealthSource, healthKey } from '../../src/shared/model/serverHealth.ts';
import type { StateFrame } from '../../src/shared/model/stream.ts';
import { figuresOf } from './healthFigures.ts';
import { healthHistoryHandlers } from './healthHistory.ts';
import { isGap } from './healthNoise.ts';
import { enginesOf } from './probesHandlers.ts';
import type { World } from './world.ts';

/** Live figures by where they come from. */
function readingsAt(row: FleetRow, metrics: ReadonlySet<string> | null, atMs: number): [HealthSource, Reading[]][] {
  const found = new Map<HealthSource, Reading[]>();
  for (const { source, subject, metric, at } of figuresOf(row)) {
    if (metrics?.has(metric) === false) continue;
    const value = at(atMs);
    const own = found.get(source) ?? [];
    if (value !== null) own.push({ subject, metric, value });
    found.set(source, own);
  }
  return [...found];
}

/** A model's process on each GPU that is at work, and what else is counted there. */
function gpuProcessesOf(row: FleetRow, measured: ReturnType<typeof readingsAt>): GpuProcessView[] {
  const readings = measured.flatMap(([, own]) => own);
  const container = row.stacks[0] === undefined ? null : `ph-${row.stacks[0].stackId}-vllm-1`;
  return (row.facts?.gpu.devices ?? []).flatMap(({ uuid, index }) => {
    const of = (metric: string) => readings.find((reading) => reading.subject === `gpu:${uuid}` && reading.metric === metric)?.value ?? 0;
    return Array.from(
      { length: of('gpuProcessCount') },
      (_, n): GpuProcessView => ({
        ...{ gpu: uuid, instance: null, pid: 41_000 + index * 10 + n, name: n === 0 ? 'VLLM::EngineCore' : null },
        ...{ vramBytes: n === 0 ? Math.round(of('vramUsedBytes') * 0.97) : null, container: n === 0 ? container : null },
      }),
    );
  });
}

/** What a watcher of a server sees of it. */
function partsOf(row: FleetRow, metrics: ReadonlySet<string> | null, intervalS: number): HealthPart[] {
  const { server, connection, connectionError, facts, vitals } = row;
  const nowMs = Date.now();
  const isLive = connection === 'connected' && vitals !== null;
  const state: CollectorState = isLive ? 'live' : connection === 'untrusted' ? 'waiting' : vitals === null ? 'opening' : 'lost';
  const observedAtMs = isLive ? nowMs : (vitals?.observedAtMs ?? null);
  const gpus = (facts?.gpu.devices ?? []).map(({ uuid, index, name }) => ({ uuid, index, name }));
  const head: HealthPart = { kind: 'server', serverId: server.id, serverName: server.name, state, error: connectionError, observedAtMs, intervalS, gpus };
  if (observedAtMs === null) return [head];
  const common = { kind: 'readings' as const, serverId: server.id, part: 0, observedAtMs, stale: !isLive, status: 0, leftOut: 0 };
  const measured = readingsAt(row, metrics, observedAtMs);
  const users: HealthPart[] = metrics === null ? [{ ...common, source: 'gpuUsers', readings: [], gpuProcesses: gpuProcessesOf(row, measured) }] : [];
  return [head, ...measured.map(([source, readings]): HealthPart => ({ ...common, source, readings })), ...users];
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
    if (row === undefined || !ids.has(id) || (state.size > 0 && (world.healthStands || isGap(row, Date.now())))) return;
    for (const part of partsOf(row, metrics, wish.intervalS)) state.set(healthKey(part), part);
  };
  for (const id of ids) take(id);
  // Many servers are told as the fleet moves, a tenth of them at a time; few of them as often as is asked for.
  const takeAll = () => {
    for (const id of ids) take(id);
  };
  const timer = rows.length > 60 ? null : setInterval(takeAll, wish.intervalS * 1_000);
  const stop = timer === null ? world.rows.subscribe(take) : () => clearInterval(timer);
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
    engines: os.health.engines.handler(({ input }) => ({ engines: enginesOf(world, input.selector) })),
    metrics: os.health.metrics.handler(() => ({
      metrics: measuredMetrics.map(({ subjects, ...metric }) => ({ ...metric, subjects: [...subjects], exported: [] })),
    })),
    snapshot: os.health.snapshot.handler(({ input, context, signal }) =>
      figures(world, world.select(input.selector), { ...input, intervalS: 5 }, context.client, signal, true),
    ),
    watch: os.health.watch.handler(({ input, context, signal }) => figures(world, world.select(input.selector), input, context.client, signal, false)),
    ...healthHistoryHandlers(world),
  };
}
