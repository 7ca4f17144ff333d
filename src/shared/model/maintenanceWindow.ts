import { z } from 'zod';
import { clockTimeSchema, recurrenceSchema, recurrenceText, timeZoneSchema } from './recurrence.ts';
import { labelSchema } from './server.ts';

/** A date and time on a wall clock, `2026-12-01T22:00`. */
const wallTime = z.string().regex(/^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]$/, 'a time like 2026-12-01T22:00');

/** When servers may be interrupted. */
export const windowFieldsSchema = z.object({
  name: labelSchema,
  /** The servers that it is for; these may be interrupted in one of their windows only. */
  selector: z.string().min(1).max(1000),
  when: z.discriminatedUnion('kind', [
    /** `until` is on the wall clock of the recurrence's zone; not later than `at`: on the next day. */
    z.object({ kind: z.literal('recurring'), recurrence: recurrenceSchema, until: clockTimeSchema }),
    z.object({ kind: z.literal('once'), from: wallTime, until: wallTime, zone: timeZoneSchema }),
  ]),
  note: z.string().max(500).optional(),
});
export type WindowFields = z.infer<typeof windowFieldsSchema>;

/** A window as it stands now. */
export const maintenanceWindowSchema = z.object({
  fields: windowFieldsSchema,
  who: z.string(),
  createdAtMs: z.number(),
  /** Until when it is open; null: it is closed. */
  openUntilMs: z.number().nullable(),
  /** When it opens next; null: never again. */
  nextAtMs: z.number().nullable(),
  servers: z.array(z.string()),
});
export type MaintenanceWindow = z.infer<typeof maintenanceWindowSchema>;

/** A window's time in words. */
export function windowText({ when }: Pick<WindowFields, 'when'>): string {
  if (when.kind === 'once') return `${when.from.replace('T', ' ')} to ${when.until.replace('T', ' ')} (${when.zone})`;
  return `${recurrenceText(when.recurrence)}, until ${when.until}`;
}
