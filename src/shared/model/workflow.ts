import { z } from 'zod';
import { workflowIdSchema } from './ids.ts';

/** A typed input of a workflow or a parameter of a stack. Values travel as text; `type` says how they are read. */
export const inputDefinitionSchema = z.object({
  name: z.string().regex(/^[a-z][a-zA-Z0-9]{0,40}$/),
  title: z.string().max(120),
  help: z.string().max(600).optional(),
  type: z.enum(['text', 'number', 'boolean', 'choice', 'login', 'public-key', 'size-mib', 'port']),
  choices: z.array(z.string().max(120)).max(64).optional(),
  /** Absent: the input must be given. An empty text counts as given. */
  default: z.string().max(4096).optional(),
});
export type InputDefinition = z.infer<typeof inputDefinitionSchema>;

/** Values of inputs by name, as text. */
export const inputValuesSchema = z.record(z.string().max(64), z.string().max(16_384));
export type InputValues = z.infer<typeof inputValuesSchema>;

/**
 * One step of a workflow: three POSIX sh scripts. `check` is read-only and exits 0 when nothing is to be done; `apply` makes it
 * so; `verify` proves it. Inputs arrive as environment variables `PH_<NAME>` in upper snake case.
 */
export const workflowStepSchema = z.object({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/),
  title: z.string().max(120),
  why: z.string().max(600),
  /** Runs as root where the login can become root. */
  sudo: z.boolean(),
  effect: z.enum(['read', 'idempotent', 'once']),
  risk: z.enum(['none', 'restart', 'lockout']),
  timeoutS: z.int().min(1).max(86_400),
  check: z.string().max(32_768),
  apply: z.string().max(65_536),
  verify: z.string().max(32_768),
  /** After apply, a fresh connection must succeed as this login (an input's name), with sudo; otherwise the step fails. */
  proveLogin: z.string().optional(),
  requirements: z.array(z.string().regex(/^[RX]-\d{3}$/)).optional(),
});
export type WorkflowStep = z.infer<typeof workflowStepSchema>;

/** A versioned definition: inputs and steps. A checklist and a runbook are workflows. */
export const workflowDefinitionSchema = z.object({
  id: workflowIdSchema,
  version: z.int().min(1),
  title: z.string().max(120),
  summary: z.string().max(1000),
  kind: z.enum(['checklist', 'runbook']),
  inputs: z.array(inputDefinitionSchema).max(64),
  steps: z.array(workflowStepSchema).min(1).max(200),
});
export type WorkflowDefinition = z.infer<typeof workflowDefinitionSchema>;
