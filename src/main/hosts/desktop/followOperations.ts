import type { OperationState, OperationSummary } from '../../../shared/model/operation.ts';
import type { CoreClient } from '../../transport/coreClient.ts';
import type { Notice } from './coreMessages.ts';
import { noticeOf } from './noticeRules.ts';
import { followState, type StateSource, stateSource } from './stateSource.ts';

/** The operations of a core. */
export interface OperationsSource extends StateSource<OperationSummary> {
  /** Whether the person wants to be notified. */
  wanted(): Promise<boolean>;
}

/** Reads the operations of a core through its client. */
export function operationsSource(client: CoreClient): OperationsSource {
  const source = stateSource<OperationSummary>(client, (signal) => client.operations.watch({}, { signal }));
  return { ...source, wanted: async () => (await client.settings.get({})).notifyWhenFinished };
}

/**
 * Tells of operations that end or need a person, until the stream ends or `signal` aborts. What the first snapshot shows is known
 * already and not told. Rejects when the connection to the core is lost.
 */
export async function followOperations(source: OperationsSource, tell: (notice: Notice) => void, signal: AbortSignal): Promise<void> {
  const states = new Map<string, OperationState>();
  await followState(
    source,
    async ({ changed, removed }) => {
      const notices = changed.flatMap((operation) => noticeOf(states.get(operation.id), operation) ?? []);
      for (const operation of changed) states.set(operation.id, operation.state);
      for (const id of removed) states.delete(id);
      if (notices.length > 0 && (await source.wanted())) notices.forEach(tell);
    },
    signal,
  );
}
