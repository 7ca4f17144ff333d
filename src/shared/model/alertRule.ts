import { z } from 'zod';
import { clockTimeSchema } from './recurrence.ts';
import { environmentSchema } from './server.ts';

/** How much an alert counts. `critical` pages whoever is on call, `warning` goes to the channel, `advice` is shown and told to nobody. */
export const alertSeveritySchema = z.enum(['advice', 'warning', 'critical']);
export type AlertSeverity = z.infer<typeof alertSeveritySchema>;

/** Severities, least first. */
export const alertSeverities: readonly AlertSeverity[] = alertSeveritySchema.options;

export const comparatorSchema = z.enum(['>', '>=', '<', '<=', '==', '!=']);
export type Comparator = z.infer<typeof comparatorSchema>;

/** What a rule is about: the server itself, a kind of subject on it, or this computer. */
export const alertSubjectSchema = z.enum(['server', 'gpu', 'disk', 'drive', 'nic', 'container', 'engine', 'probe', 'computer']);
export type AlertSubject = z.infer<typeof alertSubjectSchema>;

/** How far one alert reaches: everything of one cause within it is one alert. */
const alertGroupSchema = z.enum(['subject', 'server', 'stack', 'fleet']);

const ruleId = z.string().regex(/^[a-z][a-z0-9-]{1,62}$/, 'lower-case letters, digits and "-", such as disk-full');
const words = z.array(z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/)).min(1);
const seconds = z.int().min(0).max(604_800);

/** Hours of the week in which a rule is judged; on the wall clock of the server's zone. Not later than `from`: until the next day. */
export const alertHoursSchema = z.strictObject({
  id: ruleId,
  title: z.string().min(1).max(120),
  /** 1 is Monday: the day on which the hours begin. */
  days: z.array(z.int().min(1).max(7)).min(1).max(7),
  from: clockTimeSchema,
  until: clockTimeSchema,
});
export type AlertHours = z.infer<typeof alertHoursSchema>;

/** For which servers and subjects a rule is; what is absent does not narrow it. */
export const alertScopeSchema = z.strictObject({
  environments: z.array(environmentSchema).min(1).optional(),
  /** Of a container, an engine or a probe: its stack; of others: one of the stacks of the server. */
  stacks: words.optional(),
  exceptStacks: words.optional(),
  /** Engines such as `vllm`: of an engine itself, of others one that runs on the server. */
  engines: words.optional(),
  exceptEngines: words.optional(),
  /** Whether the server has GPUs; a server on its processor alone answers slower and is not broken for it. */
  hardware: z.enum(['gpu', 'cpu']).optional(),
});
export type AlertScope = z.infer<typeof alertScopeSchema>;

/**
 * What is done where a series that was there has no value any more, though its server answers. `keep`: an alert stays. `resolve`: it ends.
 * `alert`: that is an alert of its own, by this title. What has had no value for a week is forgotten.
 */
export const missingPolicySchema = z.discriminatedUnion('policy', [
  z.strictObject({ policy: z.enum(['keep', 'resolve']), afterS: seconds.min(10) }),
  z.strictObject({ policy: z.literal('alert'), afterS: seconds.min(10), severity: alertSeveritySchema, title: z.string().min(1).max(120) }),
]);

const ruleFields = z.strictObject({
  id: ruleId,
  title: z.string().min(1).max(120),
  /** What it means and what to look at first. */
  explanation: z.string().min(20).max(1000),
  /** A name of the catalogue of metrics. */
  metric: z.string().regex(/^[a-z][A-Za-z0-9]{1,62}$/, 'a name like diskUsedRatio'),
  on: alertSubjectSchema,
  comparator: comparatorSchema,
  value: z.number(),
  /** A value counts as good again from here on; absent: as soon as the condition does not hold. */
  clear: z.number().optional(),
  /** How long it has to hold before it is an alert. */
  sustainedS: seconds,
  /** How long it has to be good before the alert is over. */
  clearS: seconds,
  missing: missingPolicySchema,
  severity: alertSeveritySchema,
  /** `environment`: in the hours of the server's environment, where it has any; `always`; or the id of hours. */
  schedule: z.union([z.literal('environment'), z.literal('always'), ruleId]),
  /** Rules of one cause are one alert, as severe as the worst of them. Absent: the id. */
  cause: ruleId.optional(),
  group: alertGroupSchema.default('subject'),
  appliesTo: alertScopeSchema.default({}),
  /** Not told while one of these holds on the same subject, anywhere on the server, or in the same stack. */
  dependsOn: z.array(z.strictObject({ rule: ruleId, on: z.enum(['subject', 'server', 'stack']) })).default([]),
  /** The runbook that is proposed; null: there is none, and the explanation says what to do. */
  runbook: ruleId.nullable(),
  references: z.array(z.string().regex(/^(R-\d{3}|X-\d{3}|t\d{3}-[a-z0-9-]+)$/, 'R-…, X-… or the id of a threshold')),
});

/** When something is an alert, as data. */
export const alertRuleSchema = ruleFields.superRefine((rule, context) => {
  const problem = clearProblem(rule);
  if (problem !== null) context.addIssue({ code: 'custom', path: ['clear'], message: problem });
  if ((rule.on === 'computer') !== (rule.group === 'fleet')) {
    context.addIssue({ code: 'custom', path: ['group'], message: 'a rule about this computer is grouped by the fleet, and no other is' });
  }
  if (rule.dependsOn.some((each) => each.rule === rule.id))
    context.addIssue({ code: 'custom', path: ['dependsOn'], message: 'a rule cannot depend on itself' });
});
export type AlertRule = z.infer<typeof alertRuleSchema>;

/** One file of rules. */
export const alertRuleFileSchema = z.strictObject({ title: z.string().min(1).max(120), rules: z.array(alertRuleSchema).min(1) });

/** The hours, and which environment keeps which. */
export const alertHoursFileSchema = z.strictObject({
  hours: z.array(alertHoursSchema),
  environments: z.partialRecord(environmentSchema, ruleId),
});
export type AlertHoursFile = z.infer<typeof alertHoursFileSchema>;

/** Thresholds of the field that are no alerts, and why. */
export const notAlertsFileSchema = z.strictObject({
  thresholds: z.array(z.strictObject({ id: z.string().regex(/^t\d{3}-[a-z0-9-]+$/), reason: z.string().min(10).max(400) })),
});

/** Whether a value is as bad as the rule says. */
export function holds(comparator: Comparator, value: number, limit: number): boolean {
  switch (comparator) {
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '==':
      return value === limit;
    case '!=':
      return value !== limit;
  }
}

/** Why a clear value makes no sense; null: it does, or there is none. */
function clearProblem({ comparator, value, clear }: Pick<AlertRule, 'comparator' | 'value' | 'clear'>): string | null {
  if (clear === undefined) return null;
  if (comparator === '==' || comparator === '!=') return `"${comparator}" has no clear value: it is good as soon as it does not hold`;
  const above = comparator.startsWith('>');
  if (above ? clear > value : clear < value) return `it would be good again ${above ? 'above' : 'below'} ${value}, where it is still bad`;
  return null;
}

/** The cause that a rule tells of. */
export function causeOf({ cause, id }: Pick<AlertRule, 'cause' | 'id'>): string {
  return cause ?? id;
}
