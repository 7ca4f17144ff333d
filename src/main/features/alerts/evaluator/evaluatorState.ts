import { z } from 'zod';
import { acknowledgementSchema, alertEvidenceSchema, alertLevelSchema, holdReasonSchema } from '../../../../shared/model/alert.ts';
import { alertSeveritySchema } from '../../../../shared/model/alertRule.ts';

/**
 * One rule on one subject of one server. `ok`: good. `pending`: bad, not long enough. `firing`: bad for long enough. `clearing`: good again,
 * not long enough.
 */
export const conditionStateSchema = z.object({
  ruleId: z.string(),
  serverId: z.string(),
  subject: z.string(),
  phase: z.enum(['ok', 'pending', 'firing', 'clearing']),
  /** Since when it is in the phase; of `firing`: since when it is bad. */
  sinceMs: z.number(),
  /** Of `clearing`: since when it was bad. */
  badSinceMs: z.number(),
  lastAtMs: z.number(),
  lastValue: z.number(),
  /** What the server's count of heard time was at the last value. */
  lastHeardMs: z.number(),
  missing: z.boolean(),
  recent: z.array(z.tuple([z.number(), z.number()])),
});
export type ConditionState = z.infer<typeof conditionStateSchema>;

/** One open alert. */
export const alertStateSchema = z.object({
  key: z.string(),
  cause: z.string(),
  title: z.string(),
  severity: alertSeveritySchema,
  level: alertLevelSchema,
  raisedAtMs: z.number(),
  /** How many events it has had. */
  sequence: z.number(),
  flapping: z.boolean(),
  /** When something of it held last. */
  lastMemberMs: z.number(),
  /** For how long it has been told at this level, and since the last event; time in which it was held or this computer slept is left out. */
  levelForMs: z.number(),
  toldForMs: z.number(),
  acknowledged: acknowledgementSchema.nullable(),
  held: holdReasonSchema.nullable(),
  /** Where nothing of it holds any more: how that came; null: something does. */
  ending: z.enum(['good', 'noData', 'gone']).nullable(),
  runbook: z.string().nullable(),
  serverIds: z.array(z.string()),
  /** Conditions it was told for. */
  members: z.array(z.string()),
  evidence: z.array(alertEvidenceSchema),
});
export type AlertState = z.infer<typeof alertStateSchema>;

const serverMemorySchema = z.object({
  name: z.string(),
  /** When it was last connected; null: never. */
  upAtMs: z.number().nullable(),
  /** Since when it is connected; null: it is not. */
  upSinceMs: z.number().nullable(),
  /** Time of the newest sample; null: none yet. */
  sampleAtMs: z.number().nullable(),
  /** How long it has been heard in all, without gaps. */
  heardMs: z.number(),
});
export type ServerMemory = z.infer<typeof serverMemorySchema>;

/** All that the evaluator remembers: plain data. */
export const evaluatorStateSchema = z.object({
  version: z.literal(1),
  lastTickMs: z.number().nullable(),
  /** Until when a lost connection is not believed. */
  graceUntilMs: z.number(),
  servers: z.record(z.string(), serverMemorySchema),
  conditions: z.record(z.string(), conditionStateSchema),
  alerts: z.record(z.string(), alertStateSchema),
  /** When alerts were raised, by key, within the window of flapping. */
  raises: z.record(z.string(), z.array(z.number())),
});
export type EvaluatorState = z.infer<typeof evaluatorStateSchema>;

/** Before the first tick. */
export const emptyState: EvaluatorState = { version: 1, lastTickMs: null, graceUntilMs: 0, servers: {}, conditions: {}, alerts: {}, raises: {} };

/** A state as text, to be kept. */
export function writeState(state: EvaluatorState): string {
  return JSON.stringify(state);
}

/** Reads a kept state; null where it is none of this version: evaluation then begins anew. */
export function readState(text: string): EvaluatorState | null {
  try {
    const parsed = evaluatorStateSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
