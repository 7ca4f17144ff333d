import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { Duplex } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { httpOverChannel } from './httpOverChannel.ts';

let port = 0;
const server = createServer((request, response) => void answer(request, response));
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  if (request.url === '/slow') return;
  if (request.url === '/stream') {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    for (const piece of ['data: ä', 'é\n\n', 'data: [DONE]\n\n']) {
      response.write(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.end();
    return;
  }
  response.writeHead(request.url === '/missing' ? 404 : 200, { 'X-Said': 'yes' });
  response.end(JSON.stringify({ method: request.method, body, host: request.headers.host, tenant: request.headers['x-tenant'] }));
}
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** A stream that is no socket, as an SSH channel is none. */
function channel(): Duplex {
  const socket = connect(port, '127.0.0.1');
  const stream = new Duplex({
    read() {},
    write: (chunk, _encoding, done) => void socket.write(chunk, done),
    final: (done) => void socket.end(done),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  socket.on('data', (bytes) => stream.push(bytes));
  socket.on('end', () => stream.push(null));
  return stream;
}
const asked = { method: 'GET' as const, host: 'backend:8000', path: '/', timeoutMs: 5000 };

test('sends method, headers and body, and reads status, headers and body', async () => {
  const answer = await httpOverChannel(channel(), { ...asked, method: 'POST', body: '{"ä":1}', headers: { 'X-Tenant': 'acme' } });
  expect(answer).toMatchObject({ status: 200, headers: { 'x-said': 'yes' } });
  expect(JSON.parse(answer.body)).toEqual({ method: 'POST', body: '{"ä":1}', host: 'backend:8000', tenant: 'acme' });
  expect((await httpOverChannel(channel(), { ...asked, path: '/missing' })).status).toBe(404);
});

test('tells of a streamed body as it comes, characters whole', async () => {
  const pieces: string[] = [];
  const answer = await httpOverChannel(channel(), { ...asked, path: '/stream', onBody: (text) => pieces.push(text) });
  expect(answer.body).toBe('data: äé\n\ndata: [DONE]\n\n');
  expect(pieces.join('')).toBe(answer.body);
});

test('gives up in time, when it is told to, and when the stream breaks', async () => {
  await expect(httpOverChannel(channel(), { ...asked, path: '/slow', timeoutMs: 50 })).rejects.toThrow('no whole answer after 0.05 s');
  const stopping = new AbortController();
  const stopped = httpOverChannel(channel(), { ...asked, path: '/slow', signal: stopping.signal });
  stopping.abort(new Error('enough'));
  await expect(stopped).rejects.toThrow('enough');
  const stream = channel();
  const broken = httpOverChannel(stream, { ...asked, path: '/slow' });
  stream.destroy(new Error('the line broke'));
  await expect(broken).rejects.toThrow('the line broke');
});

test('reads no more than it was asked to', async () => {
  expect((await httpOverChannel(channel(), { ...asked, path: '/stream', maxBytes: 1 })).body.length).toBeLessThan(20);
});
