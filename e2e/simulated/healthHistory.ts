import { generatedLog } from '../../src/main/rpc/generatedLog.ts';
import { logStream } from '../../src/main/rpc/logStream.ts';
import { os } from '../../src/main/rpc/procedures.ts';
import type { FleetRow } from '../../src/shared/contract/servers.ts';
import { AppError } from '../../src/shared/errors.ts';
import { type HealthMark, type HistoryPiece, isWantedSubject, type WantedSeries } from '../../src/shared/model/healthHistory.ts';
import { figuresOf } from './healthFigures.ts';
import { type FigureSeries, isGap } from './healthNoise.ts';
import type { World } from './world.ts';

const minuteMs = 60_000;
const rawMs = 5_000;
/** A point of more than one value is made of so many of them here. */
const samples = 5;

type Piece = Omit<HistoryPiece, 'seq'>;

/** How coarse an answer is: as measured, in minutes, or in tens of minutes, as the core chooses it. */
function stepOf(fromMs: number, toMs: number, maxPoints: number): number {
  if ((toMs - fromMs) / rawMs <= maxPoints) return 0;
  if ((toMs - fromMs) / minuteMs <= maxPoints) return minuteMs;
  return Math.max(1, Math.ceil((toMs - fromMs) / (10 * minuteMs) / maxPoints)) * 10 * minuteMs;
}

function pieceOf(row: FleetRow, gap: World['gap'], { subject, metric, at }: FigureSeries, stepMs: number, fromMs: number, toMs: number): Piece | null {
  const { id: serverId, name: serverName } = row.server;
  const piece = { serverId, serverName, subject, metric, stepMs, atMs: [] as number[], min: [] as number[], mean: [] as number[], max: [] as number[] };
  const every = stepMs || rawMs;
  for (let atMs = Math.ceil(fromMs / every) * every; atMs < toMs; atMs += every) {
    const values = Array.from({ length: stepMs === 0 ? 1 : samples }, (_, index) => atMs + (index * every) / samples)
      .filter((moment) => moment < toMs && !isGap(row, moment) && !isWithin(gap, row, moment))
      .flatMap((moment) => at(moment) ?? []);
    if (values.length === 0) continue;
    piece.atMs.push(atMs);
    piece.min.push(Math.min(...values));
    piece.max.push(Math.max(...values));
    piece.mean.push(values.reduce((sum, value) => sum + value, 0) / values.length);
  }
  return piece.atMs.length === 0 ? null : { ...piece, ...(stepMs === 0 ? { min: null, max: null } : {}) };
}

const isWithin = (gap: World['gap'], { server }: FleetRow, atMs: number) => gap !== null && gap.server === server.name && atMs >= gap.fromMs && atMs < gap.toMs;

interface HistoryWish {
  gap: World['gap'];
  series: readonly WantedSeries[];
  fromMs: number;
  toMs: number;
  maxPoints: number;
}

async function* pieces(rows: readonly FleetRow[], { series, fromMs, toMs, maxPoints, gap }: HistoryWish): AsyncGenerator<Piece, void, void> {
  const stepMs = stepOf(fromMs, toMs, maxPoints);
  for (const row of rows) {
    if (row.vitals === null) continue;
    const lastMs = Math.min(toMs, row.connection === 'connected' ? Date.now() : row.vitals.observedAtMs);
    for (const figure of figuresOf(row)) {
      if (!series.some((wanted) => wanted.metric === figure.metric && isWantedSubject(wanted.subject, figure.subject))) continue;
      const piece = pieceOf(row, gap, figure, stepMs, fromMs, lastMs);
      if (piece !== null) yield piece;
    }
  }
}

/** Things that happened to these servers: a rollout, its rollback, an alert and an incident, hours ago and just now. */
function marksOf(rows: readonly FleetRow[], fromMs: number, toMs: number): HealthMark[] {
  const serverIds = rows.slice(0, 3).map(({ server }) => server.id);
  const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  const mark = (kind: HealthMark['kind'], id: string, minutes: number, title: string, state: string): HealthMark => ({
    ...{ id, kind, title, state, serverIds, endMs: null },
    atMs: hour + minutes * minuteMs,
  });
  return [
    mark('deploy', 'op_rollout000000000', -26 * 60, 'Roll out privaxai r41', 'succeeded'),
    mark('incident', 'INC-2', -95, 'INC-2: First token takes 9 s on the chat pool', 'closed'),
    mark('deploy', 'op_rollout000000000', -34, 'Roll out ai-gateway r18', 'failed'),
    mark('rollback', 'op_rolloutback00000', -31, 'Roll back ai-gateway to r17', 'succeeded'),
    mark('alert', 'gpu-hot', -12, 'GPU 2 of gpu-eu-01 is hot', 'warning'),
  ].filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
}

/** Implements what `health` of the contract tells of the past. */
export function healthHistoryHandlers(world: World) {
  return {
    history: os.health.history.handler(({ input, context, signal }) => {
      if (world.healthFails) throw new AppError('core.unavailable', { reason: 'the readings worker has ended' });
      return logStream(context.client, generatedLog(pieces(world.select(input.selector), { ...input, gap: world.gap })), { afterSeq: -1 }, signal);
    }),
    series: os.health.series.handler(({ input }) => ({
      servers: world.select(input.selector).map((row) => {
        const subjects = Map.groupBy(figuresOf(row), ({ metric }) => metric);
        const { id: serverId, name: serverName } = row.server;
        return { serverId, serverName, series: [...subjects].map(([metric, own]) => ({ metric, subjects: own.map(({ subject }) => subject) })) };
      }),
      leftOut: 0,
    })),
    export: os.health.export.handler(({ context, signal }) => {
      const text = (async function* () {
        yield { text: 'time,server,subject,metric,unit,step_s,count,min,max,mean,last\n' };
      })();
      return logStream(context.client, generatedLog(text), { afterSeq: -1 }, signal);
    }),
    marks: os.health.marks.handler(({ input: { selector, fromMs, toMs } }) => ({ marks: marksOf(world.select(selector), fromMs, toMs), cut: false })),
  };
}
