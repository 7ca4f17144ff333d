import { z } from 'zod';
import { stepConditionSchema } from './stepCondition.ts';

const script = z.string().max(65_536);
const seconds = z.int().min(1).max(86_400);
/** Text in which `${inputs.NAME}` and `${server.host}`, `${server.name}` stand for values. */
const template = z.string().max(2000);

const common = {
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,40}(\.[a-z][a-z0-9-]{0,40})*$/)
    .max(64),
  title: z.string().max(120),
  why: z.string().max(600),
  /** What the field's documents get wrong here and what is done instead, or what to know beforehand. */
  note: z.string().max(2000).optional(),
  /** Applies only where this holds; else the cell is skipped and says so. */
  when: stepConditionSchema.optional(),
  /** Earlier steps that must have ended well; where one did not, this one is skipped. */
  needs: z.array(z.string().max(64)).max(50).optional(),
  /** `go-on`: the steps after it run although it failed. */
  onFailure: z.enum(['stop', 'go-on']).optional(),
  /** Weight in an audit; absent: medium. */
  severity: z.enum(['low', 'medium', 'high', 'critical']).optional(),
  requirements: z
    .array(z.string().regex(/^[RX]-\d{3}$/))
    .max(50)
    .optional(),
  /** Items of the field's checklists and runbooks that it carries. */
  covers: z.array(z.string().max(80)).max(50).optional(),
  /** Heading under which it stands with its neighbours. */
  group: z.string().max(120).optional(),
};

/**
 * POSIX sh scripts on the server. `check` is read-only and exits 0 when nothing is to be done, 1 when something is, anything else when it
 * cannot tell; its last line is the proof. `apply` makes it so, as a job that outlives the connection; `verify` proves it (absent: the
 * check again). Inputs arrive as environment variables `PH_<NAME>` in upper snake case, secrets as files `$PH_SECRETS/<NAME>`.
 */
export const commandStepSchema = z.object({
  ...common,
  kind: z.literal('command'),
  /** Runs as root where the login can become root. */
  sudo: z.boolean(),
  /** `read`: a check alone. `once`: must not happen twice; the check tells whether it has. */
  effect: z.enum(['read', 'idempotent', 'once']),
  /** `lockout`: guarded by `rollback`, which the server runs by itself unless a fresh login proves in time that we still get in. */
  risk: z.enum(['none', 'restart', 'reboot', 'lockout', 'data']),
  timeoutS: seconds,
  retry: z.object({ times: z.int().min(1).max(10), delayS: z.int().min(0).max(600) }).optional(),
  check: script.optional(),
  apply: script.optional(),
  verify: script.optional(),
  rollback: script.optional(),
  /** What a check that says no means where there is nothing to apply: `fails` (absent) or only `noted`. */
  finding: z.enum(['fails', 'noted']).optional(),
  /** Within so many seconds a fresh login has to succeed after a step with risk of lockout; absent: 180. */
  guardS: z.int().min(20).max(3600).optional(),
  /** After apply, a fresh connection must succeed as this login (an input's name), with sudo; otherwise the step fails. */
  proveLogin: z.string().max(64).optional(),
  /** Once the login of `proveLogin` is proved, the inventory's login is switched to it. */
  switchLogin: z.boolean().optional(),
  /** Inputs of type `secret` that its scripts read. */
  secrets: z.array(z.string().max(64)).max(20).optional(),
});
export type CommandStep = z.infer<typeof commandStepSchema>;

/** Asks the person who runs it. `evidence`: something done by hand, with words or files that prove it. */
export const questionStepSchema = z.object({
  ...common,
  kind: z.literal('question'),
  ask: z.enum(['confirm', 'choice', 'text', 'evidence']),
  /** Markdown: what to look at, what to do, what to bring. */
  text: z.string().max(8000),
  choices: z.array(z.string().max(200)).max(64).optional(),
  /** POSIX sh: prints the choices on the server, one a line. Read-only. */
  choicesFrom: z.string().max(8192).optional(),
  sudo: z.boolean().optional(),
  /** An empty answer, or evidence without a note or file, is refused. */
  required: z.boolean().optional(),
  /** What `no` means: `fails` (absent) or only `noted`. */
  finding: z.enum(['fails', 'noted']).optional(),
  /** The answer becomes the value of this input for the steps after it. */
  input: z.string().max(64).optional(),
});
export type QuestionStep = z.infer<typeof questionStepSchema>;

/** Waits for another person's consent, attested by another key. */
export const approvalStepSchema = z.object({
  ...common,
  kind: z.literal('approval'),
  statement: template,
  /** Environments in which it is asked for; absent: production. */
  environments: z.array(z.string().max(40)).max(10).optional(),
});
export type ApprovalStep = z.infer<typeof approvalStepSchema>;

/** Waits until a read-only script exits 0; other exit codes than 1 fail it at once. */
export const waitStepSchema = z.object({
  ...common,
  kind: z.literal('wait'),
  sudo: z.boolean(),
  check: script,
  everyS: z.int().min(1).max(3600),
  deadlineS: seconds,
});
export type WaitStep = z.infer<typeof waitStepSchema>;

/** Restarts the server where `check` exits 1, and waits until it is back: another boot, a login, and the check at peace. */
export const rebootStepSchema = z.object({
  ...common,
  kind: z.literal('reboot'),
  check: script,
  deadlineS: seconds,
});
export type RebootStep = z.infer<typeof rebootStepSchema>;

const ports = z.union([
  z
    .array(z.union([z.int().min(1).max(65_535), template]))
    .min(1)
    .max(200),
  template,
]);

/** What is tried from this laptop, outside the SSH connection. */
export const localProbeSchema = z.discriminatedUnion('type', [
  /** TCP to ports; `host` absent: the server's own address. */
  z.object({ type: z.literal('tcp'), host: template.optional(), ports, expect: z.enum(['open', 'closed']), timeoutS: z.int().min(1).max(60).optional() }),
  /** Every port that the server listens on or publishes is tried; those not in `allowed` (SSH always is) must be closed. */
  z.object({ type: z.literal('exposure'), allowed: ports, timeoutS: z.int().min(1).max(60).optional() }),
  /** The name resolves; `expect` absent: to the server's address. */
  z.object({ type: z.literal('dns'), name: template, expect: template.optional() }),
  /** A chain that this laptop trusts, TLS of at least `minVersion`, and so many days left. */
  z.object({
    ...{ type: z.literal('tls'), host: template.optional(), port: template, name: template.optional() },
    ...{ minDays: z.int().min(0).max(3650), minVersion: z.enum(['1.2', '1.3']).optional() },
  }),
  z.object({
    type: z.literal('http'),
    url: template,
    status: z.array(z.int()).min(1),
    contains: template.optional(),
    timeoutS: z.int().min(1).max(300).optional(),
  }),
]);
export type LocalProbe = z.infer<typeof localProbeSchema>;

export const localStepSchema = z.object({
  ...common,
  kind: z.literal('local'),
  probe: localProbeSchema,
  finding: z.enum(['fails', 'noted']).optional(),
});
export type LocalStep = z.infer<typeof localStepSchema>;

export const stackActionSchema = z.enum([
  ...(['lint', 'fit', 'status', 'smoke-tests', 'deploy', 'update', 'rollback', 'start', 'stop', 'restart', 'down', 'drift', 'model-update'] as const),
  ...(['backup', 'verify-backup', 'restore-test', 'restore', 'logs', 'evidence'] as const),
]);
export type StackAction = z.infer<typeof stackActionSchema>;

/** Something that the stack feature does, as an operation of its own where it changes anything. */
export const stackStepSchema = z.object({
  ...common,
  kind: z.literal('stack'),
  action: stackActionSchema,
  stack: template,
  /** Further values of the action, for example `service`, `model`, `release`. */
  with: z.record(z.string().max(64), template).optional(),
  /** What it means that something that is only looked at is not as it should be: `fails` (absent) or only `noted`. */
  finding: z.enum(['fails', 'noted']).optional(),
});
export type StackStep = z.infer<typeof stackStepSchema>;

/** The steps of another workflow stand in its place; their ids begin with its own and a dot. */
export const subWorkflowStepSchema = z.object({
  ...common,
  kind: z.literal('workflow'),
  workflow: z.string().max(64),
  inputs: z.record(z.string().max(64), template).optional(),
});

/** One step. A step without a `kind` is a command. */
export const workflowStepSchema = z.preprocess(
  (value) => (typeof value === 'object' && value !== null && !('kind' in value) ? { kind: 'command', ...value } : value),
  z.discriminatedUnion('kind', [
    commandStepSchema,
    questionStepSchema,
    approvalStepSchema,
    waitStepSchema,
    rebootStepSchema,
    localStepSchema,
    stackStepSchema,
    subWorkflowStepSchema,
  ]),
);
export type WorkflowStep = z.infer<typeof workflowStepSchema>;
/** A step as it runs: sub-workflows have been put in place. */
export type PlainStep = Exclude<WorkflowStep, { kind: 'workflow' }>;
