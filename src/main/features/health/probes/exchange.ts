import type { Duplex } from 'node:stream';
import { type ChannelAnswer, httpOverChannel } from '../../../remote/httpOverChannel.ts';
import { type Limited, limited } from './limited.ts';
import { codeOf, errorText, openStream } from './openStream.ts';
import type { ProbeFailure } from './probeOutcome.ts';
import type { ProbePorts } from './probePorts.ts';

/** One request of a probe. */
export interface Question {
  method: 'GET' | 'POST';
  /** As the `Host` header names it. */
  host: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
  /** From connecting to the end of the answer. */
  timeoutMs: number;
  maxBytes: number;
  /** Told of every piece of the body, with the time since the request was sent. */
  onBody?: (text: string, afterMs: number) => void;
}

/** What came of a request. Times in ms: `connectMs` from the beginning, the others from sending. */
export type Exchanged =
  | { answer: ChannelAnswer; connectMs: number; firstByteMs: number; totalMs: number }
  | { failure: ProbeFailure; connectMs: number | null; sent: boolean };

const unwritable = new Set(['ERR_INVALID_CHAR', 'ERR_HTTP_INVALID_HEADER_VALUE', 'ERR_UNESCAPED_CHARACTERS', 'ERR_INVALID_HTTP_TOKEN']);

/** Asks over a stream of its own. Rejects only with the reason of the person's signal. `limit`: one that is shared with others. */
export async function exchange(ports: ProbePorts, question: Question, limit: Limited = limited(ports.signal, question.timeoutMs)): Promise<Exchanged> {
  try {
    const opened = await openStream(ports, limit);
    if ('failure' in opened) return { ...opened, connectMs: null, sent: false };
    const { stream, connectMs } = opened;
    const { onBody, timeoutMs, ...asked } = question;
    const sentAt = ports.clock();
    let firstByteMs: number | null = null;
    onFirstByte(stream, () => {
      firstByteMs = ports.clock() - sentAt;
    });
    try {
      const answer = await httpOverChannel(stream, {
        ...asked,
        // The limit is ours: it can be told from other failures.
        timeoutMs: 2 * timeoutMs + 60_000,
        signal: limit.signal,
        ...(onBody !== undefined && { onBody: (text: string) => onBody(text, ports.clock() - sentAt) }),
      });
      const totalMs = ports.clock() - sentAt;
      return { answer, connectMs, firstByteMs: firstByteMs ?? totalMs, totalMs };
    } catch (error) {
      ports.signal.throwIfAborted();
      return { failure: failureOf(error, limit.isOver(), firstByteMs !== null), connectMs, sent: true };
    } finally {
      stream.destroy();
    }
  } finally {
    limit.end();
  }
}

/** Tells of the first byte that somebody else reads. To listen before would take it from them, where the server speaks first. */
function onFirstByte(stream: Duplex, tell: () => void): void {
  const watch = (event: string | symbol) => {
    if (event !== 'data') return;
    stream.off('newListener', watch);
    stream.once('data', tell);
  };
  stream.on('newListener', watch);
}

function failureOf(error: unknown, isOver: boolean, hasBegun: boolean): ProbeFailure {
  if (isOver) return { code: 'timed-out', detail: hasBegun ? 'the answer began and did not end in time' : 'no answer in time' };
  if (codeOf(error).startsWith('HPE_')) return { code: 'not-spoken', detail: 'what answers speaks no HTTP' };
  if (unwritable.has(codeOf(error))) return { code: 'not-spoken', detail: `the request cannot be written: ${codeOf(error)}` };
  return {
    code: 'broken',
    detail: hasBegun ? `it hung up in the middle of its answer: ${errorText(error)}` : `it hung up without an answer: ${errorText(error)}`,
  };
}
