import type { Cell, CellState, Operation } from '../../../shared/model/operation.ts';

/** Up to this many servers stand side by side as columns; more become rows. */
const maxColumns = 10;

/** How a matrix is laid out: steps as rows for a few servers, servers as rows for many or for a single step. */
export function matrixLayout(operation: Pick<Operation, 'steps' | 'targets'>): 'steps-as-rows' | 'servers-as-rows' {
  return operation.steps.length > 1 && operation.targets.length <= maxColumns ? 'steps-as-rows' : 'servers-as-rows';
}

/** Cells by server and step. */
export function cellIndex(operation: Pick<Operation, 'cells'>): ReadonlyMap<string, Cell> {
  return new Map(operation.cells.map((cell) => [`${cell.serverId}/${cell.stepId}`, cell]));
}

/** The cell that an address names; null when it names none. */
export function cellToShow(operation: Operation, serverId: string | undefined, stepId: string | undefined): Cell | null {
  if (!serverId) return null;
  const step = stepId ?? operation.steps[0]?.id;
  return operation.cells.find((cell) => cell.serverId === serverId && cell.stepId === step) ?? null;
}

/** How many cells are in each state. */
export function countCells(cells: readonly Cell[]): Record<CellState, number> {
  const counts: Record<CellState, number> = {
    pending: 0,
    running: 0,
    waiting: 0,
    satisfied: 0,
    done: 0,
    failed: 0,
    skipped: 0,
    cancelled: 0,
    'needs-attention': 0,
  };
  for (const cell of cells) counts[cell.state] += 1;
  return counts;
}

/** The cell that a server stands at: what runs, failed or waits, else the last that is done. */
export function standingOf(operation: Operation, serverId: string): Cell | null {
  const cells = operation.cells.filter((cell) => cell.serverId === serverId);
  const telling = cells.find((cell) => cell.state === 'failed' || cell.state === 'needs-attention' || cell.state === 'waiting' || cell.state === 'running');
  return telling ?? cells.findLast((cell) => cell.state !== 'pending') ?? cells[0] ?? null;
}
