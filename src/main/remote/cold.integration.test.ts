import { createServer } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import type { RemoteTarget } from './remote.ts';
import { openTestRemote } from './testRemote.ts';
import { type FarmServer, startServerFarm } from './testServerFarm.ts';
import { freePort } from './testSshd.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const all = 200;

/** Something that listens and is no SSH server. */
async function httpServer(): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(async () => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  return address.port;
}

function target(index: number, server: FarmServer | undefined, differences: Partial<RemoteTarget> = {}): RemoteTarget {
  if (server === undefined) throw new Error(`no server ${index}`);
  return {
    ...{ serverId: `srv_${index}` as ServerId, name: `server-${index}`, host: '127.0.0.1', port: server.port, user: 'ada' },
    auth: { kind: 'password', password: async () => 'right' },
    ...{ jump: null, sudo: 'none' as const, sudoPassword: async () => null, hostKeys: [server.hostKey] },
    ...differences,
  };
}

it('reaches 200 servers from cold and names what is wrong with the 10 that are broken, each in its own way', async () => {
  const broken = [{}, { misbehaves: 'stalls' as const }, {}, {}, { misbehaves: 'ends-after-greeting' as const }, { misbehaves: 'resets' as const }, {}];
  const farm = await startServerFarm([...Array.from({ length: all - 10 }, () => ({})), ...broken].map((options) => ({ password: 'right', ...options })));
  cleanups.push(farm.stop);
  const good = farm.servers.slice(0, all - 10);
  const [unnamed, silent, changed, refused, greets, drops, plain] = farm.servers.slice(all - 10);
  const wrong = (index: number, server: FarmServer | undefined, differences: Partial<RemoteTarget> = {}) => target(1000 + index, server, differences);
  const cases: [code: string, RemoteTarget][] = [
    ['ssh.connection-refused', wrong(0, unnamed, { port: await freePort() })],
    ['ssh.host-not-found', wrong(1, unnamed, { host: 'no-such-host.invalid' })],
    ['ssh.connect-timeout', wrong(2, silent)],
    ['ssh.host-key-changed', wrong(3, changed, { hostKeys: unnamed === undefined ? [] : [unnamed.hostKey] })],
    ['ssh.auth-password-refused', wrong(4, refused, { auth: { kind: 'password', password: async () => 'wrong' } })],
    ['ssh.closed-before-login', wrong(5, greets)],
    ['ssh.closed-before-login', wrong(6, drops)],
    ['ssh.handshake-failed', wrong(7, unnamed, { port: await httpServer() })],
    ['server.untrusted', wrong(8, unnamed, { hostKeys: [] })],
    ['ssh.password-missing', wrong(9, plain, { auth: { kind: 'password', password: async () => null } })],
  ];
  const targets = [...good.map((server, index) => target(index, server)), ...cases.map(([, bad]) => bad)];
  const test = openTestRemote(targets);
  cleanups.push(() => test.remote.close());
  const run = (one: RemoteTarget) => test.server(one).exec({ script: 'echo in', timeoutMs: 60_000 });
  const outcome = (one: RemoteTarget) =>
    run(one).then(
      ({ stdout }) => stdout.trim(),
      (error: unknown) => (error instanceof AppError ? `${error.code} ${'server' in error.data ? error.data.server : ''}` : String(error)),
    );

  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  const startedAt = performance.now();
  let goodMs = 0;
  const results = await Promise.all(
    targets.map(async (one) => {
      const result = await outcome(one);
      if (result === 'in') goodMs = performance.now() - startedAt;
      return result;
    }),
  );
  const allMs = performance.now() - startedAt;
  loop.disable();
  expect(results.slice(0, good.length)).toEqual(good.map(() => 'in'));
  expect(results.slice(good.length)).toEqual(cases.map(([code, { name }]) => `${code} ${name}`));
  console.log(
    `${good.length} of ${targets.length} servers reached from cold after ${Math.round(goodMs)} ms, all 10 failures named after ${Math.round(allMs)} ms ` +
      `(silence is given 15 s); event-loop delay p99 ${Math.round(loop.percentile(99) / 1e6)} ms, mean ${Math.round(loop.mean / 1e6)} ms`,
  );

  const bad = cases.map(([, one]) => one);
  const [again] = await Promise.all(bad.filter((_, index) => index === 4).map(outcome));
  expect(again).toContain('ssh.auth-password-refused');
  const counts = await farm.counts();
  expect(counts[refused?.port ?? 0]).toEqual({ attempts: 1, logins: 1 });
  expect(counts[changed?.port ?? 0]?.logins).toBe(0);
  expect(counts[plain?.port ?? 0]).toEqual({ attempts: 0, logins: 0 });
  expect(good.map(({ port }) => counts[port])).toEqual(good.map(() => ({ attempts: 1, logins: 1 })));
});
