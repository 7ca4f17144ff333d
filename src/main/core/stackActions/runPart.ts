import { createHash } from 'node:crypto';
import { AppError, type SerializedError } from '../../../shared/errors.ts';
import type { OperationId, RequestId } from '../../../shared/model/ids.ts';
import type { Cell, Operation } from '../../../shared/model/operation.ts';
import type { CellContext, CellOutcome, Operations } from '../../operations/operations.ts';
import type { PartRequest } from './stackActionPorts.ts';

/**
 * Starts an operation as a part of the cell's and waits for its end. It is started once in an attempt, whatever dies in between, and
 * cancelled where the cell is. Throws the error of its first cell that failed, `outcome-unknown` where a person has to look at it, and
 * `operation.wrong-state` where somebody cancelled it.
 */
export async function runPart(
  context: CellContext,
  operations: Pick<Operations, 'finished' | 'cancel'>,
  start: (part: PartRequest) => Promise<Operation>,
): Promise<CellOutcome> {
  const part = { requestId: partRequestId(context), partOf: context.operationId };
  const id = await context.effect('part', 'idempotent', async () => (await start(part)).id);
  context.phase('run', `as operation ${id}`);
  await context.output('note', `This runs as operation ${id}, which has its own output.\n`);
  const ended = await waitFor(context, operations, id);
  if (ended.state === 'succeeded') return outcomeOf(ended);
  await context.output('note', `Operation ${id} ended as ${ended.state}.\n`);
  const failed = ended.cells.find(({ state, error }) => state === 'failed' && error !== null);
  if (failed?.error) throw revived(failed.error);
  if (ended.state === 'needs-attention') throw new AppError('outcome-unknown', { what: `operation ${id}` });
  throw new AppError('operation.wrong-state', { id, state: ended.state, wanted: 'succeeded' });
}

/** The same for the same try of the same cell, so that a later life of the core finds the operation that an earlier one started. */
export function partRequestId({ operationId, stepId, serverId, attempt }: Pick<CellContext, 'operationId' | 'stepId' | 'serverId' | 'attempt'>): RequestId {
  const hash = createHash('sha256').update([operationId, stepId, serverId, attempt].join('\n')).digest('hex');
  return `part-${hash.slice(0, 40)}` as RequestId;
}

async function waitFor(context: CellContext, operations: Pick<Operations, 'finished' | 'cancel'>, id: OperationId): Promise<Operation> {
  try {
    return await operations.finished(id, context.signal);
  } catch (error) {
    // When the core ends, the part stays as it is: the next life takes up both.
    if (!context.signal.aborted || AppError.is(context.signal.reason, 'core.stopping')) throw error;
    await operations.cancel(id).catch((refused: unknown) => {
      if (!AppError.is(refused, 'operation.wrong-state')) throw refused;
    });
    // A deploy that is cancelled brings back what ran before; only then is the server as it stays.
    await operations.finished(id);
    throw error;
  }
}

function outcomeOf({ id, cells }: Operation): CellOutcome {
  const ran = cells.filter(({ state }) => state === 'done' || state === 'satisfied');
  const did = ran.filter(({ state }) => state === 'done');
  const said = (did.length > 0 ? did : ran).flatMap(({ detail }: Cell) => (detail === null ? [] : [detail])).at(-1);
  return { state: did.length > 0 ? 'done' : 'satisfied', detail: [said, `operation ${id}`].filter((each) => each !== undefined).join(' · '), exitCode: 0 };
}

function revived({ code, data }: SerializedError): AppError {
  // It was an AppError of this core before it was stored.
  return new AppError(code, data as never);
}
