import type { CellState, OperationState, Strategy } from '../../shared/model/operation.ts';

/** What the rules know of a cell. */
export interface CellView {
  stepId: string;
  runs: 'always' | 'on-failure';
  /** Of a way back: a cancelled target takes it too. */
  afterCancel?: boolean;
  /** A failure of it does not keep the others from running. */
  goesOn?: boolean;
  state: CellState;
}

/**
 * Where a target stands. `waiting`: nothing of it was started; `started`: some was, and there is more to do. The others are over:
 * nothing of it will run.
 */
export type TargetStatus = 'waiting' | 'started' | 'succeeded' | 'failed' | 'cancelled' | 'needs-attention';

/** What the rules know of a target; `cells` in the order of the steps. */
export interface TargetView {
  cells: readonly CellView[];
  /** Its steps are being run right now. */
  active: boolean;
}

/** Whether nothing more happens in a cell of this state by itself. */
export function isFinished(state: CellState): boolean {
  return state !== 'pending' && state !== 'running' && state !== 'waiting';
}

/** Whether an operation of this state still has something to do. */
export function isOpen(state: OperationState): boolean {
  return state === 'queued' || state === 'running' || state === 'paused' || state === 'waiting';
}

function blocks(cell: CellView): boolean {
  return (cell.state === 'failed' && cell.goesOn !== true) || cell.state === 'cancelled' || cell.state === 'needs-attention';
}

/**
 * The step that a target does next, or null when it is over. Steps go in order; the first failure turns to the on-failure steps,
 * which likewise go in order until one does not succeed. After a cancelled step only those follow that are meant for it. `leaving`:
 * the whole operation is cancelled, so that no further step begins; a target that was begun and not finished goes back instead. A cell
 * found `running` or `waiting` is one that an earlier life left, and comes first.
 */
export function nextStep(cells: readonly CellView[], leaving = false): string | null {
  const running = cells.find((cell) => cell.state === 'running' || cell.state === 'waiting');
  if (running !== undefined) return running.stepId;
  const always = cells.filter((cell) => cell.runs === 'always');
  const blocked = always.find(blocks);
  const pending = always.find((cell) => cell.state === 'pending')?.stepId ?? null;
  const halfway = pending !== null && always.some((cell) => cell.state !== 'pending' && cell.state !== 'skipped');
  if (blocked === undefined && !(leaving && halfway)) return leaving ? null : pending;
  const cause = blocked?.state ?? 'cancelled';
  if (cause === 'needs-attention') return null;
  const wayBack = cells.filter((cell) => cell.runs === 'on-failure' && (cause === 'failed' || cell.afterCancel === true));
  if (wayBack.some(blocks)) return null;
  return wayBack.find((cell) => cell.state === 'pending')?.stepId ?? null;
}

/** Where a target stands, from its cells alone. */
export function targetStatus(cells: readonly CellView[]): TargetStatus {
  if (nextStep(cells) !== null) return cells.some((cell) => cell.state !== 'pending' && cell.state !== 'skipped') ? 'started' : 'waiting';
  if (cells.some((cell) => cell.state === 'needs-attention')) return 'needs-attention';
  if (cells.some((cell) => cell.state === 'failed')) return 'failed';
  if (cells.some((cell) => cell.state === 'cancelled')) return 'cancelled';
  return 'succeeded';
}

function hasFailed(target: TargetView): boolean {
  return target.cells.some((cell) => cell.state === 'failed' || cell.state === 'needs-attention');
}

/** Whether targets that were not started have to stay so: more failed than the limit allows, or a canary did. */
export function isStopped(strategy: Strategy, failureLimit: number, targets: readonly TargetView[]): boolean {
  if (targets.filter(hasFailed).length > failureLimit) return true;
  return (
    strategy.kind === 'canary' &&
    targets.slice(0, strategy.size).some((target) => ['failed', 'cancelled', 'needs-attention'].includes(targetStatus(target.cells)))
  );
}

/**
 * Indexes of the targets to start now, in order: those that were begun before, then new ones, as many as the strategy lets run
 * together and never past a stop.
 */
export function targetsToStart(strategy: Strategy, failureLimit: number, targets: readonly TargetView[]): number[] {
  const statuses = targets.map((target) => targetStatus(target.cells));
  const canaries = strategy.kind === 'canary' ? strategy.size : 0;
  const canariesOver = statuses.slice(0, canaries).every((status) => status === 'succeeded');
  const limit = strategy.kind === 'rolling' ? strategy.size : strategy.kind === 'all' || canariesOver ? strategy.concurrency : strategy.size;
  const free = limit - targets.filter((target) => target.active).length;
  const stopped = isStopped(strategy, failureLimit, targets);
  const idle = targets.flatMap((target, index) => (target.active ? [] : [index]));
  const begun = idle.filter((index) => statuses[index] === 'started');
  const fresh = stopped ? [] : idle.filter((index) => statuses[index] === 'waiting' && (canariesOver || index < canaries));
  return [...begun, ...fresh].slice(0, Math.max(0, free));
}

/** How an operation ended, once nothing of it runs or may be started. */
export function endState(targets: readonly TargetView[], cancelled: boolean): OperationState {
  const statuses = targets.map((target) => targetStatus(target.cells));
  if (statuses.includes('needs-attention')) return 'needs-attention';
  if (statuses.every((status) => status === 'succeeded')) return 'succeeded';
  if (cancelled && statuses.includes('cancelled')) return 'cancelled';
  return statuses.includes('succeeded') ? 'partly-failed' : 'failed';
}
