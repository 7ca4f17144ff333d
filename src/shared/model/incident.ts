import { z } from 'zod';
import { operationIdSchema, serverIdSchema } from './ids.ts';
import { daySchema } from './serverRecord.ts';

/** How bad it is, and with that who is told: 1 somebody on call looks at it, 2 users notice, 3 it is down. */
export const incidentLevelSchema = z.union([z.literal(1), z.literal(2), z.literal(3)]);
export type IncidentLevel = z.infer<typeof incidentLevelSchema>;

/** What each level means, in a word and a line. */
export const incidentLevels: Record<IncidentLevel, { word: string; meaning: string }> = {
  1: { word: 'alert', meaning: 'something is not as it should be; whoever is on call looks at it' },
  2: { word: 'degraded', meaning: 'users notice it; the team lead is told' },
  3: { word: 'outage', meaning: 'a service is down; senior engineering and management are called' },
};

export const incidentIdSchema = z.string().regex(/^INC-[1-9][0-9]{0,8}$/, 'an incident like INC-7');

/** An alert for which it was opened. Its `id` leads to it for as long as the history of alerts goes back. */
const incidentAlertSchema = z.object({ id: z.string().min(1).max(720), title: z.string().max(200), servers: z.array(z.string().max(120)).max(50) });
export type IncidentAlert = z.infer<typeof incidentAlertSchema>;

/** What made somebody open it; `name` says it to people. */
export const incidentSourceSchema = z.object({
  kind: z.enum(['person', 'runbook', 'alert']),
  name: z.string().max(200).optional(),
  alerts: z.array(incidentAlertSchema).max(50).optional(),
});
export type IncidentSource = z.infer<typeof incidentSourceSchema>;

const serverRef = z.object({ id: serverIdSchema, name: z.string() });

/** The head of an incident. */
export const incidentSchema = z.object({
  id: incidentIdSchema,
  title: z.string().min(1).max(200),
  level: incidentLevelSchema,
  levelSinceMs: z.number(),
  servers: z.array(serverRef),
  stacks: z.array(z.string().max(63)),
  source: incidentSourceSchema,
  openedBy: z.string(),
  openedAtMs: z.number(),
  closedAtMs: z.number().nullable(),
  closedBy: z.string().nullable(),
  resolution: z.string().nullable(),
});
export type Incident = z.infer<typeof incidentSchema>;
export const incidentFieldsSchema = incidentSchema.omit({ id: true, openedAtMs: true, closedAtMs: true });
export type IncidentFields = z.infer<typeof incidentFieldsSchema>;

/** Something that somebody did about an incident. */
export const incidentEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('opened'), level: incidentLevelSchema }),
  z.object({ kind: z.literal('note'), text: z.string().max(16_384) }),
  z.object({ kind: z.literal('level'), from: incidentLevelSchema, to: incidentLevelSchema, reason: z.string().max(1000) }),
  z.object({ kind: z.literal('contacted'), contact: z.string().max(120), reached: z.boolean(), text: z.string().max(1000) }),
  z.object({ kind: z.literal('evidence'), operationId: operationIdSchema }),
  z.object({ kind: z.literal('run'), operationId: operationIdSchema, title: z.string().max(200) }),
  z.object({ kind: z.literal('closed'), resolution: z.string().max(16_384) }),
]);
export type IncidentEvent = z.infer<typeof incidentEventSchema>;

/** One line of the timeline: what somebody did about it, how a run went, or what was changed on its servers meanwhile. */
export const timelineItemSchema = z.object({
  atMs: z.number(),
  who: z.string(),
  kind: z.enum(['opened', 'note', 'level', 'contacted', 'evidence', 'run', 'change', 'closed']),
  text: z.string(),
  operationId: operationIdSchema.optional(),
  /** Of a run: how it stands. */
  state: z.string().optional(),
});
export type TimelineItem = z.infer<typeof timelineItemSchema>;

const contactIdSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/);
export const contactSchema = z.object({
  id: contactIdSchema,
  name: z.string().min(1).max(120),
  role: z.string().max(120),
  /** What they answer for. */
  responsibility: z.string().max(400),
  /** How they are reached: telephone, address, channel. */
  reach: z.string().max(400),
});
export type Contact = z.infer<typeof contactSchema>;

/** Stands for whoever is on call. */
export const onCallContact = 'on-call';

export const escalationStepSchema = z.object({
  level: incidentLevelSchema,
  /** When it comes to this. */
  when: z.string().max(400),
  /** Contacts that are told; `on-call`: whoever that is. */
  contacts: z.array(contactIdSchema).max(20),
  /** Minutes after which the next level is told where nothing got better; null: not by time. */
  withinMin: z.int().min(1).max(10_080).nullable(),
});

/** Who is on call: one after the other, each for so many days. Times are UTC. */
export const rotationSchema = z.object({
  people: z.array(contactIdSchema).max(50),
  startsOn: daySchema,
  everyDays: z.int().min(1).max(60),
  handoverHourUtc: z.int().min(0).max(23),
  /** Stand-ins for single days. */
  standIns: z.array(z.object({ contact: contactIdSchema, from: daySchema, to: daySchema })).max(200),
});
export type Rotation = z.infer<typeof rotationSchema>;

/** Whom to turn to: filled in by people. */
export const incidentPlanSchema = z.object({
  contacts: z.array(contactSchema).max(200),
  levels: z.array(escalationStepSchema).length(3),
  rotation: rotationSchema.nullable(),
});
export type IncidentPlan = z.infer<typeof incidentPlanSchema>;

/** Who is on call, and until when. */
export const onCallSchema = z.object({ contact: contactSchema, untilMs: z.number(), next: contactSchema.nullable() });
export type OnCall = z.infer<typeof onCallSchema>;

/** Where an open incident stands on the path. */
export const escalationSchema = z.object({
  level: incidentLevelSchema,
  sinceMs: z.number(),
  contacts: z.array(contactSchema),
  /** When the next level is to be told; null: not by time. */
  dueAtMs: z.number().nullable(),
  next: z.object({ level: incidentLevelSchema, contacts: z.array(contactSchema) }).nullable(),
});
export type Escalation = z.infer<typeof escalationSchema>;
