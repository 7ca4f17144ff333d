import { useMemo } from 'react';
import type { ExecGroup } from '../../../shared/contract/exec.ts';
import type { OperationId } from '../../../shared/model/ids.ts';
import { client } from '../../client/client.ts';
import { createStateStore, type StateSnapshot } from '../../client/stateStore.ts';
import { acknowledge, beforeRetry, useStateStream } from '../../client/streams.ts';

/** The groups of a command, live. */
export function useExecGroups(id: OperationId): StateSnapshot<ExecGroup> {
  const store = useMemo(
    () =>
      createStateStore<ExecGroup>({
        ack: acknowledge,
        beforeRetry,
        keyOf: (group) => group.key,
        open: (signal) => client.exec.groups({ id }, { signal }),
        minIntervalMs: 150,
        lingerMs: 0,
      }),
    [id],
  );
  return useStateStream(store);
}
