import type { OperationState, OperationSummary } from '../../../shared/model/operation.ts';
import type { StateFrame } from '../../../shared/model/stream.ts';
import type { CoreClient } from '../../transport/coreClient.ts';
import type { Notice } from './coreMessages.ts';
import { noticeOf } from './noticeRules.ts';

/** The part of a core's client that is needed to follow its operations. */
export interface OperationsSource {
  watch(signal: AbortSignal): Promise<AsyncIterable<StateFrame<OperationSummary>>>;
  ack(streamId: string, cost: number): Promise<unknown>;
  /** Whether the person wants to be notified. */
  wanted(): Promise<boolean>;
}

/** Reads the operations of a core through its client. */
export function operationsSource(client: CoreClient): OperationsSource {
  return {
    watch: (signal) => client.operations.watch({}, { signal }),
    ack: (streamId, cost) => client.system.ack({ streamId: streamId as Parameters<CoreClient['system']['ack']>[0]['streamId'], cost }),
    wanted: async () => (await client.settings.get({})).notifyWhenFinished,
  };
}

/**
 * Tells of operations that end or need a person, until the stream ends or `signal` aborts. What the first snapshot shows is known
 * already and not told. Rejects when the connection to the core is lost.
 */
export async function followOperations(source: OperationsSource, tell: (notice: Notice) => void, signal: AbortSignal): Promise<void> {
  const states = new Map<string, OperationState>();
  let streamId = '';
  for await (const frame of await source.watch(signal)) {
    if (frame.type === 'open') {
      streamId = frame.streamId;
      continue;
    }
    const changed = frame.type === 'snapshot' ? frame.items : frame.upsert;
    const notices = changed.flatMap((operation) => noticeOf(states.get(operation.id), operation) ?? []);
    for (const operation of changed) states.set(operation.id, operation.state);
    if (frame.type === 'patch') for (const id of frame.remove) states.delete(id);
    await source.ack(streamId, frame.cost);
    if (notices.length > 0 && (await source.wanted())) notices.forEach(tell);
  }
}
