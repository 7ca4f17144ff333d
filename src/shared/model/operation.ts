import { z } from 'zod';
import { appErrorSchema } from '../errors.ts';
import { operationIdSchema, serverIdSchema } from './ids.ts';
import { personQuestionSchema } from './question.ts';

/** What an operation is; each kind is one way of filling the matrix of targets and steps. */
export const operationKindSchema = z.enum([
  'exec',
  'facts',
  'workflow',
  'rollout',
  'rollback',
  'stack-down',
  'stack-restart',
  'stack-start',
  'stack-stop',
  'stack-revert',
  'stack-prune',
  'model-update',
  'stack-adopt',
  'secret-rotate',
  'backup',
  'backup-verify',
  'backup-prune',
  'restore-test',
  'restore',
  'key-install',
  'key-remove',
  'copy',
  'file-remove',
  'incident-evidence',
  'recorder-install',
  'recorder-remove',
]);
export type OperationKind = z.infer<typeof operationKindSchema>;

/**
 * State of an operation. `queued`, `running`, `paused` and `waiting` (for a person) are open; the others are final, except
 * `needs-attention`: it could not be decided whether an effect happened, and a person has to look.
 */
export const operationStateSchema = z.enum(['queued', 'running', 'paused', 'waiting', 'succeeded', 'failed', 'partly-failed', 'cancelled', 'needs-attention']);
export type OperationState = z.infer<typeof operationStateSchema>;

/** State of one cell, a step on a target. `satisfied`: the check proved that nothing was to be done. */
export const cellStateSchema = z.enum(['pending', 'running', 'waiting', 'satisfied', 'done', 'failed', 'skipped', 'cancelled', 'needs-attention']);
export type CellState = z.infer<typeof cellStateSchema>;

/** What a running cell is doing. */
export const phaseSchema = z.enum(['check', 'apply', 'verify', 'gate', 'rollback', 'run']);
export type Phase = z.infer<typeof phaseSchema>;

/** How targets follow each other. `rolling`: `size` at a time; `canary`: `size` first, and the rest when they succeeded. */
export const strategySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all'), concurrency: z.int().min(1).max(256) }),
  z.object({ kind: z.literal('rolling'), size: z.int().min(1).max(256) }),
  z.object({ kind: z.literal('canary'), size: z.int().min(1).max(256), concurrency: z.int().min(1).max(256) }),
]);
export type Strategy = z.infer<typeof strategySchema>;

export const operationTargetSchema = z.object({ serverId: serverIdSchema, name: z.string() });

export const operationStepSchema = z.object({
  id: z.string().max(64),
  title: z.string().max(200),
  /** `on-failure`: runs on a target only after a step of it failed; the way back. */
  runs: z.enum(['always', 'on-failure']),
  /** A way back that a cancelled target takes too: it is not left halfway. */
  afterCancel: z.boolean().optional(),
  /** A failure of it does not keep the steps after it from running. */
  goesOn: z.boolean().optional(),
  /** Heading under which it stands with its neighbours. */
  group: z.string().max(200).optional(),
});

export const cellSchema = z.object({
  serverId: serverIdSchema,
  stepId: z.string(),
  state: cellStateSchema,
  phase: phaseSchema.nullable(),
  /** One short line for the matrix, for example `3 packages upgraded` or `exit 100`. */
  detail: z.string().nullable(),
  attempt: z.int().min(0),
  exitCode: z.int().nullable(),
  error: appErrorSchema.nullable(),
  startedAtMs: z.number().nullable(),
  finishedAtMs: z.number().nullable(),
  /** What a person is asked; only while the cell is `waiting`. */
  question: personQuestionSchema.optional(),
});
export type Cell = z.infer<typeof cellSchema>;

/** Whether a step looked and found something, which it only notes: nothing was done, and all is not as it should be. */
export function isFinding({ state, exitCode }: Pick<Cell, 'state' | 'exitCode'>): boolean {
  return (state === 'done' || state === 'skipped') && exitCode === 1;
}

/** The head of an operation: what lists and the tray need. */
export const operationSummarySchema = z.object({
  id: operationIdSchema,
  kind: operationKindSchema,
  title: z.string(),
  /** Workflow or stack it concerns, where there is one. */
  subject: z.string().nullable(),
  state: operationStateSchema,
  targets: z.array(operationTargetSchema),
  cellsTotal: z.int(),
  cellsFinished: z.int(),
  /** Title of the step that is running, of any target. */
  currentStep: z.string().nullable(),
  who: z.string(),
  /** The operation that started it as a part of itself. */
  parentId: operationIdSchema.optional(),
  createdAtMs: z.number(),
  startedAtMs: z.number().nullable(),
  finishedAtMs: z.number().nullable(),
  error: appErrorSchema.nullable(),
});
export type OperationSummary = z.infer<typeof operationSummarySchema>;

/** A whole operation with its matrix. `cells` has one entry per target and step, in target-major order. */
export const operationSchema = operationSummarySchema.extend({
  strategy: strategySchema,
  steps: z.array(operationStepSchema),
  cells: z.array(cellSchema),
});
export type Operation = z.infer<typeof operationSchema>;

/** One piece of output. Bytes are kept exactly: `base64` is used where a piece is not valid UTF-8. */
export const outputEntrySchema = z.object({
  seq: z.int(),
  atMs: z.number(),
  serverId: serverIdSchema.nullable(),
  stepId: z.string().nullable(),
  phase: phaseSchema.nullable(),
  /** `note`: said by Pilothouse itself. */
  stream: z.enum(['stdout', 'stderr', 'note']),
  encoding: z.enum(['utf8', 'base64']),
  data: z.string(),
});
export type OutputEntry = z.infer<typeof outputEntrySchema>;

/** The head of a matrix as it is streamed: everything but the cells. */
export const operationHeadSchema = operationSummarySchema.extend({
  strategy: strategySchema,
  steps: z.array(operationStepSchema),
});
export type OperationHead = z.infer<typeof operationHeadSchema>;

/**
 * One part of a streamed operation: its head, or one cell. Parts are keyed by `operationPartKey`, so that a change of one
 * cell costs one cell on the wire.
 */
export const operationPartSchema = z.discriminatedUnion('part', [
  z.object({ part: z.literal('head'), head: operationHeadSchema }),
  z.object({ part: z.literal('cell'), cell: cellSchema }),
]);
export type OperationPart = z.infer<typeof operationPartSchema>;

/** The key of a part in a state stream: `head`, or server and step of the cell. */
export function operationPartKey(part: OperationPart): string {
  return part.part === 'head' ? 'head' : `${part.cell.serverId}/${part.cell.stepId}`;
}

/** Splits an operation into the parts that are streamed. */
export function operationParts(operation: Operation): OperationPart[] {
  const { cells, ...head } = operation;
  return [{ part: 'head', head }, ...cells.map((cell) => ({ part: 'cell' as const, cell }))];
}

/** Puts the parts back together in target-major order; null while the head has not come yet. */
export function assembleOperation(parts: Iterable<OperationPart>): Operation | null {
  let head: OperationHead | null = null;
  const cells = new Map<string, Cell>();
  for (const part of parts) {
    if (part.part === 'head') head = part.head;
    else cells.set(operationPartKey(part), part.cell);
  }
  if (head === null) return null;
  const ordered: Cell[] = [];
  for (const target of head.targets) {
    for (const step of head.steps) {
      const cell = cells.get(`${target.serverId}/${step.id}`);
      if (cell !== undefined) ordered.push(cell);
    }
  }
  return { ...head, cells: ordered };
}
