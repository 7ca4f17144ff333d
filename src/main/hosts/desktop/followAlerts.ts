import type { AlertNotice } from '../../../shared/model/alert.ts';
import type { CoreClient } from '../../transport/coreClient.ts';
import type { Notice } from './coreMessages.ts';
import { followState, type StateSource, stateSource } from './stateSource.ts';

/** What a core tells of alerts on this computer. */
export const alertsSource = (client: CoreClient): StateSource<AlertNotice> => stateSource(client, (signal) => client.alerts.notices({}, { signal }));

/**
 * Tells of alerts as they come, until the stream ends or `signal` aborts. What the first snapshot shows was told before. Rejects when the
 * connection to the core is lost.
 */
export async function followAlerts(source: StateSource<AlertNotice>, tell: (notice: Notice) => void, signal: AbortSignal): Promise<void> {
  const known = new Set<string>();
  await followState(
    source,
    ({ changed, removed, begun }) => {
      const news = begun ? changed.filter(({ id }) => !known.has(id)) : [];
      for (const { id } of changed) known.add(id);
      for (const id of removed) known.delete(id);
      for (const { title, body, to } of news) tell({ title, body, to: to.slice(0, 500) });
    },
    signal,
  );
}
