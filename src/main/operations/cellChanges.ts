import type { Cell } from '../../shared/model/operation.ts';
import { cellViews, type OperationRecord, pendingCell } from './operationRecord.ts';
import { isFinished, nextStep } from './scheduleRules.ts';

const notReached = 'not reached';
const notNeeded = 'not needed';

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

/** Keeps the count of attempts: the next one is a new one, with a journal and jobs of its own. */
function reset(cell: Cell): Cell {
  return { ...pendingCell(cell.serverId, cell.stepId), attempt: cell.attempt };
}

function isUnreached(cell: Cell): boolean {
  return cell.state === 'cancelled' && cell.startedAtMs === null;
}
