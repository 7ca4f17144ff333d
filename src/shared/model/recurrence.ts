import { z } from 'zod';

const names = { weekday: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] } as const;
const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'] as const;

/** A time zone by its name in the IANA database, for example `Europe/Berlin`. */
export const timeZoneSchema = z.string().max(64).refine(isTimeZone, 'a time zone like Europe/Berlin is expected');

/** A time of day on a wall clock, `00:00` to `23:59`. */
export const clockTimeSchema = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'a time of day like 02:30 is expected');

/**
 * What comes again and again on a wall clock. A time that daylight saving leaves out is taken as much later as the clock jumps; of one that
 * comes twice, the first counts.
 */
export const recurrenceSchema = z.object({
  every: z.enum(['day', 'week', 'month', 'quarter', 'year']),
  at: clockTimeSchema,
  zone: timeZoneSchema,
  /** 1 is Monday. Of a week; with `nth`, of a month. Absent: Monday. */
  weekday: z.int().min(1).max(7).optional(),
  /** Which of these weekdays in the month, -1 the last; absent: `day` counts. */
  nth: z.union([z.int().min(1).max(4), z.literal(-1)]).optional(),
  /** Day of the month; in shorter months their last. Absent: 1. */
  day: z.int().min(1).max(31).optional(),
  /** Month of a year, 1 to 12, or of a quarter, 1 to 3. Absent: 1. */
  month: z.int().min(1).max(12).optional(),
});
export type Recurrence = z.infer<typeof recurrenceSchema>;

/** Whether this computer knows a time zone of that name. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** A recurrence in words: "every month on the last Sunday at 02:00 (Europe/Berlin)". */
export function recurrenceText(recurrence: Recurrence): string {
  const { every, at, zone, nth, day = 1 } = recurrence;
  const weekday = names.weekday[(recurrence.weekday ?? 1) - 1] ?? '';
  const inMonth = nth === undefined ? `day ${day}` : `the ${nth === -1 ? 'last' : ['first', 'second', 'third', 'fourth'][nth - 1]} ${weekday}`;
  const on = {
    day: '',
    week: ` on ${weekday}`,
    month: ` on ${inMonth}`,
    quarter: ` on ${inMonth} of its ${['first', 'second', 'third'][Math.min(recurrence.month ?? 1, 3) - 1]} month`,
    year: ` on ${inMonth} of ${months[(recurrence.month ?? 1) - 1]}`,
  };
  return `every ${every}${on[every]} at ${at} (${zone})`;
}

/** A moment on the wall clock of a zone, `2026-11-22 02:00 (Europe/Berlin)`. */
export function momentText(atMs: number, zone: string): string {
  const options = { timeZone: zone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' } as const;
  return `${new Intl.DateTimeFormat('sv-SE', options).format(atMs)} (${zone})`;
}
