import { connectToCore } from '../../transport/coreClient.ts';
import { socketAddress } from '../../transport/socketAddress.ts';
import { consumeStream } from '../cli/consumeStream.ts';

/** The page that a Prometheus scrapes, or why it is not given. */
export interface MetricsPage {
  state: 'off' | 'refused' | 'given';
  text: string;
}

/** Asks the core of a data directory for the page, whichever process it runs in. Throws `core.unavailable`. */
export async function metricsPage(directory: string, token: string): Promise<MetricsPage> {
  const { client, close } = await connectToCore(socketAddress(directory));
  try {
    let state: MetricsPage['state'] = 'off';
    const texts: string[] = [];
    await consumeStream(client, await client.sharing.page({ token }), (frame) => {
      if (frame.type === 'items') {
        for (const item of frame.items) {
          state = item.state;
          texts.push(item.text);
        }
      }
      return true;
    });
    return { state, text: texts.join('') };
  } finally {
    close();
  }
}
