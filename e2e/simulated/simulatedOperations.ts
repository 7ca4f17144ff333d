import { KeyedState } from '../../src/main/rpc/keyedState.ts';
import type { LogSource } from '../../src/main/rpc/logStream.ts';
import { AppError } from '../../src/shared/errors.ts';
import {
  type Cell,
  type Operation,
  type OperationPart,
  type OperationSummary,
  type OutputEntry,
  operationPartKey,
  operationParts,
} from '../../src/shared/model/operation.ts';
import type { SimulatedResult } from './execResults.ts';
import { endOf, newOperation, type OperationPlan, outputOf, outputOfResult, settle } from './operationsData.ts';

interface Held {
  operation: Operation;
  parts: KeyedState<OperationPart>;
  output: OutputEntry[];
  listeners: Set<() => void>;
  /** Stands still: for pictures that have to be alike. */
  frozen: boolean;
  results: ((place: number) => SimulatedResult) | null;
  details: NonNullable<OperationPlan['details']>;
}

const next: Record<string, Cell['phase']> = { none: 'check', check: 'apply', apply: 'verify' };

/** Operations that move by themselves: check, apply and verify of one cell per server and tick. */
export class SimulatedOperations {
  readonly summaries = new KeyedState<OperationSummary>();
  readonly #held = new Map<string, Held>();
  #number = 0;

  start(plan: Omit<OperationPlan, 'id' | 'createdAtMs'> & { id?: string; createdAtMs?: number }, nowMs = Date.now()): Operation {
    this.#number += 1;
    const operation = newOperation({ createdAtMs: nowMs, ...plan, id: plan.id ?? `op_${nowMs.toString(36)}${String(this.#number).padStart(6, '0')}` });
    const held: Held = {
      operation,
      parts: new KeyedState(),
      output: [],
      listeners: new Set(),
      frozen: false,
      results: plan.results ?? null,
      details: plan.details ?? (() => 'verified'),
    };
    this.#held.set(operation.id, held);
    this.#publish(held, operation);
    return operation;
  }

  /** Sets cells of an operation as they are to be seen, and leaves it so. */
  freeze(id: string, change: (operation: Operation) => Operation): void {
    const held = this.#get(id);
    held.frozen = true;
    this.#publish(held, change(held.operation));
    for (const cell of held.operation.cells) {
      if (cell.startedAtMs === null) continue;
      if (held.results) {
        if (cell.state !== 'running') held.output.push(...outputOfResult(cell, held.results(this.#place(held, cell)), held.output.length, cell.startedAtMs));
        continue;
      }
      for (const phase of ['check', 'apply', 'verify'] as const)
        held.output.push(...outputOf(cell, phase, held.output.length, cell.startedAtMs ?? held.operation.createdAtMs));
    }
  }

  get(id: string): Operation {
    return this.#get(id).operation;
  }

  parts(id: string): KeyedState<OperationPart> {
    return this.#get(id).parts;
  }

  list(): Operation[] {
    return [...this.#held.values()].map((held) => held.operation).sort((a, b) => b.createdAtMs - a.createdAtMs);
  }

  output(id: string, serverId?: string, stepId?: string): LogSource<OutputEntry> {
    const held = this.#get(id);
    return {
      read: async (afterSeq, limit) => {
        const items = held.output
          .filter((entry) => entry.seq > afterSeq && (!serverId || entry.serverId === serverId) && (!stepId || entry.stepId === stepId))
          .slice(0, limit);
        const ended = held.operation.finishedAtMs !== null && items.length < limit ? 'the operation has ended' : null;
        return { items, ended };
      },
      onAppend(listener) {
        held.listeners.add(listener);
        return () => held.listeners.delete(listener);
      },
    };
  }

  /** All that an operation printed so far. */
  entries(id: string): readonly OutputEntry[] {
    return this.#get(id).output;
  }

  change(id: string, change: (operation: Operation) => Operation): Operation {
    const held = this.#get(id);
    held.frozen = false;
    this.#publish(held, change(held.operation));
    return held.operation;
  }

  changeCell(id: string, serverId: string, stepId: string, cell: Partial<Cell>): Operation {
    return this.change(id, (operation) => ({
      ...operation,
      state: 'running',
      finishedAtMs: null,
      cells: operation.cells.map((each) => (each.serverId === serverId && each.stepId === stepId ? { ...each, ...cell } : each)),
    }));
  }

  /** Moves every running operation on by one tick. */
  advance(nowMs: number): void {
    for (const held of this.#held.values()) {
      if (held.frozen || (held.operation.state !== 'running' && held.operation.state !== 'queued')) continue;
      const cells = [...held.operation.cells];
      for (const target of held.operation.targets) {
        const at = cells.findIndex((cell) => cell.serverId === target.serverId && !['satisfied', 'done', 'skipped'].includes(cell.state));
        const cell = cells[at];
        if (!cell || cell.state === 'failed') continue;
        cells[at] = this.#step(held, cell, nowMs);
      }
      this.#publish(held, settle({ ...held.operation, cells }, nowMs));
      for (const listener of [...held.listeners]) listener();
    }
  }

  #step(held: Held, cell: Cell, nowMs: number): Cell {
    const single = held.operation.steps.length === 1;
    if (held.results && cell.state === 'running') {
      const result = held.results(this.#place(held, cell));
      held.output.push(...outputOfResult(cell, result, held.output.length, nowMs));
      return { ...cell, ...endOf(result), phase: null, finishedAtMs: nowMs };
    }
    // All went well so far: there is no way back to go.
    if (held.operation.steps.find((step) => step.id === cell.stepId)?.runs === 'on-failure') return { ...cell, state: 'skipped', detail: 'not needed' };
    if (cell.state === 'running' && (cell.phase === 'verify' || single || held.operation.kind === 'rollout'))
      return {
        ...cell,
        state: 'done',
        phase: null,
        detail: single ? 'exit 0' : held.details(cell.stepId, this.#place(held, cell)),
        exitCode: 0,
        finishedAtMs: nowMs,
      };
    if (
      held.operation.kind !== 'rollout' &&
      cell.state === 'running' &&
      cell.phase === 'check' &&
      (Number(cell.serverId.slice(-2)) + cell.stepId.length) % 4 === 0
    ) {
      return { ...cell, state: 'satisfied', phase: null, finishedAtMs: nowMs };
    }
    const phase = single ? 'run' : (next[cell.phase ?? 'none'] ?? 'check');
    if (!held.results) held.output.push(...outputOf(cell, phase, held.output.length, nowMs));
    return { ...cell, state: 'running', phase, attempt: Math.max(1, cell.attempt), startedAtMs: cell.startedAtMs ?? nowMs };
  }

  #place(held: Held, cell: Cell): number {
    return held.operation.targets.findIndex((target) => target.serverId === cell.serverId);
  }

  #get(id: string): Held {
    const held = this.#held.get(id);
    if (!held) throw new AppError('operation.not-found', { id });
    return held;
  }

  #publish(held: Held, operation: Operation): void {
    const before = new Map(held.operation.cells.map((cell) => [`${cell.serverId}/${cell.stepId}`, cell]));
    held.operation = operation;
    for (const part of operationParts(operation)) {
      const key = operationPartKey(part);
      if (part.part === 'cell' && held.parts.get(key) && before.get(key) === part.cell) continue;
      held.parts.set(key, part);
    }
    const { cells: _cells, steps: _steps, strategy: _strategy, ...summary } = operation;
    this.summaries.set(operation.id, summary);
  }
}
