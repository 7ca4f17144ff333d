import type { LogFrame } from '../../shared/model/stream.ts';
import { acknowledge } from './streams.ts';

/** Takes a *log* stream to its end and gives what it told. Throws what the stream throws; a part that is no longer held is an error too. */
export async function gatherLog<T>(stream: Promise<AsyncIterable<LogFrame<T>>>): Promise<T[]> {
  const found: T[] = [];
  let streamId: Parameters<typeof acknowledge>[0] | null = null;
  for await (const frame of await stream) {
    if (frame.type === 'open') {
      streamId = frame.streamId;
      continue;
    }
    if (frame.type === 'gap') throw new Error(`a part of the answer is missing: ${frame.reason}`);
    if (streamId !== null && frame.cost > 0) acknowledge(streamId, frame.cost);
    if (frame.type === 'items') found.push(...frame.items);
    if (frame.type === 'end') break;
  }
  return found;
}
