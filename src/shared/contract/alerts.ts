import { z } from 'zod';
import {
  alertDeliverySchema,
  alertEventViewSchema,
  alertIdSchema,
  alertKeySchema,
  alertNoticeSchema,
  alertRecordSchema,
  alertSchema,
  alertsStatusSchema,
  attemptViewSchema,
  silenceFieldsSchema,
  silenceIdSchema,
  silencePreviewSchema,
  silenceSchema,
  silenceScopeSchema,
} from '../model/alert.ts';
import {
  alertChannelSchema,
  channelFieldsSchema,
  channelIdSchema,
  channelSecretsSchema,
  heartbeatAddressSchema,
  heartbeatFieldsSchema,
  heartbeatSchema,
} from '../model/alertChannel.ts';
import { alertHoursSchema, alertRuleSchema, alertSeveritySchema } from '../model/alertRule.ts';
import { ruleBacktestSchema, ruleProblemSchema, ruleViewSchema } from '../model/alertRuleView.ts';
import { alertTimesSchema, alertTimesViewSchema } from '../model/alertTimes.ts';
import { operationIdSchema } from '../model/ids.ts';
import { incidentLevelSchema, incidentSchema } from '../model/incident.ts';
import { labelSchema } from '../model/server.ts';
import { mutationFields, procedure, selectorSchema, stateStream } from './base.ts';

const keys = z.array(alertKeySchema).min(1).max(200);
const changed = z.object({ alerts: z.array(alertSchema) });
const ruleId = z.string().min(1).max(63);
const ruleText = z.string().min(1).max(20_000);
/** An id, or a name. */
const which = z.string().min(1).max(63);
const oneRule = z.object({ rule: ruleViewSchema });
const oneChannel = z.object({ channel: alertChannelSchema });
const tried = z.object({ attempt: attemptViewSchema });

/** Alerts: what is wrong, since when, by which evidence, and who was told. They are raised by hosts that watch in the background. */
export const alertsContract = {
  /** Open alerts, and what is held, keyed by `key`. */
  watch: procedure.input(z.object({})).output(stateStream(alertSchema)),
  /** Whether anybody judges what is measured: one item, `status`. */
  status: procedure.input(z.object({})).output(stateStream(alertsStatusSchema)),
  /** What is told on this computer, keyed by id: the newest 50. What a client's first snapshot shows was told before. */
  notices: procedure.input(z.object({})).output(stateStream(alertNoticeSchema)),
  /** The history, newest raise first. `more`: there are older ones; go on with `beforeMs` and `beforeId` of the last. */
  list: procedure
    .input(
      z.object({
        state: z.enum(['open', 'ended', 'all']).default('all'),
        severities: z.array(alertSeveritySchema).min(1).max(3).optional(),
        causes: z.array(ruleId).min(1).max(50).optional(),
        selector: selectorSchema.optional(),
        stack: z.string().max(63).optional(),
        /** In title, cause, servers and subjects. */
        text: z.string().max(200).optional(),
        sinceMs: z.number().optional(),
        beforeMs: z.number().optional(),
        /** Of those raised at `beforeMs` itself, those after this one. */
        beforeId: alertIdSchema.optional(),
        limit: z.int().min(1).max(500).default(100),
      }),
    )
    .output(z.object({ alerts: z.array(alertRecordSchema), more: z.boolean() })),
  /** One alert, by its id or, while it is open, its key; with what happened to it, oldest first, and who was told. Throws `alert.not-found`. */
  show: procedure.input(z.object({ id: alertIdSchema })).output(
    z.object({
      record: alertRecordSchema,
      /** Null: it is over. */
      alert: alertSchema.nullable(),
      events: z.array(alertEventViewSchema),
      deliveries: z.array(alertDeliverySchema),
    }),
  ),
  /** Somebody looks after open alerts, until `untilMs` or until they are over or become worse. Throws `alert.not-found`. */
  acknowledge: procedure
    .input(z.object({ ...mutationFields, keys, untilMs: z.number().optional(), note: z.string().trim().max(1000).optional() }))
    .output(changed),
  unacknowledge: procedure.input(z.object({ ...mutationFields, keys })).output(changed),
  /** Opens one incident for open alerts, with their servers, stacks, runbooks and evidence. */
  openIncident: procedure
    .input(
      z.object({
        ...mutationFields,
        keys,
        level: incidentLevelSchema,
        title: z.string().trim().min(1).max(200).optional(),
        /** Collect evidence of its servers at once. */
        collect: z.boolean().default(true),
      }),
    )
    .output(z.object({ incident: incidentSchema, evidence: operationIdSchema.nullable() })),
  silences: {
    /** Active and planned ones first; those that are over for 30 days. */
    list: procedure.input(z.object({})).output(z.object({ silences: z.array(silenceSchema) })),
    /** Throws `input.invalid` for one that is longer than 90 days or over already, `selector.invalid`. */
    add: procedure.input(z.object({ ...mutationFields, fields: silenceFieldsSchema })).output(z.object({ silence: silenceSchema })),
    /** What one would hold now, without making it. Throws `selector.invalid`. */
    preview: procedure.input(z.object({ scope: silenceScopeSchema })).output(z.object({ preview: silencePreviewSchema })),
    /** Ends it now. Throws `alert.silence-not-found`. */
    end: procedure.input(z.object({ ...mutationFields, id: silenceIdSchema })).output(z.object({ silence: silenceSchema })),
  },
  rules: {
    list: procedure.input(z.object({})).output(z.object({ rules: z.array(ruleViewSchema), hours: z.array(alertHoursSchema) })),
    /** With its text, the shipped text where it has one, and what is to be said about it. Throws `alert.rule-not-found`. */
    show: procedure
      .input(z.object({ id: ruleId }))
      .output(z.object({ rule: ruleViewSchema, text: z.string(), shippedText: z.string().nullable(), problems: z.array(ruleProblemSchema) })),
    /** Reads and judges the text of one rule without saving it; `rule` null: it cannot be read. */
    test: procedure.input(z.object({ text: ruleText })).output(z.object({ rule: alertRuleSchema.nullable(), problems: z.array(ruleProblemSchema) })),
    /** Saves one rule; with the id of a shipped one it stands in its place. Throws `alert.rule-invalid` where there is an error in it. */
    save: procedure.input(z.object({ ...mutationFields, text: ruleText })).output(oneRule.extend({ problems: z.array(ruleProblemSchema) })),
    /** Switches a rule off or on. Open alerts of one that is switched off end. Throws `alert.rule-not-found`. */
    enable: procedure.input(z.object({ ...mutationFields, id: ruleId, enabled: z.boolean() })).output(oneRule),
    /** Removes an own rule, or makes a changed one as it was shipped. Throws `alert.rule-not-found`. */
    remove: procedure.input(z.object({ ...mutationFields, id: ruleId })).output(z.object({})),
    /** What a rule would have fired on over the stored past: one that is there, or a text. `untilMs` absent: now. */
    backtest: procedure
      .input(
        z
          .object({ id: ruleId.optional(), text: ruleText.optional(), selector: selectorSchema.optional(), fromMs: z.number(), untilMs: z.number().optional() })
          .refine(({ id, text }) => (id === undefined) !== (text === undefined), { message: 'either an id or a text' }),
      )
      .output(z.object({ backtest: ruleBacktestSchema })),
  },
  channels: {
    list: procedure.input(z.object({})).output(z.object({ channels: z.array(alertChannelSchema) })),
    /** Makes a channel, or with an id changes one: secrets that are not given stay. Throws `alert.channel-exists`, `alert.channel-not-found`. */
    save: procedure
      .input(z.object({ ...mutationFields, id: channelIdSchema.optional(), fields: channelFieldsSchema, secrets: channelSecretsSchema.default({}) }))
      .output(oneChannel),
    /** Removes it with its secrets; what waits for it is told no more. */
    remove: procedure.input(z.object({ ...mutationFields, channel: which })).output(z.object({ name: labelSchema })),
    /** Sends a test message once and says what came of it. */
    test: procedure.input(z.object({ ...mutationFields, channel: which })).output(tried),
  },
  /** When alerts are told again, and to whom next. */
  times: {
    show: procedure.input(z.object({})).output(alertTimesViewSchema),
    /** Counts from then on for open alerts, too. Null: the usual ones again. */
    save: procedure.input(z.object({ ...mutationFields, times: alertTimesSchema.nullable() })).output(alertTimesViewSchema),
  },
  heartbeat: {
    show: procedure.input(z.object({})).output(z.object({ heartbeat: heartbeatSchema })),
    /** The address stays where none is given; null takes it away. */
    save: procedure
      .input(z.object({ ...mutationFields, fields: heartbeatFieldsSchema, address: heartbeatAddressSchema.nullable().optional() }))
      .output(z.object({ heartbeat: heartbeatSchema })),
    /** Sends one now and says what came of it. Throws `input.invalid` where it has no address. */
    test: procedure.input(z.object({ ...mutationFields })).output(tried),
  },
};
