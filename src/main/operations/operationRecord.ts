import type { z } from 'zod';
import type { SerializedError } from '../../shared/errors.ts';
import type { OperationId, RequestId, ServerId } from '../../shared/model/ids.ts';
import type {
  Cell,
  Operation,
  OperationKind,
  OperationState,
  OperationSummary,
  operationStepSchema,
  operationTargetSchema,
  Strategy,
} from '../../shared/model/operation.ts';
import { type CellView, isFinished, type TargetView } from './scheduleRules.ts';

/** What a person last asked of an operation. */
export type Wish = 'run' | 'pause' | 'cancel';

/** An operation as the journal holds it. */
export interface OperationRecord {
  id: OperationId;
  requestId: RequestId;
  kind: OperationKind;
  title: string;
  subject: string | null;
  who: string;
  /** The operation that this is a part of. */
  parentId: OperationId | null;
  state: OperationState;
  wish: Wish;
  strategy: Strategy;
  failureLimit: number;
  mutates: boolean;
  spec: unknown;
  steps: readonly z.infer<typeof operationStepSchema>[];
  targets: readonly z.infer<typeof operationTargetSchema>[];
  /** Per target in order, per step in order. */
  cells: Cell[][];
  createdAtMs: number;
  startedAtMs: number | null;
  finishedAtMs: number | null;
  error: SerializedError | null;
}

/** A cell that nothing was done in. */
export function pendingCell(serverId: ServerId, stepId: string): Cell {
  return { serverId, stepId, state: 'pending', phase: null, detail: null, attempt: 0, exitCode: null, error: null, startedAtMs: null, finishedAtMs: null };
}

/** The cells of one target as the rules see them. */
export function cellViews(record: OperationRecord, target: number): CellView[] {
  const cells = record.cells[target] ?? [];
  return record.steps.map((step, index) => ({
    ...{ stepId: step.id, runs: step.runs, afterCancel: step.afterCancel === true, goesOn: step.goesOn === true },
    state: cells[index]?.state ?? 'pending',
  }));
}

/** All targets as the rules see them. */
export function targetViews(record: OperationRecord, isActive: (target: number) => boolean): TargetView[] {
  return record.targets.map((_, target) => ({ cells: cellViews(record, target), active: isActive(target) }));
}

/** The head of an operation, for lists. */
export function toSummary(record: OperationRecord): OperationSummary {
  const cells = record.cells.flat();
  const running = cells.find((cell) => cell.state === 'running');
  const waiting = cells.find((cell) => cell.state === 'waiting');
  const finished = cells.filter((cell) => isFinished(cell.state)).length;
  const summary = summaryOf(record, finished, running?.stepId ?? waiting?.stepId ?? null);
  return running === undefined && waiting !== undefined && summary.state === 'running' ? { ...summary, state: 'waiting' } : summary;
}

/** The head of an operation whose cells are not at hand: how many have finished, and which step runs. */
export function summaryOf(record: Omit<OperationRecord, 'cells'>, cellsFinished: number, runningStep: string | null): OperationSummary {
  return {
    id: record.id,
    kind: record.kind,
    title: record.title,
    subject: record.subject,
    state: record.state,
    targets: [...record.targets],
    cellsTotal: record.targets.length * record.steps.length,
    cellsFinished,
    currentStep: record.steps.find((step) => step.id === runningStep)?.title ?? null,
    who: record.who,
    ...(record.parentId !== null && { parentId: record.parentId }),
    createdAtMs: record.createdAtMs,
    startedAtMs: record.startedAtMs,
    finishedAtMs: record.finishedAtMs,
    error: record.error,
  };
}

/** An operation with its matrix. A cell that has not changed is the same object as before. */
export function toOperation(record: OperationRecord): Operation {
  return { ...toSummary(record), strategy: record.strategy, steps: [...record.steps], cells: record.cells.flat() };
}
