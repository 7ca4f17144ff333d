import type { AlertNotice } from '../../../shared/model/alert.ts';
import type { StateFrame } from '../../../shared/model/stream.ts';
import type { CoreClient } from '../../transport/coreClient.ts';
import type { Notice } from './coreMessages.ts';

/** The part of a core's client that is needed to follow what it tells of alerts on this computer. */
export interface AlertsSource {
  watch(signal: AbortSignal): Promise<AsyncIterable<StateFrame<AlertNotice>>>;
  ack(streamId: string, cost: number): Promise<unknown>;
}

/** Reads the notices of a core through its client. */
export function alertsSource(client: CoreClient): AlertsSource {
  return {
    watch: (signal) => client.alerts.notices({}, { signal }),
    ack: (streamId, cost) => client.system.ack({ streamId: streamId as Parameters<CoreClient['system']['ack']>[0]['streamId'], cost }),
  };
}

/**
 * Tells of alerts as they come, until the stream ends or `signal` aborts. What the first snapshot shows was told before. Rejects when the
 * connection to the core is lost.
 */
export async function followAlerts(source: AlertsSource, tell: (notice: Notice) => void, signal: AbortSignal): Promise<void> {
  const known = new Set<string>();
  let streamId = '';
  let begun = false;
  for await (const frame of await source.watch(signal)) {
    if (frame.type === 'open') {
      streamId = frame.streamId;
      continue;
    }
    const changed = frame.type === 'snapshot' ? frame.items : frame.upsert;
    const news = begun ? changed.filter(({ id }) => !known.has(id)) : [];
    for (const { id } of changed) known.add(id);
    if (frame.type === 'patch') for (const id of frame.remove) known.delete(id);
    await source.ack(streamId, frame.cost);
    for (const { title, body, to } of news) tell({ title, body, to: to.slice(0, 500) });
    if (frame.type === 'snapshot' && frame.last) begun = true;
  }
}
