import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** One HTTP request over a stream that is open already. */
export interface ChannelRequest {
  method: 'GET' | 'POST';
  /** As the `Host` header names it. */
  host: string;
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** Until the whole answer is there. */
  timeoutMs: number;
  /** Of the body; more is not read, and the answer counts as whole. Default 256 KiB. */
  maxBytes?: number;
  signal?: AbortSignal;
  /** Told of every piece of the body as it comes, with the milliseconds since the request was sent. */
  onBody?: (text: string, afterMs: number) => void;
}

/** What was answered. */
export interface ChannelAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  /** From sending the request to the end of the answer. */
  tookMs: number;
}

/**
 * Sends a request over a stream, as one of `RemoteServer.forward`, and reads the answer. The stream is closed afterwards. Rejects with
 * what the stream fails with, `Error` of an answer that is no HTTP or does not come in time, or the signal's reason.
 */
export function httpOverChannel(stream: Duplex, asked: ChannelRequest): Promise<ChannelAnswer> {
  return new Promise((resolve, reject) => {
    const sentAt = performance.now();
    const sent: ClientRequest = request({
      // The stream is the connection: nothing is looked up or dialled.
      createConnection: () => stream,
      method: asked.method,
      path: asked.path,
      headers: { Host: asked.host, 'User-Agent': 'pilothouse', Connection: 'close', ...lengthOf(asked.body), ...asked.headers },
    });
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      asked.signal?.removeEventListener('abort', onAbort);
      settle();
      sent.destroy();
      stream.destroy();
    };
    const fail = (error: unknown) => finish(() => reject(error));
    const onAbort = () => fail(asked.signal?.reason);
    const timer = setTimeout(() => fail(new Error(`no whole answer after ${asked.timeoutMs / 1000} s`)), asked.timeoutMs);
    asked.signal?.addEventListener('abort', onAbort, { once: true });
    if (asked.signal?.aborted) return onAbort();
    stream.on('error', fail);
    sent.on('error', fail);
    sent.on('response', (answer) => {
      read(answer, asked, sentAt).then(
        (whole) => finish(() => resolve(whole)),
        (error: unknown) => fail(error),
      );
    });
    sent.end(asked.body);
  });
}

async function read(answer: IncomingMessage, asked: ChannelRequest, sentAt: number): Promise<ChannelAnswer> {
  const decoder = new StringDecoder('utf8');
  const limit = asked.maxBytes ?? 256 * 1024;
  let body = '';
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    const text = decoder.write(chunk);
    body += text;
    bytes += chunk.length;
    asked.onBody?.(text, performance.now() - sentAt);
    if (bytes >= limit) break;
  }
  return { status: answer.statusCode ?? 0, headers: answer.headers, body, tookMs: performance.now() - sentAt };
}

function lengthOf(body: string | undefined): Record<string, string> {
  return body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
}
