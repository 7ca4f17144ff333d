import { Temporal } from 'temporal-polyfill';
import type { Recurrence } from '../../../shared/model/recurrence.ts';

/**
 * The first moment after `afterMs` at which it comes. What daylight saving does to a time of day is as Temporal's `compatible` says
 * (https://tc39.es/proposal-temporal/docs/ambiguity.html): left out, as much later; twice, the first.
 */
export function nextOccurrence(recurrence: Recurrence, afterMs: number): number {
  const today = dateOf(afterMs, recurrence.zone);
  for (let period = -1; period <= 2; period += 1) {
    const atMs = occurrence(recurrence, today, period);
    if (atMs > afterMs) return atMs;
  }
  throw new Error('a recurrence comes at least once in three of its periods');
}

/** The last moment at which it came, `atMs` included. */
export function previousOccurrence(recurrence: Recurrence, atMs: number): number {
  const today = dateOf(atMs, recurrence.zone);
  for (let period = 1; period >= -2; period -= 1) {
    const found = occurrence(recurrence, today, period);
    if (found <= atMs) return found;
  }
  throw new Error('a recurrence came at least once in three of its periods');
}

/** The moment of a date and time on the wall clock of a zone, `2026-12-01T22:00`. */
export function wallMoment(wall: string, zone: string): number {
  return Temporal.PlainDateTime.from(wall).toZonedDateTime(zone).epochMilliseconds;
}

/** The first moment after `afterMs` at which the wall clock of a zone shows `time`. */
export function nextClockTime(time: string, zone: string, afterMs: number): number {
  return nextOccurrence({ every: 'day', at: time, zone }, afterMs);
}

function dateOf(ms: number, zone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDate();
}

/** The moment in the period that is so many after that of `today`. */
function occurrence(recurrence: Recurrence, today: Temporal.PlainDate, period: number): number {
  const plainTime = Temporal.PlainTime.from(recurrence.at);
  return dateIn(recurrence, today, period).toZonedDateTime({ timeZone: recurrence.zone, plainTime }).epochMilliseconds;
}

function dateIn(recurrence: Recurrence, today: Temporal.PlainDate, period: number): Temporal.PlainDate {
  const { every, weekday = 1, month = 1 } = recurrence;
  switch (every) {
    case 'day':
      return today.add({ days: period });
    case 'week':
      return today.add({ days: weekday - today.dayOfWeek + 7 * period });
    case 'month':
      return dayInMonth(recurrence, today.with({ day: 1 }).add({ months: period }));
    case 'quarter': {
      const first = Math.floor((today.month - 1) / 3) * 3 + 1;
      return dayInMonth(recurrence, today.with({ month: first, day: 1 }).add({ months: 3 * period + Math.min(month, 3) - 1 }));
    }
    case 'year':
      return dayInMonth(recurrence, today.with({ month: 1, day: 1 }).add({ months: 12 * period + month - 1 }));
  }
}

function dayInMonth({ day = 1, weekday = 1, nth }: Recurrence, first: Temporal.PlainDate): Temporal.PlainDate {
  if (nth === undefined) return first.with({ day: Math.min(day, first.daysInMonth) });
  if (nth > 0) return first.add({ days: ((weekday - first.dayOfWeek + 7) % 7) + 7 * (nth - 1) });
  const last = first.with({ day: first.daysInMonth });
  return last.subtract({ days: (last.dayOfWeek - weekday + 7) % 7 });
}
