import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import { createTestServer, type TestServer } from '../../../operations/testCell.ts';
import { openStackServer } from '../release/stackServer.ts';
import { openGateRequests } from './gateRequests.ts';
import type { ChatGate, HttpGate } from './gateRules.ts';

let directory = '';
let port = 0;
let streams = true;
const seen: { method: string; headers: IncomingMessage['headers']; body: string }[] = [];
const service = createServer((request, response) => void answer(request, response));
async function answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  seen.push({ method: request.method ?? '', headers: request.headers, body });
  if (body.includes('"stream":true')) {
    if (!streams) return response.writeHead(400).end('{"error":"stream is not supported"}');
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    for (const content of ['4', '!', '']) response.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`);
    return response.end('data: [DONE]\n\n');
  }
  response.writeHead(200, { 'Content-Type': 'application/json' });
  return response.end(body === '' ? '{"status":"ok"}' : '{"choices":[{"message":{"content":"4!"}}],"usage":{"completion_tokens":2}}');
}
let world: TestServer;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gate-requests-'));
  world = await createTestServer(directory);
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const address = service.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(async () => {
  service.close();
  await rm(directory, { recursive: true });
});
beforeEach(() => {
  seen.length = 0;
  streams = true;
});

const { signal } = new AbortController();
const open = async (allowed: boolean) => {
  const stack = await openStackServer(world.remote, { serverName: 'gpu-1', stackId: 'demo' });
  const remote = {
    ...world.remote,
    forward: async (host: string, to: number) => {
      if (!allowed) throw new AppError('tunnel.target-refused', { server: 'gpu-1', host, port: to, reason: 'its sshd does not allow forwarding' });
      return connect(to, host);
    },
  };
  return openGateRequests({ ...stack, secretsOf: async () => ({ TENANT_KEY: 'se"cret' }) }, { id: 'r1' as never, services: [] }, { remote, signal });
};
const http = (): HttpGate => ({
  ...{ kind: 'http', title: 'h', url: `http://127.0.0.1:${port}/health`, status: [200], timeoutS: 5 },
  headers: { 'X-Tenant': 'key $TENANT_KEY', 'X-Other': '$NOT_ONE' },
});
const chat = (): ChatGate => ({ kind: 'chat', title: 'c', url: `http://127.0.0.1:${port}/v1/chat/completions`, model: 'm', timeoutS: 5 });

describe.each([
  [true, 'channel'],
  [false, 'server'],
] as const)('where forwarding is allowed: %s', (allowed, via) => {
  test('a gate is asked with its headers, the secret put in', async () => {
    const answer = await (await open(allowed)).http(http());
    expect(answer).toMatchObject({ status: 200, body: '{"status":"ok"}', error: null, via });
    expect(seen[0]).toMatchObject({ method: 'GET', headers: { 'x-tenant': 'key se"cret', 'x-other': '$NOT_ONE' } });
  });

  test('a chat answers; times only where it is streamed to here', async () => {
    const { answer, figures } = await (await open(allowed)).chat(chat());
    expect(answer).toMatchObject({ status: 200, via });
    expect(figures.text).toBe('4!');
    expect(figures.firstTokenMs === null).toBe(!allowed);
    expect(JSON.parse(seen[0]?.body ?? '')).toMatchObject({ model: 'm', stream: allowed });
  });

  test('nothing that listens is an answer, too', async () => {
    const answer = await (await open(allowed)).http({ ...http(), url: 'http://127.0.0.1:1/' });
    expect(answer.status).toBeNull();
    expect(answer.error).toMatch(/refused|connect/i);
  });
});

test('an endpoint that does not stream is asked without', async () => {
  streams = false;
  const { answer, figures } = await (await open(true)).chat(chat());
  expect(answer.status).toBe(200);
  expect(figures).toMatchObject({ text: '4!', firstTokenMs: null });
  expect(seen).toHaveLength(2);
});
