import type { AlertHours, AlertRule } from '../../../../shared/model/alertRule.ts';
import { isFiring, stepCondition } from './conditionRules.ts';
import type { ConditionState } from './evaluatorState.ts';
import { hoursOpen } from './hoursRules.ts';

/** A stored value of the rule's metric. */
export interface PastSample {
  atMs: number;
  serverId: string;
  subject: string;
  value: number;
}

/** A stretch of time in which the rule would have been an alert. */
export interface FiredInterval {
  serverId: string;
  subject: string;
  /** Since when it was bad; the alert would have come at `raisedAtMs`. */
  sinceMs: number;
  raisedAtMs: number;
  /** Null: it would be open still. */
  untilMs: number | null;
  ended: 'good' | 'noData' | null;
  /** The worst value within it. */
  worst: number;
}

/** What a rule would have done with the past. */
export interface Backtest {
  intervals: FiredInterval[];
  samples: number;
  series: number;
  /** All intervals together; those still open until the newest sample. */
  firedMs: number;
}

export interface BacktestOptions {
  /** Samples further apart make no window. Roll-ups ask for more than raw samples do. */
  gapS: number;
  /** Hours of the rule, on which wall clock; null: it is always judged. */
  hours: { hours: AlertHours; zone: string } | null;
}

interface Series {
  condition: ConditionState | undefined;
  open: FiredInterval | null;
}

/**
 * Runs one rule over stored samples in the order of time, of any number of series mixed, as the evaluator would: windows, hysteresis,
 * hours, and the end of an alert whose series ended. Who it is for, dependencies, maintenance and grouping are left out. Intervals come in
 * the order in which they were raised.
 */
export function backtest(rule: AlertRule, past: Iterable<PastSample>, { gapS, hours }: BacktestOptions): Backtest {
  const all = new Map<string, Series>();
  const intervals: FiredInterval[] = [];
  let samples = 0;
  let lastMs = 0;
  for (const sample of past) {
    samples += 1;
    lastMs = Math.max(lastMs, sample.atMs);
    const key = `${sample.serverId}/${sample.subject}`;
    const series = all.get(key) ?? { condition: undefined, open: null };
    all.set(key, series);
    if (!Number.isFinite(sample.value)) continue;
    const raised = takePast(series, rule, sample, gapS * 1000, hours === null || hoursOpen(hours.hours, hours.zone, sample.atMs));
    if (raised !== null) intervals.push(raised);
  }
  for (const { condition, open } of all.values()) if (open !== null) endWithoutData(rule, condition, open, lastMs);
  const firedMs = intervals.reduce((sum, { raisedAtMs, untilMs }) => sum + (untilMs ?? lastMs) - raisedAtMs, 0);
  return { intervals, samples, series: all.size, firedMs };
}

/** Takes one value into its series, which is changed. Returns the interval that began with it. */
function takePast(series: Series, rule: AlertRule, { serverId, subject, atMs, value }: PastSample, gapMs: number, isOpen: boolean): FiredInterval | null {
  if (series.open !== null && endWithoutData(rule, series.condition, series.open, atMs)) {
    series.open = null;
    series.condition = undefined;
  }
  if (!isOpen) {
    if (series.condition?.phase === 'pending') series.condition = undefined;
    else if (series.condition !== undefined) series.condition = { ...series.condition, lastAtMs: atMs };
    return null;
  }
  const condition = stepCondition(series.condition, rule, { serverId, subject, atMs, value, heardMs: 0 }, gapMs);
  series.condition = condition;
  if (!isFiring(condition)) {
    if (series.open !== null) Object.assign(series.open, { untilMs: atMs, ended: 'good' });
    series.open = null;
    return null;
  }
  if (series.open !== null) {
    series.open.worst = worseOf(rule, series.open.worst, value);
    return null;
  }
  series.open = { serverId, subject, sinceMs: condition.badSinceMs, raisedAtMs: atMs, untilMs: null, ended: null, worst: value };
  return series.open;
}

/** Ends an interval whose series had no value for longer than the rule allows, where that ends it. */
function endWithoutData({ missing }: AlertRule, condition: ConditionState | undefined, open: FiredInterval, nowMs: number): boolean {
  if (missing.policy !== 'resolve' || condition === undefined) return false;
  const endMs = condition.lastAtMs + missing.afterS * 1000;
  if (nowMs <= endMs) return false;
  Object.assign(open, { untilMs: endMs, ended: 'noData' });
  return true;
}

function worseOf({ comparator }: AlertRule, one: number, other: number): number {
  if (comparator.startsWith('>')) return Math.max(one, other);
  return comparator.startsWith('<') ? Math.min(one, other) : other;
}
