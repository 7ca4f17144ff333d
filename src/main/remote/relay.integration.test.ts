import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { httpOverChannel } from './httpOverChannel.ts';
import { createReach, type Reach, type ReachedServer } from './reach.ts';
import { openTestRemote, type TestRemote } from './testRemote.ts';
import { startTestSshd, type TestSshd } from './testSshd.ts';

const basics = ['sh', 'dd', 'cat', 'grep', 'sleep', 'timeout', 'mkdir', 'rm', 'id', 'head', 'tr'];

const said = (...argv: string[]) => execFileSync(argv[0] ?? '', argv.slice(1), { encoding: 'utf8' }).trim();
/** Where a program of this machine is; what stands for a Python of several is not it. */
const which = (program: string) =>
  program === 'python3' ? said('python3', '-c', 'import sys; print(sys.executable)') : said('sh', '-c', `command -v ${program}`);

let talker: ReturnType<typeof createServer>;
let http: Server;
const sockets = new Set<Socket>();
const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

beforeAll(async () => {
  // Says what it heard, backwards, when the other side has ended.
  talker = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    void text(socket).then((heard) => socket.end(`${heard.length}:${[...heard].reverse().join('')}`));
  });
  http = createHttpServer((asked, answer) => {
    if (asked.url === '/big') return void answer.end('x'.repeat(3_000_000));
    if (asked.url === '/never') return;
    void text(asked).then((body) => answer.end(`${asked.method} ${asked.headers['authorization']} ${body}`));
  });
  for (const server of [talker, http]) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  talker.close();
  http.closeAllConnections();
  http.close();
});

describe.each(['perl', 'python3', 'bash', 'nc', 'nothing'] as const)('a server that forbids forwarding and has %s', (tool) => {
  let bin: string;
  let sshd: TestSshd;
  let remote: TestRemote;
  let reach: Reach;
  let server: ReachedServer;
  let id: ReturnType<TestSshd['target']>['serverId'];

  beforeAll(async () => {
    bin = mkdtempSync(join(tmpdir(), 'ph-relay-'));
    mkdirSync(join(bin, 'bin'));
    for (const name of basics) symlinkSync(which(name), join(bin, 'bin', name));
    if (tool === 'nc') symlinkSync(which('busybox'), join(bin, 'bin', 'nc'));
    else if (tool !== 'nothing') symlinkSync(which(tool), join(bin, 'bin', tool));
    sshd = await startTestSshd({ config: ['AllowTcpForwarding no'], environment: { PATH: join(bin, 'bin') } });
    const target = sshd.target();
    id = target.serverId;
    remote = openTestRemote([target]);
    reach = createReach({ remote: (each) => remote.remote.server(each), nameOf: () => 'gpu-1', nowMs: Date.now });
    server = reach.server(id);
  });
  afterAll(async () => {
    await remote.remote.close();
    await sshd.stop();
    rmSync(bin, { recursive: true, force: true });
  });
  afterEach(() => expect(sshd.log()).not.toContain('secret-canary'));

  if (tool === 'nothing') {
    it('says why nothing can be asked', async () => {
      await expect(server.forward('127.0.0.1', portOf(http))).rejects.toMatchObject({
        ...{ code: 'tunnel.target-refused', data: { server: 'gpu-1', reason: expect.stringContaining('perl, python3, bash nor nc'), forbidden: true } },
      });
      expect(reach.way(id)).toBe('relay');
    });
    return;
  }

  const ask = async (path: string, more: { body?: string; timeoutMs?: number } = {}) => {
    const stream = await server.forward('127.0.0.1', portOf(http));
    const { body, timeoutMs = 10_000 } = more;
    const headers = { Authorization: 'Bearer secret-canary' };
    return httpOverChannel(stream, {
      method: body === undefined ? 'GET' : 'POST',
      host: 'x',
      path,
      headers,
      timeoutMs,
      maxBytes: 4_000_000,
      ...(body !== undefined && { body }),
    });
  };

  it('is asked by itself: headers and body arrive, and large answers whole', async () => {
    const body = 'ä'.repeat(40_000);
    expect((await ask('/echo', { body })).body === `POST Bearer secret-canary ${body}`).toBe(true);
    expect((await ask('/big')).body).toHaveLength(3_000_000);
    expect(reach.way(id)).toBe('relay');
    expect(sshd.connections()).toBeLessThanOrEqual(2);
  });

  it('tells where nothing listens', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const port = portOf(gone);
    await new Promise((resolve) => gone.close(resolve));
    await expect(server.forward('127.0.0.1', port)).rejects.toMatchObject({
      code: 'tunnel.target-refused',
      data: { port, reason: expect.stringMatching(/refused|nothing listens/i) },
    });
  });

  it('gives up in time, leaves nothing behind, and can be asked again', async () => {
    await expect(ask('/never', { timeoutMs: 300 })).rejects.toThrow();
    const over = new AbortController();
    over.abort(new Error('given up'));
    await expect(server.forward('127.0.0.1', portOf(http), { signal: over.signal })).rejects.toThrow('given up');
    expect((await ask('/echo')).body).toBe('GET Bearer secret-canary ');
  });

  // The others cannot close one half alone.
  if (tool !== 'perl' && tool !== 'python3') return;
  it('passes the end of what is said on', async () => {
    const stream = await server.forward('127.0.0.1', portOf(talker));
    stream.end('abc');
    expect(await text(stream)).toBe('3:cba');
  });
});

it('a server that allows forwarding is never asked by itself', async () => {
  const sshd = await startTestSshd();
  const target = sshd.target();
  const remote = openTestRemote([target]);
  const reach = createReach({ remote: (each) => remote.remote.server(each), nameOf: () => 'gpu-1', nowMs: Date.now });
  const stream = await reach.server(target.serverId).forward('127.0.0.1', portOf(http));
  expect((await httpOverChannel(stream, { method: 'GET', host: 'x', path: '/', timeoutMs: 5000 })).status).toBe(200);
  expect(reach.way(target.serverId)).toBe('forward');
  await remote.remote.close();
  await sshd.stop();
});
