import type { Duplex } from 'node:stream';
import { cleanText } from './cleanText.ts';
import { type Limited, limited } from './limited.ts';
import { openStream } from './openStream.ts';
import { failed, judged, type ProbeOutcome } from './probeOutcome.ts';
import type { ProbePorts } from './probePorts.ts';

/** A port that has to take connections; `says`: and to say this, after `send` where that is given. */
export interface TcpCheck {
  name: string;
  timeoutMs: number;
  /** As `PING\r\n` for a Redis. */
  send?: string;
  says?: string;
}

const mostBytes = 4096;

/** Connects once, waits for what is to be said, and closes. */
export async function probeTcp(ports: ProbePorts, { name, timeoutMs, send, says }: TcpCheck): Promise<ProbeOutcome> {
  const limit = limited(ports.signal, timeoutMs);
  try {
    const sentAt = ports.clock();
    const opened = await openStream(ports, limit);
    if ('failure' in opened) return failed(name, opened.failure);
    const { stream, connectMs } = opened;
    const values: ProbeOutcome['values'] = { connectS: connectMs / 1000 };
    if (says === undefined) {
      stream.destroy();
      return judged(name, [{ holds: true, text: 'takes connections' }], values);
    }
    if (send !== undefined) stream.write(send);
    const heard = await listen(stream, says, limit);
    ports.signal.throwIfAborted();
    const text = heard.includes(says)
      ? `says "${cleanText(says)}"`
      : `says ${heard === '' ? 'nothing' : `"${cleanText(heard)}"`}, "${cleanText(says)}" is wanted`;
    if (heard.includes(says)) values.totalS = (ports.clock() - sentAt) / 1000;
    return judged(name, [{ holds: heard.includes(says), text }], values);
  } finally {
    limit.end();
  }
}

/** What is said until it holds the words, is long enough, ends, or the time is over. Closes the stream. */
function listen(stream: Duplex, words: string, limit: Limited): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const end = () => {
      limit.signal.removeEventListener('abort', end);
      stream.destroy();
      resolve(heard);
    };
    limit.signal.addEventListener('abort', end, { once: true });
    if (limit.signal.aborted) return end();
    for (const event of ['end', 'close', 'error'] as const) stream.once(event, end);
    stream.on('data', (bytes: Buffer) => {
      heard += bytes.toString('latin1');
      if (heard.includes(words) || heard.length > mostBytes) end();
    });
  });
}
