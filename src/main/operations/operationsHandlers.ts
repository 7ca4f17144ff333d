import type { OperationId } from '../../shared/model/ids.ts';
import type { OperationPart } from '../../shared/model/operation.ts';
import type { StateFrame } from '../../shared/model/stream.ts';
import type { Database } from '../database/database.ts';
import type { ClientSession } from '../rpc/clientSession.ts';
import { logStream } from '../rpc/logStream.ts';
import { os } from '../rpc/procedures.ts';
import { stateStream } from '../rpc/stateStream.ts';
import { answerOnce } from './answerOnce.ts';
import { operationInParts, outputSource, recentOperations } from './operationStreams.ts';
import type { Operations } from './operations.ts';

/** Implements `operations` of the contract. Made once per core, before clients come. */
export function operationsHandlers(operations: Operations, database: Database, who: () => string, nowMs: () => number = Date.now) {
  const recent = recentOperations(operations, nowMs);
  const once = answerOnce(operations, database, nowMs);
  return {
    list: os.operations.list.handler(({ input: { limit, open, kind, serverId } }) => ({
      operations: operations.list({
        limit,
        ...(open !== undefined && { open }),
        ...(kind !== undefined && { kind }),
        ...(serverId !== undefined && { serverId }),
      }),
    })),
    get: os.operations.get.handler(({ input }) => operations.get(input.id)),
    watch: os.operations.watch.handler(({ context, signal }) => stateStream(context.client, recent, signal)),
    watchOne: os.operations.watchOne.handler(({ input, context, signal }) => watchOne(operations, input.id, context.client, signal)),
    output: os.operations.output.handler(({ input: { id, afterSeq, serverId, stepId }, context, signal }) => {
      operations.get(id);
      const source = outputSource(operations, id, { ...(serverId !== undefined && { serverId }), ...(stepId !== undefined && { stepId }) });
      return logStream(context.client, source, { afterSeq }, signal);
    }),
    cancel: os.operations.cancel.handler(({ input }) => once(input, 'operations.cancel', () => operations.cancel(input.id))),
    pause: os.operations.pause.handler(({ input }) => once(input, 'operations.pause', () => operations.pause(input.id))),
    resume: os.operations.resume.handler(({ input }) => once(input, 'operations.resume', () => operations.resume(input.id))),
    retryCell: os.operations.retryCell.handler(({ input }) =>
      once(input, 'operations.retryCell', () => operations.retryCell(input.id, input.serverId, input.stepId)),
    ),
    cancelCell: os.operations.cancelCell.handler(({ input }) =>
      once(input, 'operations.cancelCell', () => operations.cancelCell(input.id, input.serverId, input.stepId)),
    ),
    answer: os.operations.answer.handler(({ input }) =>
      once(input, 'operations.answer', () => {
        const asking =
          input.serverIds ??
          operations.get(input.id).cells.flatMap((cell) => (cell.stepId === input.stepId && cell.state === 'waiting' ? [cell.serverId] : []));
        return operations.answer(input.id, asking, input.stepId, { ...input.answer, who: who(), atMs: nowMs() });
      }),
    ),
    retryFailed: os.operations.retryFailed.handler(({ input }) => once(input, 'operations.retryFailed', () => operations.retryFailed(input.id))),
    skipCell: os.operations.skipCell.handler(({ input }) =>
      once(input, 'operations.skipCell', () => operations.skipCell(input.id, input.serverId, input.stepId, input.reason)),
    ),
  };
}

/** Parts are kept up to date for as long as the stream is read. */
async function* watchOne(
  operations: Operations,
  id: OperationId,
  client: ClientSession,
  signal: AbortSignal | undefined,
): AsyncGenerator<StateFrame<OperationPart>, void, void> {
  const { state, stop } = operationInParts(operations, id);
  try {
    yield* stateStream(client, state, signal);
  } finally {
    stop();
  }
}
