import type { Cell } from '../../shared/model/operation.ts';
import { cellViews, type OperationRecord, pendingCell } from './operationRecord.ts';
import { isFinished, nextStep } from './scheduleRules.ts';

const notReached = 'not reached';
const notNeeded = 'not needed';
const cancelled = 'cancelled';

/**
 * Cells of a target that will not run any more, closed: `cancelled` where they were not reached, `skipped` where a way back was not
 * needed. Empty while the target has more to do, unless `abandoned`.
 */
export function closedCells(record: OperationRecord, target: number, abandoned: boolean): Cell[] {
  const views = cellViews(record, target);
  if (!abandoned && nextStep(views) !== null) return [];
  const succeeded = views.every(
    (view) =>
      view.runs === 'on-failure' || (isFinished(view.state) && view.state !== 'failed' && view.state !== 'cancelled' && view.state !== 'needs-attention'),
  );
  return (record.cells[target] ?? []).flatMap((cell, index) => {
    if (cell.state !== 'pending') return [];
    const unneeded = succeeded && record.steps[index]?.runs === 'on-failure';
    return [{ ...cell, ...(unneeded ? { state: 'skipped' as const, detail: notNeeded } : { state: 'cancelled' as const, detail: notReached }) }];
  });
}

/** Cells that run again when `step` of `target` is taken up again: it, and those that were not reached because of it. */
export function reopenedCells(record: OperationRecord, target: number, step: number): Cell[] {
  const own = (record.cells[target] ?? []).flatMap((cell, index) => {
    const again =
      index === step || isUnreached(cell) || (record.steps[index]?.runs === 'on-failure' && (cell.startedAtMs !== null || cell.detail === notNeeded));
    return again ? [reset(cell)] : [];
  });
  if (record.wish === 'cancel') return own;
  const others = record.cells.flatMap((cells, index) =>
    index === target || !cells.every((cell) => isUnreached(cell) || cell.state === 'skipped') ? [] : cells.filter(isUnreached).map(reset),
  );
  return [...own, ...others];
}

/** Cells that change when one that has not begun is cancelled: it, and those of its target that are out of reach then. */
export function cancelledCells(record: OperationRecord, target: number, step: number, nowMs: number): Cell[] {
  const row = record.cells[target] ?? [];
  const cell = row[step];
  if (cell === undefined) return [];
  const ended: Cell = { ...cell, state: 'cancelled', detail: cancelled, finishedAtMs: nowMs };
  const after = { ...record, cells: record.cells.with(target, row.with(step, ended)) };
  return [ended, ...closedCells(after, target, false)];
}

/** Cells that run again when all that went wrong is taken up again; empty where nothing did. Targets that are busy are left alone. */
export function retriedCells(record: OperationRecord, isBusy: (target: number) => boolean): Cell[] {
  const wrong = (cell: Cell) => cell.state === 'failed' || cell.state === 'needs-attention' || (cell.state === 'cancelled' && !isUnreached(cell));
  const again = record.cells.flatMap((cells, target) => {
    const steps = cells.flatMap((cell, index) => (record.steps[index]?.runs === 'always' && wrong(cell) ? [index] : []));
    return isBusy(target) ? [] : steps.flatMap((step) => reopenedCells(record, target, step));
  });
  return [...new Map(again.map((cell) => [`${cell.serverId}/${cell.stepId}`, cell])).values()];
}

/** Keeps the count of attempts: the next one is a new one, with a journal and jobs of its own. */
function reset(cell: Cell): Cell {
  return { ...pendingCell(cell.serverId, cell.stepId), attempt: cell.attempt };
}

function isUnreached(cell: Cell): boolean {
  return cell.state === 'cancelled' && cell.startedAtMs === null && cell.detail !== cancelled;
}
