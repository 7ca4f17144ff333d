import type { EngineMetric } from '../../../../shared/model/engineMetricCatalogue.ts';
import type { Reading } from '../../../../shared/model/reading.ts';

/** What was seen of an engine at one moment. Null: not known then. */
export interface EngineMoment {
  atMs: number;
  running: number | null;
  waiting: number | null;
  generationTokens: number | null;
  /** Prompts read in: a long one is work too, though nothing is generated meanwhile. */
  promptTokens: number | null;
  /** Requests that ended. */
  requests: number | null;
  /** HTTP status of `/health`. */
  healthStatus: number | null;
}

/** What speaks for an engine that is stuck: what it claims, and what it does not do. */
export interface WedgedEvidence {
  sinceMs: number;
  flatForMs: number;
  /** Moments within that time, each of which fits. */
  moments: number;
  runningLeast: number;
  runningMost: number;
  waiting: number | null;
  /** What the counter has stood at all the time. */
  generationTokens: number;
  healthStatus: number;
}

/**
 * `wedged`: it says that it works and is well, and generates nothing. `unhealthy`: it says itself that it is not well. `quiet`: it
 * generates nothing, not yet for long enough.
 */
export type EngineVerdict = { state: 'wedged'; evidence: WedgedEvidence } | { state: 'working' | 'idle' | 'quiet' | 'unhealthy' | 'unknown' };

/** How long nothing may be generated, and how far apart moments may lie that belong together. */
export interface WedgedLimits {
  flatMs: number;
  gapMs: number;
}

/** Reading in 100,000 tokens takes half a minute on a slow card; the counter of prompts rises only then. */
export const wedgedLimits: WedgedLimits = { flatMs: 120_000, gapMs: 60_000 };

/** Judges an engine by what was seen of it, in the order of time. The health of the newest moment that knows it counts. */
export function judgeWedged(moments: readonly EngineMoment[], limits: WedgedLimits = wedgedLimits): EngineVerdict {
  const newest = moments.at(-1);
  if (newest?.running == null || newest.generationTokens === null) return { state: 'unknown' };
  if (newest.running <= 0) return { state: 'idle' };
  const flat = flatTail(moments, newest, limits.gapMs);
  const [first] = flat;
  if (first === undefined) return { state: 'unknown' };
  if (flat.length === 1) return { state: beginning(moments, limits.gapMs) };
  const flatForMs = newest.atMs - first.atMs;
  if (flatForMs < limits.flatMs) return { state: 'quiet' };
  const healthStatus = flat.findLast((moment) => moment.healthStatus !== null)?.healthStatus ?? null;
  if (healthStatus === null) return { state: 'unknown' };
  if (healthStatus !== 200) return { state: 'unhealthy' };
  const running = flat.map((moment) => moment.running ?? 0);
  return {
    state: 'wedged',
    evidence: {
      ...{ sinceMs: first.atMs, flatForMs, moments: flat.length },
      ...{ runningLeast: Math.min(...running), runningMost: Math.max(...running) },
      ...{ waiting: newest.waiting, generationTokens: newest.generationTokens, healthStatus },
    },
  };
}

/** The moments at the end through which requests were at work and no counter moved, without a gap in which it may have. */
function flatTail(moments: readonly EngineMoment[], newest: EngineMoment, gapMs: number): EngineMoment[] {
  const flat: EngineMoment[] = [];
  let nextMs = newest.atMs;
  for (const moment of moments.toReversed()) {
    if (hasMoved(moment, newest) || moment.running === null || moment.running <= 0 || nextMs - moment.atMs > gapMs) break;
    flat.unshift(moment);
    nextMs = moment.atMs;
  }
  return flat;
}

function hasMoved(one: EngineMoment, other: EngineMoment): boolean {
  return one.generationTokens !== other.generationTokens || differ(one.promptTokens, other.promptTokens) || differ(one.requests, other.requests);
}

const differ = (one: number | null, other: number | null): boolean => one !== null && other !== null && one !== other;

/** What can be said where the moment before the newest does not continue into it. */
function beginning(moments: readonly EngineMoment[], gapMs: number): 'working' | 'quiet' | 'unknown' {
  const before = moments.at(-2);
  const newest = moments.at(-1);
  if (before === undefined || newest === undefined || before.generationTokens === null || newest.atMs - before.atMs > gapMs) return 'unknown';
  return hasMoved(before, newest) ? 'working' : 'quiet';
}

/** A moment out of what was read of a container; other subjects are passed over. */
export function engineMoment(container: string, readings: readonly Reading[], atMs: number, healthStatus: number | null): EngineMoment {
  const own = new Map(readings.filter(({ subject }) => subject === `engine:${container}`).map(({ metric, value }) => [metric, value]));
  const value = (metric: EngineMetric) => own.get(metric) ?? null;
  return {
    ...{ atMs, healthStatus, running: value('running'), waiting: value('waiting') },
    ...{ generationTokens: value('generationTokensTotal'), promptTokens: value('promptTokensTotal'), requests: value('requestsTotal') },
  };
}
