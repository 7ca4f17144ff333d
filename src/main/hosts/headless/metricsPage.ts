import type { StreamId } from '../../../shared/model/ids.ts';
import { connectToCore } from '../../transport/coreClient.ts';
import { socketAddress } from '../../transport/socketAddress.ts';

/** The page that a Prometheus scrapes, or why it is not given. */
export interface MetricsPage {
  state: 'off' | 'refused' | 'given';
  text: string;
}

/** Asks the core of a data directory for the page, whichever process it runs in. Throws `core.unavailable`. */
export async function metricsPage(directory: string, token: string): Promise<MetricsPage> {
  const { client, close } = await connectToCore(socketAddress(directory));
  try {
    const page: MetricsPage = { state: 'off', text: '' };
    let streamId: StreamId | null = null;
    for await (const frame of await client.sharing.page({ token })) {
      if (frame.type === 'open') streamId = frame.streamId;
      if (frame.type !== 'items') continue;
      for (const { state, text } of frame.items) {
        page.state = state;
        page.text += text;
      }
      if (streamId !== null) await client.system.ack({ streamId, cost: frame.cost });
    }
    return page;
  } finally {
    close();
  }
}
