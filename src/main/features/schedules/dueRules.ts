import type { OperationId, ServerId } from '../../../shared/model/ids.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { Recurrence } from '../../../shared/model/recurrence.ts';
import type { DueState, DueTarget } from '../../../shared/model/schedule.ts';
import { nextOccurrence } from './recurrenceRules.ts';

const hourMs = 3_600_000;
/** So long before it is due it may be done and counts; so long after it, it is overdue. Less than half of the period. */
const slackMs = { day: 6 * hourMs, week: 48 * hourMs, month: 7 * 24 * hourMs, quarter: 21 * 24 * hourMs, year: 45 * 24 * hourMs };
const urgency: readonly DueState[] = ['later', 'soon', 'due', 'overdue'];

/** When it is due on one target, and how urgent that is. Never done: from `sinceMs` on. What was missed is due once, not once for each time. */
export function dueOf(recurrence: Recurrence, since: { sinceMs: number; lastDoneMs: number | null }, nowMs: number): { state: DueState; dueAtMs: number } {
  const slack = slackMs[recurrence.every];
  const dueAtMs = nextOccurrence(recurrence, since.lastDoneMs === null ? since.sinceMs : Math.max(since.sinceMs, since.lastDoneMs + slack));
  if (nowMs < dueAtMs - slack) return { state: 'later', dueAtMs };
  if (nowMs < dueAtMs) return { state: 'soon', dueAtMs };
  return { state: nowMs <= dueAtMs + slack ? 'due' : 'overdue', dueAtMs };
}

/** The most urgent state of several; null: of none. */
export function mostUrgent(targets: readonly Pick<DueTarget, 'state'>[]): DueState | null {
  return targets.reduce<DueState | null>((most, { state }) => (most === null || urgency.indexOf(state) > urgency.indexOf(most) ? state : most), null);
}

/** A run that has ended, as schedules see it. */
export interface EndedRun {
  operationId: OperationId;
  workflow: string;
  who: string;
  endedAtMs: number;
  checkOnly: boolean;
  /** Servers on which every step of it ended well. */
  servers: { serverId: ServerId; name: string }[];
}

/** The servers on which a run went through; a run that began in the middle went through nowhere, and neither did one in which all was skipped by hand. */
export function wentThroughOn(operation: Pick<Operation, 'targets' | 'cells'>): { serverId: ServerId; name: string }[] {
  const well: readonly string[] = ['satisfied', 'done', 'skipped'];
  return operation.targets.filter(({ serverId }) => {
    const cells = operation.cells.filter((cell) => cell.serverId === serverId);
    return (
      cells.length > 0 && cells.every(({ state }) => well.includes(state)) && cells.some(({ state, exitCode }) => state !== 'skipped' || exitCode !== null)
    );
  });
}
