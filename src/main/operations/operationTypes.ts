import type { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import type { Operation } from '../../shared/model/operation.ts';
import { newOperationId } from './operationIds.ts';
import { type OperationRecord, pendingCell } from './operationRecord.ts';
import type { CellContext, CellOutcome, OperationRequest, OperationType } from './operations.ts';

/** A kind of operation with its spec's type forgotten: what it is given was read by its own schema. */
export interface KnownType {
  schema: z.ZodType;
  steps: (spec: unknown) => OperationRecord['steps'];
  runCell: (spec: unknown, context: CellContext) => Promise<CellOutcome>;
  onFinished: (spec: unknown, operation: Operation) => void;
}

/** The kinds of operations that features have registered. */
export class OperationTypes {
  readonly #types = new Map<string, KnownType>();

  /** Throws where a kind is registered twice. */
  register<Spec>(type: OperationType<Spec>): void {
    if (this.#types.has(type.kind)) throw new Error(`two kinds of operation are called ${type.kind}`);
    this.#types.set(type.kind, {
      schema: type.spec,
      steps: (spec) => type.steps(spec as Spec),
      runCell: (spec, context) => type.runCell(spec as Spec, context),
      onFinished: (spec, operation) => type.onFinished?.(spec as Spec, operation),
    });
  }

  /** Throws where no kind is called so. */
  get(kind: string): KnownType {
    const type = this.#types.get(kind);
    if (type === undefined) throw new Error(`no kind of operation is called ${kind}`);
    return type;
  }

  /** Reads a spec by the schema of its kind; throws `input.invalid`. */
  readSpec(kind: string, spec: unknown): unknown {
    const parsed = this.get(kind).schema.safeParse(spec);
    if (parsed.success) return parsed.data;
    const issues = parsed.error.issues.slice(0, 50).map((issue: z.core.$ZodIssue) => ({ path: issue.path.join('.'), message: issue.message }));
    throw new AppError('input.invalid', { issues }, { cause: parsed.error });
  }

  /** Makes the record that a request asks for, with nothing done. Throws `input.invalid`. */
  newRecord<Spec>(request: OperationRequest<Spec>, nowMs: number): OperationRecord {
    const { requestId, kind, title, subject, who, strategy, mutates, targets, parentId = null } = request;
    const spec = this.readSpec(kind, JSON.parse(JSON.stringify(request.spec)));
    const steps = this.get(kind).steps(spec);
    if (hasRepeated(targets.map((target) => target.serverId)) || hasRepeated(steps.map((step) => step.id))) {
      throw new Error(`an operation ${kind} has a target or a step twice`);
    }
    return {
      ...{ id: newOperationId(nowMs), requestId, kind, title, subject, who, parentId, strategy, mutates, spec, steps: [...steps] },
      ...{ state: 'queued', wish: 'run', failureLimit: request.failureLimit ?? (strategy.kind === 'all' ? targets.length : 0) },
      targets: targets.map(({ serverId, name }) => ({ serverId, name })),
      cells: targets.map(({ serverId }) => steps.map((step) => pendingCell(serverId, step.id))),
      ...{ createdAtMs: nowMs, startedAtMs: null, finishedAtMs: null, error: null },
    };
  }
}

function hasRepeated(ids: readonly string[]): boolean {
  return new Set(ids).size < ids.length;
}
