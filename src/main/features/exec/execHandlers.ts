import type { ExecGroup } from '../../../shared/contract/exec.ts';
import type { OperationId } from '../../../shared/model/ids.ts';
import type { StateFrame } from '../../../shared/model/stream.ts';
import type { ClientSession } from '../../rpc/clientSession.ts';
import { os } from '../../rpc/procedures.ts';
import { stateStream } from '../../rpc/stateStream.ts';
import type { ExecService } from './execService.ts';

/** Implements `exec` of the contract. */
export function execHandlers(service: ExecService) {
  return {
    start: os.exec.start.handler(async ({ input }) => ({ operation: await service.start(input) })),
    groups: os.exec.groups.handler(({ input, context, signal }) => watchGroups(service, input.id, context.client, signal)),
    compare: os.exec.compare.handler(async ({ input }) => ({ streams: await service.compare(input) })),
    history: os.exec.history.handler(({ input }) => ({ commands: service.history(input) })),
  };
}

/** Groups are kept up to date for as long as the stream is read. */
async function* watchGroups(
  service: ExecService,
  id: OperationId,
  client: ClientSession,
  signal: AbortSignal | undefined,
): AsyncGenerator<StateFrame<ExecGroup>, void, void> {
  const { state, stop } = service.groups(id);
  try {
    yield* stateStream(client, state, signal);
  } finally {
    stop();
  }
}
