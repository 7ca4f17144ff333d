import { z } from 'zod';
import { engineMetricCatalogue, probeMetricCatalogue } from './engineMetricCatalogue.ts';
import { serverIdSchema } from './ids.ts';
import { metricDefinition } from './metricCatalogue.ts';
import { longestSubject } from './serverHealth.ts';

/** Points of one answer, all series together: an answer that would have more is told more coarsely. */
export const mostHistoryPoints = 400_000;

/** Whether any catalogue has a metric of this name: the collector's, the engines' or the probes'. */
export function isMetric(name: string): boolean {
  return metricDefinition(name) !== null || Object.hasOwn(engineMetricCatalogue, name) || Object.hasOwn(probeMetricCatalogue, name);
}

/** A name of a metric. */
export const metricNameSchema = z.string().max(64).refine(isMetric, 'there is no such metric');

/** Series that are asked for: a metric, and of what. */
export const wantedSeriesSchema = z.object({
  metric: metricNameSchema,
  /** '' is the server itself, `gpu:GPU-4a` one thing, `gpu:*` all of a kind; absent: of everything that has the metric. */
  subject: z.string().max(longestSubject).optional(),
});
export type WantedSeries = z.infer<typeof wantedSeriesSchema>;

/** Whether a subject is one that was asked for. */
export function isWantedSubject(wanted: string | undefined, subject: string): boolean {
  if (wanted === undefined) return true;
  return wanted.endsWith(':*') ? subject.startsWith(wanted.slice(0, -1)) : subject === wanted;
}

/**
 * A stretch of one series, in order of time; a series comes in one or several, one after the other. `stepMs` 0: values as they were measured,
 * and `min` and `max` are null, as each is its mean; else a point is what was measured in so long a time from its `atMs` on. Where nothing was
 * measured there is no point.
 */
export const historyPieceSchema = z.object({
  seq: z.int(),
  serverId: serverIdSchema,
  serverName: z.string(),
  subject: z.string(),
  metric: z.string(),
  stepMs: z.number(),
  atMs: z.array(z.number()),
  min: z.array(z.number()).nullable(),
  mean: z.array(z.number()),
  max: z.array(z.number()).nullable(),
});
export type HistoryPiece = z.infer<typeof historyPieceSchema>;

/** One series, whole: each array has one entry per point. Of values as they were measured the three are one array. */
export interface HistoryColumns extends Omit<HistoryPiece, 'seq' | 'min' | 'max'> {
  min: number[];
  max: number[];
}

/** Puts pieces together, in the order in which they came. A piece that came before already is left out. */
export function gatherHistory(pieces: Iterable<HistoryPiece>): HistoryColumns[] {
  const found = new Map<string, HistoryColumns>();
  for (const { serverId, serverName, subject, metric, stepMs, atMs, min, mean, max } of pieces) {
    const key = JSON.stringify([serverId, subject, metric]);
    const own = found.get(key);
    if (own === undefined) {
      const means = [...mean];
      found.set(key, {
        serverId,
        serverName,
        subject,
        metric,
        stepMs,
        atMs: [...atMs],
        mean: means,
        min: min === null ? means : [...min],
        max: max === null ? means : [...max],
      });
      continue;
    }
    if ((atMs[0] ?? 0) <= (own.atMs.at(-1) ?? 0)) continue;
    own.atMs.push(...atMs);
    own.mean.push(...mean);
    if (min !== null) own.min.push(...min);
    if (max !== null) own.max.push(...max);
  }
  return [...found.values()];
}

/**
 * From how long a time between two points on nothing was measured there: a line is broken. Of values as they were measured, three times what
 * lies between most of them.
 */
export function gapFromMs({ stepMs, atMs }: Pick<HistoryColumns, 'stepMs' | 'atMs'>): number {
  if (stepMs > 0) return stepMs * 1.5;
  const between = atMs.slice(1).map((time, index) => time - (atMs[index] ?? time));
  between.sort((one, other) => one - other);
  return Math.max(5_000, 3 * (between[Math.floor(between.length / 2)] ?? 0));
}

/** What happened to servers, as it stands on the time axis of a chart. `endMs` null: it goes on, or it has no length. */
export const healthMarkSchema = z.object({
  id: z.string(),
  kind: z.enum(['deploy', 'rollback', 'incident', 'alert']),
  atMs: z.number(),
  endMs: z.number().nullable(),
  title: z.string(),
  /** Its state, in the words of what it is: of an operation, an incident or an alert. */
  state: z.string(),
  serverIds: z.array(serverIdSchema),
});
export type HealthMark = z.infer<typeof healthMarkSchema>;
