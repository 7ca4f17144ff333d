import { z } from 'zod';
import { alertLevelSchema, attemptViewSchema } from './alert.ts';
import { alertSeveritySchema } from './alertRule.ts';
import { hostSchema } from './hostName.ts';
import { labelSchema } from './server.ts';

const mailbox = z.string().regex(/^[^\s@<>"',;\p{Cc}]{1,64}@[^\s@<>"',;\p{Cc}]{1,253}$/u, 'an address like oncall@example.com');
const web = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .refine((text) => !/^[^/]*\/\/[^/?#]*@/.test(text), 'an address without a password in it');

const common = {
  name: labelSchema,
  enabled: z.boolean().default(true),
  severities: z.array(alertSeveritySchema).min(1).max(3),
  /** Told from this level on. */
  fromLevel: alertLevelSchema.default(1),
  /** Whether reminders, easing and acknowledgement are told, too. */
  chatty: z.boolean().default(false),
};

/** What a person says about a channel; nothing of it is secret. */
export const channelFieldsSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('desktop'), ...common }),
  z.object({ kind: z.literal('slack'), ...common }),
  z.object({ kind: z.literal('webhook'), ...common }),
  z.object({ kind: z.literal('pagerduty'), ...common }),
  z.object({
    kind: z.literal('email'),
    ...common,
    host: hostSchema,
    port: z.int().min(1).max(65_535).default(587),
    /** `tls` from the first byte, as on port 465; `starttls`: never without it; `none`: as it is, only to this computer. */
    security: z.enum(['tls', 'starttls', 'none']).default('starttls'),
    user: z.string().max(200).optional(),
    from: mailbox,
    to: z.array(mailbox).min(1).max(20),
  }),
]);
export type ChannelFields = z.infer<typeof channelFieldsSchema>;
export type ChannelKind = ChannelFields['kind'];

/**
 * What has to stay secret of a channel; sealed, and never sent back. `address`: of a Slack-style or generic webhook, whose path lets in; of
 * PagerDuty only where it is not theirs. `signingKey`: of a webhook. `routingKey`: of PagerDuty. `password`: of the mail server.
 */
export const channelSecretsSchema = z.object({
  address: web.optional(),
  signingKey: z.string().min(16).max(500).optional(),
  routingKey: z.string().min(1).max(200).optional(),
  password: z.string().min(1).max(500).optional(),
});
export type ChannelSecrets = z.infer<typeof channelSecretsSchema>;

export const channelIdSchema = z.string().regex(/^chan_[0-9a-f]{16}$/);

/** A channel as it stands now. */
export const alertChannelSchema = z.object({
  id: channelIdSchema,
  fields: channelFieldsSchema,
  /** Host of its address; null: it has none, or the keystore is locked. */
  host: z.string().nullable(),
  /** Which secrets it has. */
  has: z.array(z.enum(['address', 'signingKey', 'routingKey', 'password'])),
  /** What is missing before it can be used. */
  problem: z.string().nullable(),
  waiting: z.int(),
  /** Given up in the last day. */
  givenUp: z.int(),
  lastSentAtMs: z.number().nullable(),
  /** The last attempt; null: there was none. */
  last: attemptViewSchema.nullable(),
});
export type AlertChannel = z.infer<typeof alertChannelSchema>;

/** A sign of life sent out again and again, so that somebody else notices when nobody watches any more. */
export const heartbeatFieldsSchema = z.object({
  enabled: z.boolean(),
  method: z.enum(['GET', 'POST']).default('GET'),
  intervalS: z.int().min(30).max(3600).default(60),
});

/** The heartbeat as it stands now. */
export const heartbeatSchema = z.object({
  fields: heartbeatFieldsSchema,
  /** Host of its address; null: it has none yet. The address lets in, so it is sealed. */
  host: z.string().nullable(),
  lastSentAtMs: z.number().nullable(),
  last: attemptViewSchema.nullable(),
  /** Failures one after the other. */
  failures: z.int(),
  /** Failed three times or more: whoever listens for it believes that nobody watches. */
  failing: z.boolean(),
});
export type Heartbeat = z.infer<typeof heartbeatSchema>;
export const heartbeatAddressSchema = web;

/** What channels of a kind are told until somebody says otherwise: who is on call is paged for what is critical, the rest is read. */
export const usualSeverities: Record<ChannelKind, z.infer<typeof alertSeveritySchema>[]> = {
  desktop: ['advice', 'warning', 'critical'],
  slack: ['warning', 'critical'],
  webhook: ['warning', 'critical'],
  pagerduty: ['critical'],
  email: ['critical'],
};
