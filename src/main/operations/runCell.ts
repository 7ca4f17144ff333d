import { randomBytes } from 'node:crypto';
import { AppError, type SerializedError, serializeError } from '../../shared/errors.ts';
import type { Cell } from '../../shared/model/operation.ts';
import { openCellContext } from './cellContext.ts';
import type { CellPorts } from './cellPorts.ts';
import { followJob } from './followJob.ts';
import type { CellContext, CellOutcome } from './operations.ts';
import { recordEnd } from './runJob.ts';

/** What an attempt changes in its cell when it ends. */
export type CellEnd = Pick<Cell, 'state' | 'detail' | 'exitCode' | 'error'>;

/**
 * Runs one attempt of a cell to its end, with all of its output on disk. Expected failures become the cell's end; what is thrown
 * ends the run: the engine is halting, or the journal refuses writes.
 */
export async function runCell(ports: CellPorts, code: (context: CellContext) => Promise<CellOutcome>): Promise<CellEnd> {
  const cell = openCellContext(ports);
  let end: CellEnd;
  try {
    const outcome = await code(cell.context);
    end = { state: outcome.state, detail: outcome.detail === null ? null : ports.mask.text(outcome.detail), exitCode: outcome.exitCode ?? null, error: null };
  } catch (error) {
    ports.halt.throwIfAborted();
    if (isJournalFailure(error)) throw error;
    end = ports.cancel.aborted && !AppError.is(error, 'outcome-unknown') ? cancelled : failure(ports, error);
  }
  await cell.flush();
  return end;
}

/** Ends what an earlier life left running in a cell of an operation that is cancelled: its jobs, on the server. */
export async function abandonCell(ports: CellPorts): Promise<CellEnd> {
  for (const row of ports.attempts.jobs(ports.key)) {
    if (row.result !== null) continue;
    const key = { ...ports.key, name: row.name };
    try {
      await recordEnd(ports, key, await followJob(ports, key, row, { start: async () => null }));
    } catch (error) {
      ports.halt.throwIfAborted();
      if (!(error instanceof AppError) || isJournalFailure(error)) throw error;
      return failure(ports, error);
    }
  }
  return cancelled;
}

const cancelled: CellEnd = { state: 'cancelled', detail: 'cancelled', exitCode: null, error: null };

/** Failures that no cell can be blamed for and that would also refuse to store its end. */
function isJournalFailure(error: unknown): boolean {
  return error instanceof AppError && ['operation.lease-lost', 'local.disk-full', 'database.unreadable'].includes(error.code);
}

function failure(ports: CellPorts, error: unknown): CellEnd {
  const serialized = ports.mask.data(error instanceof AppError ? serializeError(error) : unexpected(ports, error));
  const exitCode = 'exitCode' in serialized.data && typeof serialized.data['exitCode'] === 'number' ? serialized.data['exitCode'] : null;
  return { state: serialized.code === 'outcome-unknown' ? 'needs-attention' : 'failed', detail: null, exitCode, error: serialized };
}

/** A bug: its stack goes to the log, a number to find it by to the person. */
function unexpected(ports: CellPorts, error: unknown): SerializedError {
  const correlationId = randomBytes(6).toString('hex');
  const { operationId, serverId, stepId } = ports.key;
  ports.log('operation.cell-bug', { correlationId, operationId, serverId, stepId, stack: error instanceof Error ? error.stack : String(error) });
  return { code: 'internal', data: { correlationId } };
}
