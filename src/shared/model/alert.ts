import { z } from 'zod';
import { alertSeveritySchema, comparatorSchema } from './alertRule.ts';
import { incidentIdSchema } from './incident.ts';
import { maxSelectorLength } from './selector.ts';

/** Last values and since when: what an alert is believed for. */
export const alertEvidenceSchema = z.object({
  ruleId: z.string(),
  serverId: z.string(),
  serverName: z.string(),
  subject: z.string(),
  metric: z.string(),
  /** `missing`: there is no value any more, `value` is the last one. */
  condition: z.enum(['threshold', 'missing']),
  comparator: comparatorSchema,
  threshold: z.number(),
  value: z.number(),
  /** When `value` was measured. */
  atMs: z.number(),
  /** Since when it holds. */
  sinceMs: z.number(),
  /** The last values, oldest first: time and value. */
  recent: z.array(z.tuple([z.number(), z.number()])),
});
export type AlertEvidence = z.infer<typeof alertEvidenceSchema>;

/** Why something that holds is not told. */
export const holdReasonSchema = z.enum(['server', 'dependency', 'computer', 'maintenance', 'silence', 'hours']);
export type HoldReason = z.infer<typeof holdReasonSchema>;

/** Level to which an alert has come: 1 somebody on call, 2 the team lead, 3 management. */
export const alertLevelSchema = z.union([z.literal(1), z.literal(2), z.literal(3)]);

/** A stable name of an alert: its cause and how far it reaches, such as `disk-full/srv_a/disk:/data`. */
export const alertKeySchema = z.string().min(1).max(700);

const ruleWord = z.string().min(1).max(63);
const serverRef = z.object({ id: z.string(), name: z.string() });

/** Why an alert is not told now, with the person or the window behind it. */
export const alertHoldSchema = z.object({
  reason: holdReasonSchema,
  /** Of a silence: its id; of maintenance: the window's name. */
  id: z.string().nullable(),
  who: z.string().nullable(),
  /** Why, in words of whoever asked for it. */
  text: z.string().nullable(),
  untilMs: z.number().nullable(),
});
export type AlertHold = z.infer<typeof alertHoldSchema>;

/** Somebody looks after it: no next level is told, and no reminder. */
export const acknowledgementSchema = z.object({ who: z.string(), atMs: z.number(), untilMs: z.number().nullable(), note: z.string().nullable() });

/**
 * An alert as it stands. `open`: it was told. `held`: something is wrong and is not told, for the reason in `hold`; it has no level and no
 * events. Alerts of one `cause` belong together.
 */
export const alertSchema = z.object({
  key: alertKeySchema,
  state: z.enum(['open', 'held']),
  cause: z.string(),
  title: z.string(),
  /** What it means and what to look at first, by the rule. */
  explanation: z.string().nullable(),
  severity: alertSeveritySchema,
  level: alertLevelSchema,
  /** Since when it is bad. */
  sinceMs: z.number(),
  /** When it was told first; null: it was not. */
  raisedAtMs: z.number().nullable(),
  servers: z.array(serverRef),
  stacks: z.array(z.string()),
  /** What it is about, where that is not the server itself. */
  subjects: z.array(z.object({ serverId: z.string(), subject: z.string(), title: z.string() })),
  rules: z.array(ruleWord),
  /** At most 20. */
  evidence: z.array(alertEvidenceSchema),
  flapping: z.boolean(),
  acknowledged: acknowledgementSchema.nullable(),
  hold: alertHoldSchema.nullable(),
  /** When the next level is told, unless somebody acknowledges it; null: not by time. */
  escalatesAtMs: z.number().nullable(),
  /** Id of the runbook that is proposed. */
  runbook: z.string().nullable(),
  /** The incident that was opened for it. */
  incident: incidentIdSchema.nullable(),
});
export type Alert = z.infer<typeof alertSchema>;

/** Identifies one alert from its raise to its end: the key, `@`, and when it was raised. */
export const alertIdSchema = z.string().min(3).max(720);

/** An alert in the history. */
export const alertRecordSchema = z.object({
  id: alertIdSchema,
  key: alertKeySchema,
  cause: z.string(),
  title: z.string(),
  /** The worst that it was. */
  severity: alertSeveritySchema,
  /** The highest that it came to. */
  level: alertLevelSchema,
  raisedAtMs: z.number(),
  /** Null: it is open. */
  endedAtMs: z.number().nullable(),
  /** `good`: it is over; `noData`: its series ended; `gone`: its server or rule left. */
  ended: z.enum(['good', 'noData', 'gone']).nullable(),
  servers: z.array(serverRef),
  stacks: z.array(z.string()),
  subjects: z.array(z.string()),
  flapping: z.boolean(),
  /** Who acknowledged it first. */
  acknowledgedBy: z.string().nullable(),
  runbook: z.string().nullable(),
  incident: incidentIdSchema.nullable(),
  /** It began and ended while nobody watched, and was found afterwards in what the server's recorder had kept: its times are the real ones. */
  whileAway: z.boolean().default(false),
});
export type AlertRecord = z.infer<typeof alertRecordSchema>;

/**
 * Something that happened to an alert. `unacknowledged` and `incident` are done by people and told to nobody; `whileAway` is a message about several
 * alerts that are all over.
 */
export const alertEventViewSchema = z.object({
  id: z.string(),
  kind: z.enum(['raised', 'stillFiring', 'escalated', 'eased', 'resolved', 'acknowledged', 'unacknowledged', 'incident', 'whileAway']),
  why: z.string().nullable(),
  atMs: z.number(),
  severity: alertSeveritySchema,
  level: alertLevelSchema,
  title: z.string(),
  flapping: z.boolean(),
  who: z.string().nullable(),
  note: z.string().nullable(),
  evidence: z.array(alertEvidenceSchema),
});
export type AlertEventView = z.infer<typeof alertEventViewSchema>;

/** One attempt to tell something. `unknown`: it was sent and no answer came, so that it may have arrived. */
export const attemptViewSchema = z.object({
  atMs: z.number(),
  tookMs: z.number(),
  outcome: z.enum(['sent', 'unknown', 'failed', 'refused']),
  problem: z.string().nullable(),
});
export type AttemptView = z.infer<typeof attemptViewSchema>;

/** One event on its way to one channel. */
export const alertDeliverySchema = z.object({
  channelId: z.string(),
  /** Null: the channel was removed since. */
  channel: z.string().nullable(),
  eventId: z.string(),
  event: alertEventViewSchema.shape.kind,
  /** What the other side knows it by: the same for every attempt. */
  idempotencyKey: z.string(),
  state: z.enum(['waiting', 'sent', 'givenUp']),
  queuedAtMs: z.number(),
  /** Of one that waits. */
  nextAtMs: z.number().nullable(),
  endedAtMs: z.number().nullable(),
  /** The last 50, oldest first. */
  attempts: z.array(attemptViewSchema),
});
export type AlertDelivery = z.infer<typeof alertDeliverySchema>;

/** Longest time of a silence, 90 days. */
export const longestSilenceMs = 90 * 86_400_000;

const scopeFields = z.object({
  /** Ids or causes of rules. */
  rules: z.array(ruleWord).min(1).max(50).optional(),
  selector: z.string().min(1).max(maxSelectorLength).optional(),
  subjects: z.array(z.string().min(1).max(512)).min(1).max(50).optional(),
});
const isNarrowed = ({ rules, selector, subjects }: z.infer<typeof scopeFields>) => rules !== undefined || selector !== undefined || subjects !== undefined;
const narrowed = { message: 'say what is to be silent: rules, servers or subjects' };

/** What is to be silent. What is absent does not narrow it; something has to. */
export const silenceScopeSchema = scopeFields.refine(isNarrowed, narrowed);
export type SilenceScope = z.infer<typeof silenceScopeSchema>;

/** What somebody wants to hear nothing of, for a while. */
export const silenceFieldsSchema = scopeFields
  .extend({
    reason: z.string().trim().min(3).max(500),
    /** Absent: from now on. */
    fromMs: z.number().optional(),
    untilMs: z.number(),
  })
  .refine(isNarrowed, narrowed);
export type SilenceFields = z.infer<typeof silenceFieldsSchema>;

export const silenceIdSchema = z.string().regex(/^sil_[0-9a-f]{16}$/);

/** A silence as it stands now. */
export const silenceSchema = z.object({
  id: silenceIdSchema,
  reason: z.string(),
  who: z.string(),
  createdAtMs: z.number(),
  fromMs: z.number(),
  untilMs: z.number(),
  rules: z.array(z.string()),
  selector: z.string().nullable(),
  subjects: z.array(z.string()),
  /** Names of the servers that the selector picks now; empty without one. */
  servers: z.array(z.string()),
  state: z.enum(['planned', 'active', 'over']),
  /** Who ended it before its time. */
  endedBy: z.string().nullable(),
  /** How many alerts it holds now. */
  holds: z.int(),
});
export type Silence = z.infer<typeof silenceSchema>;

/** What a silence would hold now. */
export const silencePreviewSchema = z.object({
  /** Names of the servers that the selector picks; null without one. */
  servers: z.array(z.string()).nullable(),
  /** Alerts that are told now and would be held: whole, or a part of their servers and subjects. */
  alerts: z.array(z.object({ key: alertKeySchema, title: z.string(), severity: alertSeveritySchema, whole: z.boolean() })),
  /** Rules that are switched on and that it is about; null: all of them. */
  rules: z.int().nullable(),
  /** What was named and is neither a rule nor a cause. */
  unknownRules: z.array(z.string()),
});
export type SilencePreview = z.infer<typeof silencePreviewSchema>;

/** Whether anybody judges what is measured. */
export const alertsStatusSchema = z.object({
  id: z.literal('status'),
  /** No: this core was started for a command and does not watch; what is shown is as of `judgedAtMs`. */
  watching: z.boolean(),
  judgedAtMs: z.number().nullable(),
  /** Until when a lost connection is not believed, after this computer woke. */
  graceUntilMs: z.number().nullable(),
  /** This computer seems to be what is cut off: nothing is said about servers. */
  computerOut: z.boolean(),
  rules: z.int(),
  /** Deliveries that wait, and those given up in the last day. */
  waiting: z.int(),
  givenUp: z.int(),
});
export type AlertsStatus = z.infer<typeof alertsStatusSchema>;

/** An alert that began and ended while nobody watched, as it is told. */
export const awayAlertSchema = z.object({
  title: z.string(),
  severity: alertSeveritySchema,
  servers: z.array(z.string()),
  subjects: z.array(z.string()),
  raisedAtMs: z.number(),
  endedAtMs: z.number(),
});
export type AwayAlert = z.infer<typeof awayAlertSchema>;

/** Something worth a notification on this computer. `to` is the route that shows more. */
export const alertNoticeSchema = z.object({
  id: z.string(),
  title: z.string().max(200),
  body: z.string().max(500),
  to: z.string().startsWith('/').max(1000),
  severity: alertSeveritySchema,
  atMs: z.number(),
});
export type AlertNotice = z.infer<typeof alertNoticeSchema>;
