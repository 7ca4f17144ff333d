import { generatedLog } from '../../src/main/rpc/generatedLog.ts';
import { logStream } from '../../src/main/rpc/logStream.ts';
import { os } from '../../src/main/rpc/procedures.ts';
import type { FleetRow } from '../../src/shared/contract/servers.ts';
import { type HistoryPiece, isWantedSubject, type WantedSeries } from '../../src/shared/model/healthHistory.ts';
import type { Reading } from '../../src/shared/model/reading.ts';
import type { World } from './world.ts';

const minuteMs = 60_000;
type Measure = (row: FleetRow, atMs: number) => Reading[];

/** Figures of the past by the same rule as those of now. In the fortieth minute of each hour nothing was measured. */
async function* pieces(
  rows: readonly FleetRow[],
  measure: Measure,
  { series, fromMs, toMs, maxPoints }: { series: readonly WantedSeries[]; fromMs: number; toMs: number; maxPoints: number },
): AsyncGenerator<Omit<HistoryPiece, 'seq'>, void, void> {
  const stepMs = Math.max(1, Math.ceil((toMs - fromMs) / minuteMs / maxPoints)) * minuteMs;
  for (const row of rows) {
    const found = new Map<string, Omit<HistoryPiece, 'seq'> & { min: number[]; max: number[] }>();
    for (let atMs = Math.ceil(fromMs / stepMs) * stepMs; atMs < toMs; atMs += stepMs) {
      if (new Date(atMs).getUTCMinutes() === 40) continue;
      for (const { subject, metric, value } of measure(row, atMs)) {
        if (!series.some((wanted) => wanted.metric === metric && isWantedSubject(wanted.subject, subject))) continue;
        const { id: serverId, name: serverName } = row.server;
        const own = found.get(`${metric} ${subject}`) ?? { serverId, serverName, subject, metric, stepMs, atMs: [], min: [], mean: [], max: [] };
        found.set(`${metric} ${subject}`, own);
        own.atMs.push(atMs);
        own.min.push(value * 0.9);
        own.mean.push(value);
        own.max.push(value * 1.1);
      }
    }
    yield* found.values();
  }
}

/** Implements what `health` of the contract tells of the past. */
export function healthHistoryHandlers(world: World, measure: Measure) {
  return {
    history: os.health.history.handler(({ input, context, signal }) =>
      logStream(context.client, generatedLog(pieces(world.select(input.selector), measure, input)), { afterSeq: -1 }, signal),
    ),
    series: os.health.series.handler(({ input }) => ({
      servers: world.select(input.selector).map((row) => {
        const subjects = new Map<string, string[]>();
        for (const { subject, metric } of measure(row, Date.now())) subjects.set(metric, [...(subjects.get(metric) ?? []), subject]);
        const { id: serverId, name: serverName } = row.server;
        return { serverId, serverName, series: [...subjects].map(([metric, own]) => ({ metric, subjects: own })) };
      }),
      leftOut: 0,
    })),
    export: os.health.export.handler(({ context, signal }) => {
      const text = (async function* () {
        yield { text: 'time,server,subject,metric,unit,step_s,count,min,max,mean,last\n' };
      })();
      return logStream(context.client, generatedLog(text), { afterSeq: -1 }, signal);
    }),
    marks: os.health.marks.handler(({ input: { selector, toMs } }) => {
      const serverIds = world.select(selector).map(({ server }) => server.id);
      const common = { serverIds, endMs: toMs - 28 * minuteMs };
      return {
        marks: [
          { ...common, id: 'op_mark_1', kind: 'deploy' as const, atMs: toMs - 30 * minuteMs, title: 'Deploy ai-gateway', state: 'succeeded' },
          { ...common, id: 'INC-7', kind: 'incident' as const, atMs: toMs - 20 * minuteMs, endMs: null, title: 'INC-7: It answers 502', state: 'open' },
        ],
        cut: false,
      };
    }),
  };
}
