import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Call } from './callServer.ts';
import { httpCall } from './httpCall.ts';

let server: Server;
let real = 0;

beforeAll(async () => {
  server = createServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.url === '/never') return;
    if (request.url === '/cut') return void request.socket.destroy();
    let body = '';
    for await (const chunk of request) body += String(chunk);
    response.writeHead(request.url === '/busy' ? 503 : 200, { 'x-host': request.headers.host ?? '' });
    response.end(`${request.method} ${request.url} ${request.headers['content-type'] ?? '-'} ${body}`);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  real = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function ask(args: string[], stdin = '', signal = new AbortController().signal) {
  let [out, err] = ['', ''];
  const call: Call = {
    ...{ tool: 'demo-http', args, directory: '/', user: 'ops', env: {}, stdin, signal },
    out: async (text) => {
      out += text;
    },
    err: async (text) => {
      err += text;
    },
  };
  const code = await httpCall(call, (published) => (published === 8000 ? real : null));
  return { code, out, err };
}

it('asks the port behind a published one, under the name that was asked for', async () => {
  const { code, out, err } = await ask(['GET', 'http://localhost:8000/a?b=1', '5', '']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^HTTP\/1\.1 200 OK\r\n(?:.*\r\n)*x-host: localhost:8000\r\n(?:.*\r\n)*\r\nGET \/a\?b=1 - $/);
});

it('sends a body with its headers, and tells a refusal by its status', async () => {
  const { code, out } = await ask(['POST', '127.0.0.1:8000/busy', '5', 'Content-Type: application/json\nno header'], '{"ä":1}');
  expect(code).toBe(0);
  expect(out).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n[\s\S]*POST \/busy application\/json \{"ä":1\}$/);
});

it.each([
  ['a port that nobody listens on', 'http://127.0.0.1:22/', 7, /^Failed to connect to 127\.0\.0\.1 port 22 /],
  ['what is no URL', 'http://[', 3, /Malformed/],
  ['another protocol', 'ftp://127.0.0.1:8000/', 3, /Malformed/],
  ['a server that hangs up', 'http://127.0.0.1:8000/cut', 52, /^Empty reply/],
  ['a server that never answers', 'http://127.0.0.1:8000/never', 28, /^Operation timed out after 50 milliseconds/],
])('fails as curl does for %s', async (_, url, code, problem) => {
  expect(await ask(['GET', url, code === 28 ? '0.05' : '10', ''])).toMatchObject({ code, out: '', err: expect.stringMatching(problem) });
});
