import type { CellContext, CellOutcome } from '../../../operations/operations.ts';
import { bringBack, markFailed } from './bringBack.ts';
import { recordCell } from './recordCell.ts';
import { giveLockBack, holdLock, notes, type RolloutRun } from './rolloutRun.ts';

/**
 * The way back after a failure or a cancellation: finishes what the step did not, and gives the lock back. A release that has proved to be
 * good stays; a lock that somebody has taken leaves everything as it is.
 */
export async function restoreCell(context: CellContext, open: () => Promise<RolloutRun>): Promise<CellOutcome> {
  const taker = notes.lockLost(context);
  if (taker !== null) return { state: 'skipped', detail: `${taker} has the deploy lock now; nothing was brought back` };
  if (!notes.locked(context)) return { state: 'skipped', detail: 'nothing was changed' };
  const run = await open();
  await holdLock(run);
  if (notes.good(context)) {
    await recordCell(run);
    return { state: 'done', detail: `${notes.release(context)} had proved to be good: it stays` };
  }
  let detail = 'what runs was not touched';
  if (notes.restored(context) === null && notes.switched(context)) await bringBack(run);
  else if (!notes.switched(context)) await markFailed(run, (await run.server.state()).releases);
  const restored = notes.restored(context);
  if (restored !== null) detail = restored === 'none' ? 'what was started is removed' : `${restored} is back`;
  await giveLockBack(run);
  return { state: 'done', detail };
}
