import type { Cell, Operation } from '../../src/shared/model/operation.ts';

/** What of a cell is otherwise than at its beginning; null: nothing. */
export type Look = Partial<Cell> | null;

/** An operation whose cells look so; null: not begun. */
export function looks(operation: Operation, look: (target: number, step: number) => Look): Operation {
  const cells = operation.cells.map((cell, index): Cell => {
    const found = look(Math.floor(index / operation.steps.length), index % operation.steps.length);
    return found
      ? {
          ...cell,
          attempt: 1,
          startedAtMs: operation.createdAtMs + 20_000,
          ...(found.state === 'running' ? {} : { finishedAtMs: operation.createdAtMs + 41_000 }),
          ...found,
        }
      : cell;
  });
  const finished = cells.filter((cell) => ['satisfied', 'done', 'failed', 'skipped'].includes(cell.state)).length;
  return { ...operation, state: 'running', cells, cellsFinished: finished, startedAtMs: operation.createdAtMs + 1_000 };
}
