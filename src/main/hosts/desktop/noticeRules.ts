import type { OperationState, OperationSummary } from '../../../shared/model/operation.ts';
import type { Notice } from './coreMessages.ts';

/** What is said of an operation that got here; states that are not here are on the way and worth no notice. */
const said: Partial<Record<OperationState, string>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  'partly-failed': 'failed on some servers',
  cancelled: 'was cancelled',
  waiting: 'waits for you',
  'needs-attention': 'needs your attention',
};

function span(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function targets(operation: OperationSummary): string {
  const [first] = operation.targets;
  if (operation.targets.length === 1 && first !== undefined) return first.name;
  return `${operation.targets.length} servers`;
}

/**
 * The notice that a change of an operation is worth; null for none. `before` is its state when last seen, undefined when it was
 * not seen before: what had ended before anyone looked is no news.
 */
export function noticeOf(before: OperationState | undefined, operation: OperationSummary): Notice | null {
  const word = said[operation.state];
  if (word === undefined || before === undefined || before === operation.state) return null;
  const parts = [targets(operation)];
  if (operation.startedAtMs !== null && operation.finishedAtMs !== null) parts.push(span(operation.finishedAtMs - operation.startedAtMs));
  return { title: `${operation.title} ${word}`.slice(0, 200), body: parts.join(' · ').slice(0, 500), to: `/operations/${operation.id}` };
}
