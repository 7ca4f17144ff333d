import type { StreamId } from '../../../shared/model/ids.ts';
import type { CoreClient } from '../../transport/coreClient.ts';

interface Frame {
  type: string;
  streamId?: StreamId;
  cost?: number;
}

/** Acknowledge after this much was taken: often enough for every window, rarely enough to cost nothing. */
const acknowledgeAt = 16 * 1024;

/**
 * Takes the frames of any stream one by one and grants credit for what `onFrame` has dealt with: while it is waited for (a slow
 * pipe, for example), the core holds back. Ends with the stream, or when `onFrame` returns false.
 */
export async function consumeStream<F extends Frame>(
  client: CoreClient,
  stream: AsyncIterable<F>,
  onFrame: (frame: F) => boolean | undefined | Promise<boolean | undefined>,
): Promise<void> {
  let streamId: StreamId | null = null;
  let taken = 0;
  for await (const frame of stream) {
    if (frame.type === 'open' && frame.streamId !== undefined) {
      streamId = frame.streamId;
      continue;
    }
    if ((await onFrame(frame)) === false) return;
    taken += frame.cost ?? 0;
    if (taken >= acknowledgeAt && streamId !== null) {
      void client.system.ack({ streamId, cost: taken }).catch(() => {});
      taken = 0;
    }
  }
}
