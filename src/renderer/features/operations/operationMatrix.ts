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

/** The cell that an address names; where it names none, the first that asks a person something. */
export function cellToShow(operation: Operation, serverId: string | undefined, stepId: string | undefined): Cell | null {
  if (!serverId) return operation.cells.find((cell) => cell.state === 'waiting' && cell.question !== undefined) ?? null;
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

/** Which servers of a matrix are shown. */
export type RowFilter = 'all' | 'failed' | 'running' | 'pending' | 'done';

/** Servers by how they stand: failed if any cell did, running if any does, done when all are, else not yet. */
export function serversByStanding(operation: Pick<Operation, 'targets' | 'cells'>): Record<RowFilter, ReadonlySet<string>> {
  const states = new Map<string, Set<CellState>>(operation.targets.map((target) => [target.serverId, new Set()]));
  for (const cell of operation.cells) states.get(cell.serverId)?.add(cell.state);
  const groups: Record<RowFilter, Set<string>> = { all: new Set(states.keys()), failed: new Set(), running: new Set(), pending: new Set(), done: new Set() };
  for (const [server, seen] of states) {
    if (seen.has('failed') || seen.has('needs-attention')) groups.failed.add(server);
    else if (seen.has('running') || seen.has('waiting')) groups.running.add(server);
    else if (seen.has('pending')) groups.pending.add(server);
    else groups.done.add(server);
  }
  return groups;
}
