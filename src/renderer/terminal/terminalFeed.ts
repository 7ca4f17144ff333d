import type { TerminalId } from '../../shared/model/ids.ts';
import type { TerminalFrame } from '../../shared/model/stream.ts';
import { client } from '../client/client.ts';
import { isConnectionError, toSerializedError } from '../client/clientError.ts';
import { acknowledge, beforeRetry } from '../client/streams.ts';

/** How the shell of a terminal is. */
export interface FeedState {
  state: 'opening' | 'open' | 'reconnecting' | 'closed';
  reason: string | null;
}

/** Takes what a terminal shows. `done` is called once it is on the screen; only then more is asked for. */
export interface FeedScreen {
  /** Replaces everything by a screen of this size. */
  replace(text: string, size: { cols: number; rows: number }, done: () => void): void;
  append(bytes: Uint8Array, done: () => void): void;
  /** The shell's size as another window made it, or as this one did a moment ago. */
  resized(size: { cols: number; rows: number }): void;
  changed(state: FeedState): void;
}

/** Follows a terminal of the core until it is closed or `signal` aborts, over every lost connection. */
export async function followTerminal(id: TerminalId, screen: FeedScreen, signal: AbortSignal): Promise<void> {
  let offset: number | null = null;
  let snapshot = '';
  let ended = false;
  let failures = 0;

  const take = (frame: Exclude<TerminalFrame, { type: 'open' }>, acknowledgeFrame: () => void) => {
    if (frame.type === 'bytes') {
      const bytes = fromBase64(frame.data);
      offset = frame.offset + bytes.length;
      screen.append(bytes, acknowledgeFrame);
      return;
    }
    if (frame.type === 'snapshot') {
      snapshot = frame.first ? frame.text : snapshot + frame.text;
      if (!frame.last) return acknowledgeFrame();
      offset = frame.offset;
      screen.replace(snapshot, frame, acknowledgeFrame);
      snapshot = '';
      return;
    }
    if (frame.type === 'resized') screen.resized(frame);
    else {
      ended = frame.state === 'closed';
      screen.changed({ state: frame.state, reason: frame.reason });
    }
    acknowledgeFrame();
  };

  while (!signal.aborted && !ended) {
    try {
      let streamId: Parameters<typeof acknowledge>[0] | null = null;
      const stream = await client.terminals.attach({ id, ...(offset === null ? {} : { afterOffset: offset }) }, { signal });
      for await (const frame of stream) {
        failures = 0;
        if (frame.type === 'open') {
          streamId = frame.streamId;
          // Told otherwise by the next frame where the server is not reachable.
          screen.changed({ state: 'open', reason: null });
          continue;
        }
        const { cost } = frame;
        const granted = streamId;
        take(frame, () => granted !== null && cost > 0 && acknowledge(granted, cost));
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isConnectionError(error) && toSerializedError(error).code === 'terminal.not-found') {
        screen.changed({ state: 'closed', reason: 'the core no longer holds it' });
        return;
      }
    }
    if (signal.aborted || ended) return;
    failures += 1;
    screen.changed({ state: 'reconnecting', reason: 'the core is not reached' });
    await beforeRetry(failures, signal).catch(() => {});
  }
}

const decode = (Uint8Array as { fromBase64?: (text: string) => Uint8Array }).fromBase64;

function fromBase64(text: string): Uint8Array {
  if (decode) return decode.call(Uint8Array, text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return bytes;
}
