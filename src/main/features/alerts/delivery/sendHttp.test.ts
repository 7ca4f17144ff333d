import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { sendHttp } from './sendHttp.ts';

async function server(answer: RequestListener): Promise<string> {
  const listening = createServer(answer);
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    listening.closeAllConnections();
    listening.close();
  });
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}/secret-path`;
}
const post = (url: string, change: { signal?: AbortSignal; timeoutMs?: number } = {}) =>
  sendHttp({ url, method: 'POST', headers: { 'Content-Type': 'text/plain', 'X-Key': 'k' }, body: 'hello', timeoutMs: 1000, ...change });

test('a request arrives as it was given, and its answer is told with what it asks for', async () => {
  const seen: string[] = [];
  const url = await server((request, response) => {
    request.on('data', (chunk: Buffer) => seen.push(`${request.method} ${request.headers['x-key']} ${chunk.toString()}`));
    request.on('end', () => response.writeHead(429, { 'Retry-After': '7' }).end('slow down'));
  });
  expect(await post(url)).toEqual({ kind: 'answered', status: 429, retryAfter: '7', body: 'slow down' });
  expect(seen).toEqual(['POST k hello']);
});

test('a redirect is an answer: nothing is sent on', async () => {
  let other = 0;
  const elsewhere = await server((_, response) => {
    other += 1;
    response.end();
  });
  const url = await server((_, response) => response.writeHead(307, { Location: elsewhere }).end());
  expect(await post(url)).toMatchObject({ kind: 'answered', status: 307 });
  expect(other).toBe(0);
});

test('of a long answer the beginning is kept, of one without end nothing more is read', async () => {
  const long = await server((_, response) => response.end('x'.repeat(100_000)));
  expect(await post(long)).toMatchObject({ kind: 'answered', body: 'x'.repeat(4096) });
  const endless = await server((_, response) => {
    const more = () => {
      while (!response.destroyed && response.write('y'.repeat(65_536)));
    };
    response.on('drain', more);
    response.on('error', () => {});
    more();
  });
  expect(await post(endless, { timeoutMs: 20_000 })).toMatchObject({ kind: 'answered', status: 200 });
});

test.each<[string, RequestListener]>([
  ['closed without an answer', (request) => request.socket.destroy()],
  ['reset', (request) => request.socket.resetAndDestroy()],
  [
    'cut off in the middle of its answer',
    (request, response) => {
      response.writeHead(200, { 'Content-Length': '100' }).write('ok');
      setTimeout(() => request.socket.destroy(), 20);
    },
  ],
])('a connection that is %s may have told it', async (_, answer) => {
  expect(await post(await server(answer))).toMatchObject({ kind: 'lost' });
});

test('where nobody answers in time it may have arrived', async () => {
  const url = await server(() => {});
  expect(await post(url, { timeoutMs: 100 })).toEqual({ kind: 'lost', problem: 'no answer within 0.1 s' });
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 50);
  expect(await post(url, { signal: stop.signal })).toEqual({ kind: 'lost', problem: 'it was cut off here' });
});

test.each([
  ['http://127.0.0.1:59998/secret-path', /ECONNREFUSED/],
  ['http://does-not-exist.invalid/secret-path', /ENOTFOUND|EAI_AGAIN/],
  ['http://127.0.0.1:22/secret-path', /not for the web/],
])('to %s nothing was sent, and the reason names no path', async (url, reason) => {
  const outcome = await post(url, { timeoutMs: 5000 });
  expect(outcome).toMatchObject({ kind: 'unsent', problem: expect.stringMatching(reason) });
  expect(JSON.stringify(outcome)).not.toContain('secret-path');
});
