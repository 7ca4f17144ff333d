import { z } from 'zod';
import type { AlertSeverity } from './alertRule.ts';

/** When alerts of one severity are told again, and to whom next. Times are in seconds. */
export const severityTimesSchema = z.strictObject({
  /** How often an open alert that nobody acknowledged is told again; null: never. */
  repeatS: z.int().min(300, 'five minutes at least').max(604_800, 'a week at most').nullable(),
  /** After how long at level 1, then at level 2, nobody having acknowledged, the next level is told. Shorter: it goes no further. */
  escalateS: z.array(z.int().min(60, 'a minute at least').max(604_800, 'a week at most')).max(2, 'there are three levels'),
});
export type SeverityTimes = z.infer<typeof severityTimesSchema>;

/** When alerts are told again, and to whom next, by severity. */
export const alertTimesSchema = z.strictObject({ critical: severityTimesSchema, warning: severityTimesSchema, advice: severityTimesSchema });
export type AlertTimes = z.infer<typeof alertTimesSchema>;

/**
 * Unless the person says otherwise. By the reference a critical alert pages whoever is on call, then the team lead, then management, and a
 * warning goes to a chat; the times are ours: half an hour for each level.
 */
export const usualAlertTimes: AlertTimes = {
  critical: { repeatS: 4 * 3600, escalateS: [1800, 1800] },
  warning: { repeatS: 24 * 3600, escalateS: [] },
  advice: { repeatS: null, escalateS: [] },
} satisfies Record<AlertSeverity, SeverityTimes>;

/** The times that count, the usual ones, and who changed them. */
export const alertTimesViewSchema = z.object({
  times: alertTimesSchema,
  usual: alertTimesSchema,
  changedBy: z.string().nullable(),
  changedAtMs: z.number().nullable(),
});
export type AlertTimesView = z.infer<typeof alertTimesViewSchema>;
