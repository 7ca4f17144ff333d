import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseHttpAnswer } from './gateRules.ts';
import { httpScript } from './httpScript.ts';

const run = promisify(execFile);
const needed = ['sh', 'mktemp', 'rm', 'cat', 'awk', 'sed', 'head', 'tail', 'tr', 'printf', 'grep', 'wc'];
let directory = '';
let port = 0;
const requests: string[] = [];
const tenants: string[] = [];

// A server of plain sockets: the point is what clients send and understand, and \`node:http\` belongs to the hosts.
const server = createTcpServer((socket) => {
  let text = '';
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    text += bytes.toString();
    const [top = '', body] = text.split('\r\n\r\n');
    if (body === undefined || body.length < Number(/content-length: ([0-9]+)/i.exec(top)?.[1] ?? 0)) return;
    requests.push(`${top.split('\r\n')[0]?.split(' ').slice(0, 2).join(' ')} ${body}`);
    tenants.push(/^x-tenant: (.*)$/im.exec(top)?.[1]?.trim() ?? '');
    const status = top.includes('/missing') ? '404 Not Found' : '200 OK';
    const answer = `{"said":\n"${body.length}"}`;
    socket.end(`HTTP/1.0 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${answer.length}\r\n\r\n${answer}`);
  });
});

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'http-script-'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
  for (const name of needed) {
    const path = [`/usr/bin/${name}`, `/bin/${name}`].find((each) => existsSync(each));
    if (path !== undefined) await symlink(path, join(directory, name));
  }
});
afterAll(async () => {
  server.close();
  await rm(directory, { recursive: true });
});

async function ask(client: string | null, path: string, body = '', to = port, headers: string[] = []) {
  const bin = await mkdtemp(join(directory, 'bin-'));
  if (client !== null) await symlink(`/usr/bin/${client}`, join(bin, client));
  const { stdout } = await run('/bin/sh', ['-c', httpScript], {
    env: {
      PATH: `${bin}:${directory}`,
      PH_URL: `http://127.0.0.1:${to}${path}`,
      PH_METHOD: body === '' ? 'GET' : 'POST',
      PH_HEADERS: [...(body === '' ? [] : ['Content-Type: application/json']), ...headers].join('\n'),
      PH_BODY: body,
      PH_SECONDS: '5',
      http_proxy: 'http://127.0.0.1:9',
      TMPDIR: directory,
    },
  });
  return parseHttpAnswer(stdout);
}

describe.each(['curl', 'python3', 'wget', 'bash'].filter((client) => existsSync(`/usr/bin/${client}`)))('with %s alone', (client) => {
  test('gets a status and a body, past any proxy', async () => {
    expect(await ask(client, '/health')).toEqual({ status: 200, body: '{"said":\n"0"}', error: null });
    expect(requests.at(-1)).toBe('GET /health ');
  });

  test('posts a body as it is', async () => {
    const body = JSON.stringify({ text: `it's "quoted" $(and) \`more\`` });
    expect(await ask(client, '/v1/chat', body)).toMatchObject({ status: 200, body: `{"said":\n"${body.length}"}` });
    expect(requests.at(-1)).toBe(`POST /v1/chat ${body}`);
  });

  test('sends headers, whatever is in them', async () => {
    await ask(client, '/', '{}', port, ['X-Tenant: a "b" \\c $(d)', 'Authorization: Bearer x']);
    expect(tenants.at(-1)).toBe('a "b" \\c $(d)');
  });

  test('tells an answer that is no success from no answer', async () => {
    expect(await ask(client, '/missing')).toMatchObject({ status: 404, error: null });
    expect(await ask(client, '/', '', 1)).toMatchObject({ status: null, error: expect.any(String) });
  });
});

test('with none of them it says so', async () => {
  expect(await ask(null, '/health')).toEqual({ status: null, body: '', error: 'no-client' });
});
