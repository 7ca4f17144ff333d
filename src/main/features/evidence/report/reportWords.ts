import { type CellState, isFinding, type OperationState } from '../../../../shared/model/operation.ts';
import type { Tone } from './documentModel.ts';

/** A time as everybody reads it alike: to the second, in UTC. */
export function timeText(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** How long something took. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${(ms / 1000).toFixed(1)} s`;
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return hours === 0 ? `${minutes} min ${seconds % 60} s` : `${hours} h ${minutes} min`;
}

/** How large something is. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** The word for a cell's state; a check that found something has one of its own. */
export function stateWord({ state, exitCode }: { state: CellState; exitCode: number | null }): string {
  if (isFinding({ state, exitCode })) return 'finding';
  return state === 'satisfied' ? 'already so' : state === 'needs-attention' ? 'undecided' : state;
}

/** The tone of a state. */
export function toneOf(state: CellState | OperationState, exitCode: number | null = null): Tone {
  switch (state) {
    case 'done':
      return exitCode === 1 ? 'warn' : 'good';
    case 'succeeded':
    case 'satisfied':
      return 'good';
    case 'failed':
    case 'partly-failed':
      return 'bad';
    case 'skipped':
      return exitCode === 1 ? 'warn' : 'muted';
    case 'needs-attention':
    case 'waiting':
    case 'cancelled':
      return 'warn';
    default:
      return 'plain';
  }
}

const outcomes: Record<OperationState, string> = {
  queued: 'Waits for its turn',
  running: 'Under way',
  paused: 'Held',
  waiting: 'Waits for a person',
  succeeded: 'Succeeded',
  failed: 'Failed',
  'partly-failed': 'Failed on some servers',
  cancelled: 'Cancelled',
  'needs-attention': 'Undecided: a person has to look',
};

/** How a run stands, in words. */
export function outcomeText(state: OperationState): string {
  return outcomes[state];
}
