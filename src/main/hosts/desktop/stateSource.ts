import type { StateFrame } from '../../../shared/model/stream.ts';
import type { CoreClient } from '../../transport/coreClient.ts';

/** The part of a core's client that is needed to follow a list of it. */
export interface StateSource<T> {
  watch(signal: AbortSignal): Promise<AsyncIterable<StateFrame<T>>>;
  ack(streamId: string, cost: number): Promise<unknown>;
}

/** A list of a core, through its client. */
export function stateSource<T>(client: CoreClient, watch: StateSource<T>['watch']): StateSource<T> {
  return { watch, ack: (streamId, cost) => client.system.ack({ streamId: streamId as Parameters<CoreClient['system']['ack']>[0]['streamId'], cost }) };
}

/** What came of a list at once. `begun`: all of it had been there before; `whole`: all of it is there now. */
export interface StateNews<T> {
  changed: readonly T[];
  removed: readonly string[];
  begun: boolean;
  whole: boolean;
}

/** Reads a list until the stream ends or `signal` aborts. Rejects when the connection to the core is lost. */
export async function followState<T>(source: StateSource<T>, onNews: (news: StateNews<T>) => void | Promise<void>, signal: AbortSignal): Promise<void> {
  let streamId = '';
  let begun = false;
  for await (const frame of await source.watch(signal)) {
    if (frame.type === 'open') {
      streamId = frame.streamId;
      continue;
    }
    const isSnapshot = frame.type === 'snapshot';
    const whole: boolean = begun || (isSnapshot && frame.last);
    await source.ack(streamId, frame.cost);
    await onNews({ changed: isSnapshot ? frame.items : frame.upsert, removed: isSnapshot ? [] : frame.remove, begun, whole });
    begun = whole;
  }
}
