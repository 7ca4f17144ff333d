import { errorWording } from '../../../shared/errorWording.ts';
import { type Cell, type CellState, isFinding, type OperationState, type OperationSummary } from '../../../shared/model/operation.ts';
import type { Tone } from '../../ui/StateMark.tsx';

/** Word and mark of an operation's state. */
export const operationStates: Record<OperationState, { word: string; tone: Tone }> = {
  queued: { word: 'queued', tone: 'off' },
  running: { word: 'running', tone: 'busy' },
  paused: { word: 'paused', tone: 'warn' },
  waiting: { word: 'waits for you', tone: 'warn' },
  succeeded: { word: 'succeeded', tone: 'good' },
  failed: { word: 'failed', tone: 'bad' },
  'partly-failed': { word: 'partly failed', tone: 'bad' },
  cancelled: { word: 'cancelled', tone: 'off' },
  'needs-attention': { word: 'needs a look', tone: 'warn' },
};

/** Word and mark of a cell's state. */
export const cellStates: Record<CellState, { word: string; tone: Tone }> = {
  pending: { word: 'not yet', tone: 'off' },
  running: { word: 'running', tone: 'busy' },
  waiting: { word: 'waits', tone: 'warn' },
  satisfied: { word: 'already so', tone: 'good' },
  done: { word: 'done', tone: 'good' },
  failed: { word: 'failed', tone: 'bad' },
  skipped: { word: 'skipped', tone: 'off' },
  cancelled: { word: 'cancelled', tone: 'off' },
  'needs-attention': { word: 'needs a look', tone: 'warn' },
};

const phaseWords: Record<NonNullable<Cell['phase']>, string> = {
  check: 'checking',
  apply: 'applying',
  verify: 'verifying',
  gate: 'proving health',
  rollback: 'rolling back',
  run: 'running',
};

/** The tone of a cell. */
export function cellTone(cell: Cell): Tone {
  return isFinding(cell) ? 'warn' : cellStates[cell.state].tone;
}

/** The short line of a cell: its phase or what it says of itself while it runs; else its state, and behind it what it says of itself. */
export function cellWord(cell: Cell): string {
  if (cell.state === 'running') return cell.detail ?? (cell.phase ? phaseWords[cell.phase] : 'running');
  if (cell.state === 'failed' && !cell.detail)
    return cell.exitCode !== null ? `exit ${cell.exitCode}` : cell.error ? errorWording(cell.error).sentence : 'failed';
  if (cell.state === 'pending') return '';
  // Why it was not begun says more than that it was not.
  if (cell.state === 'cancelled') return cell.detail ?? cellStates.cancelled.word;
  const word = isFinding(cell) ? 'found' : cellStates[cell.state].word;
  return cell.detail === null ? word : `${word} · ${cell.detail}`;
}

/** Whether nothing more happens by itself. */
export function isFinal(state: OperationState): boolean {
  return !(state === 'queued' || state === 'running' || state === 'paused' || state === 'waiting');
}

/** How far an operation is, 0…1. */
export function progressOf(operation: Pick<OperationSummary, 'cellsTotal' | 'cellsFinished'>): number {
  return operation.cellsTotal === 0 ? 0 : operation.cellsFinished / operation.cellsTotal;
}

/** What is left of a running operation by its pace so far, in ms; null while too little is known. */
export function remainingMs(operation: OperationSummary, nowMs: number): number | null {
  const ratio = progressOf(operation);
  if (operation.state !== 'running' || operation.startedAtMs === null || ratio < 0.1 || ratio >= 1) return null;
  const elapsedMs = nowMs - operation.startedAtMs;
  return elapsedMs < 3_000 ? null : (elapsedMs / ratio) * (1 - ratio);
}

/** Open operations first, then those that ended, each newest first. */
export function trayOrder(operations: readonly OperationSummary[]): OperationSummary[] {
  return [...operations].sort((a, b) => Number(isFinal(a.state)) - Number(isFinal(b.state)) || b.createdAtMs - a.createdAtMs);
}
