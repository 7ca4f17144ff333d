import type { WindowFields } from '../../../shared/model/maintenanceWindow.ts';
import { momentText } from '../../../shared/model/recurrence.ts';
import { nextClockTime, nextOccurrence, previousOccurrence, wallMoment } from './recurrenceRules.ts';

/** Where a window stands: until when it is open, and when it opens next. */
export interface WindowStand {
  openUntilMs: number | null;
  nextAtMs: number | null;
}

/** Judges a window's times. One that opens again while it is open goes on. */
export function windowStand({ when }: Pick<WindowFields, 'when'>, nowMs: number): WindowStand {
  if (when.kind === 'once') {
    const [fromMs, untilMs] = [wallMoment(when.from, when.zone), wallMoment(when.until, when.zone)];
    return { openUntilMs: fromMs <= nowMs && nowMs < untilMs ? untilMs : null, nextAtMs: nowMs < fromMs ? fromMs : null };
  }
  const { recurrence, until } = when;
  const endMs = nextClockTime(until, recurrence.zone, previousOccurrence(recurrence, nowMs));
  return { openUntilMs: nowMs < endMs ? endMs : null, nextAtMs: nextOccurrence(recurrence, nowMs) };
}

/** A stretch of time in which a window is or was open. */
export interface WindowSpan {
  fromMs: number;
  untilMs: number;
}

/** When a window was open between two moments, whole, oldest first; those that overlap are not joined. Of one that opens very often the last thousand. */
export function windowSpans({ when }: Pick<WindowFields, 'when'>, fromMs: number, untilMs: number): WindowSpan[] {
  const touches = (span: WindowSpan) => span.fromMs < untilMs && span.untilMs > fromMs;
  if (when.kind === 'once') return [{ fromMs: wallMoment(when.from, when.zone), untilMs: wallMoment(when.until, when.zone) }].filter(touches);
  const { recurrence, until } = when;
  const found: WindowSpan[] = [];
  for (let atMs = previousOccurrence(recurrence, untilMs); found.length < mostSpans; atMs = previousOccurrence(recurrence, atMs - 1)) {
    const span = { fromMs: atMs, untilMs: nextClockTime(until, recurrence.zone, atMs) };
    // It lasts a day at most: what opened two days before is over.
    if (atMs < fromMs - 2 * dayMs) break;
    if (touches(span)) found.unshift(span);
  }
  return found;
}
const mostSpans = 1000;
const dayMs = 86_400_000;

/** Whether a window's times make sense; the end of a sentence, or null. */
export function windowProblem({ when }: Pick<WindowFields, 'when'>): string | null {
  if (when.kind === 'recurring') return null;
  try {
    return wallMoment(when.from, when.zone) < wallMoment(when.until, when.zone) ? null : 'it ends before it begins';
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return 'there is no such day';
  }
}

/** Whether a server may be interrupted. `free`: it has no windows. */
export type MaintenanceVerdict =
  | { kind: 'free' }
  | { kind: 'open'; window: string; untilMs: number }
  | { kind: 'closed'; next: { window: string; atMs: number; text: string } | null };

/** Judges all windows of a server together. */
export function maintenanceVerdict(windows: readonly WindowFields[], nowMs: number): MaintenanceVerdict {
  if (windows.length === 0) return { kind: 'free' };
  const stands = windows.map((window) => ({ window, ...windowStand(window, nowMs) }));
  const open = stands.filter(({ openUntilMs }) => openUntilMs !== null).sort((a, b) => (b.openUntilMs ?? 0) - (a.openUntilMs ?? 0))[0];
  if (open !== undefined) return { kind: 'open', window: open.window.name, untilMs: open.openUntilMs ?? nowMs };
  const next = stands.filter(({ nextAtMs }) => nextAtMs !== null).sort((a, b) => (a.nextAtMs ?? 0) - (b.nextAtMs ?? 0))[0];
  if (next === undefined || next.nextAtMs === null) return { kind: 'closed', next: null };
  const { name, when } = next.window;
  const zone = when.kind === 'once' ? when.zone : when.recurrence.zone;
  return { kind: 'closed', next: { window: name, atMs: next.nextAtMs, text: `"${name}" at ${momentText(next.nextAtMs, zone)}` } };
}
