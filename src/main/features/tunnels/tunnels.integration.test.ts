import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer, type Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Tunnel } from '../../../shared/contract/tunnels.ts';
import { AppError } from '../../../shared/errors.ts';
import type { RequestId } from '../../../shared/model/ids.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { Database } from '../../database/database.ts';
import { openDatabase } from '../../database/openDatabase.ts';
import { startTestChaosProxy, type TestChaosProxy } from '../../remote/testChaosProxy.ts';
import { openTestRemote, type TestRemote } from '../../remote/testRemote.ts';
import { freePort, startTestSshd, type TestSshd } from '../../remote/testSshd.ts';
import type { ListeningPort } from './serviceRules.ts';
import { createTunnelsService, type TunnelsService } from './tunnelsService.ts';

async function failure(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => new Error('it worked'),
    (e: unknown) => e,
  );
  if (error instanceof AppError) return error;
  throw error;
}

async function fetched(port: number | null, path = '/'): Promise<string> {
  const request = get({ host: '127.0.0.1', port: port ?? 0, path, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response) body += chunk;
  return body;
}

let requests = 0;
const requestId = () => {
  requests += 1;
  return `tunnel-request-${requests}` as RequestId;
};

describe.each([
  { name: 'the built-in client', options: {} },
  { name: 'OpenSSH as client', options: { systemSsh: true } },
])('tunnels by $name', ({ options }) => {
  let sshd: TestSshd;
  let proxy: TestChaosProxy;
  let web: ReturnType<typeof createHttpServer>;
  let echo: NetServer;
  let test: TestRemote;
  let database: Database;
  let directory: string;
  let service: TunnelsService;
  let listening: ListeningPort[] = [];
  let isThere = true;
  const webPort = () => (web.address() as AddressInfo).port;
  const echoPort = () => (echo.address() as AddressInfo).port;

  const openService = (idleMs?: number) => {
    const server = { ...sshd.target({ name: 'box' }), id: sshd.target().serverId, name: 'box', port: sshd.port } as unknown as Server;
    return createTunnelsService({
      ...{ database, nowMs: Date.now, log: () => {}, listening: () => listening, ...(idleMs === undefined ? {} : { idleMs }) },
      byName: (name) => {
        if (name !== 'box') throw new AppError('server.not-found', { name });
        return server;
      },
      byId: (id) => (isThere && id === server.id ? server : undefined),
      remote: (id) => test.remote.server(id),
    });
  };
  const until = (id: string, condition: (tunnel: Tunnel) => boolean): Promise<Tunnel> =>
    new Promise((resolve) => {
      const look = () => {
        const found = service.state.get(id);
        if (found === undefined || !condition(found)) return;
        stop();
        resolve(found);
      };
      const stop = service.state.subscribe(look);
      look();
    });
  const aim = (more: object = {}) => ({ server: 'box', host: '127.0.0.1', port: webPort(), localPort: null, ...more });
  const add = (name: string, more: object = {}) => service.add({ requestId: requestId(), name, scheme: null, ...aim(more) });

  beforeAll(async () => {
    sshd = await startTestSshd(options);
    proxy = await startTestChaosProxy(sshd.port);
    web = createHttpServer((request, response) => {
      if (request.url === '/large') return void response.end(Buffer.alloc(3_000_000, 'x'));
      response.setHeader('content-type', 'text/html');
      response.end('<html><title>Grafana &amp; co\u202e</title>hello</html>');
    }).listen(0, '127.0.0.1');
    // Answers once the other side has ended: a half of the connection stays open.
    echo = createServer({ allowHalfOpen: true }, (socket) => {
      const pieces: Buffer[] = [];
      socket.on('data', (bytes) => pieces.push(bytes)).on('end', () => socket.end(Buffer.concat(pieces)));
    }).listen(0, '127.0.0.1');
    await Promise.all([once(web, 'listening'), once(echo, 'listening')]);
  });
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'ph-tunnels-'));
    database = openDatabase({ directory });
    isThere = true;
    const target = sshd.target({ name: 'box', host: '127.0.0.1', port: proxy.port });
    test = openTestRemote([target]);
    const { id, host, port } = { id: target.serverId, host: 'x', port: 22 };
    const fields = JSON.stringify({
      name: 'box',
      host,
      port,
      user: 'root',
      auth: { kind: 'agent' },
      jump: null,
      environment: 'staging',
      tags: [],
      groups: [],
      sudo: 'none',
    });
    database.run(database.query.insertInto('servers').values({ id, fields, host_keys: '[]', demo: 0, created_at_ms: 1, updated_at_ms: 1 }));
    service = openService();
  });
  afterEach(async () => {
    proxy.refuse(false);
    service.close();
    await test.remote.close();
    database.close();
    rmSync(directory, { recursive: true, force: true });
  });
  afterAll(async () => {
    await proxy.stop();
    await sshd.stop();
    web.close();
    echo.close();
  });

  it('carry requests to what the server reaches, on loopback alone, and count them', async () => {
    const { id, boundPort } = await add('web');
    expect(await fetched(boundPort)).toContain('hello');
    expect((await fetched(boundPort, '/large')).length).toBe(3_000_000);
    const seen = await until(id, (tunnel) => tunnel.connections === 0 && tunnel.bytesDown > 3_000_000);
    expect(seen).toMatchObject({ state: 'open', error: null, connectionsTotal: 2, serverName: 'box' });
    expect(seen.bytesUp).toBeGreaterThan(50);
    const elsewhere = connect({ host: '127.0.0.2', port: boundPort ?? 0 });
    const [error] = (await once(elsewhere, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });

  it('hand on that one side has said all, and wait for the answer', async () => {
    const { boundPort } = await add('echo', { port: echoPort() });
    const sent = Buffer.alloc(2_000_000, 'abc');
    const socket = connect({ host: '127.0.0.1', port: boundPort ?? 0, allowHalfOpen: true });
    socket.end(sent);
    const pieces: Buffer[] = [];
    for await (const bytes of socket) pieces.push(bytes);
    expect(Buffer.compare(Buffer.concat(pieces), sent)).toBe(0);
  });

  it('keep their port while the connection is gone, and whoever connects meanwhile is served once it is back', async () => {
    const { id, boundPort } = await add('web');
    expect(await fetched(boundPort)).toContain('hello');
    for (let cut = 0; cut < 3; cut += 1) {
      await until(id, (tunnel) => tunnel.state === 'open');
      proxy.refuse(true);
      proxy.reset();
      await until(id, (tunnel) => tunnel.state === 'reconnecting');
      const waiting = fetched(boundPort);
      proxy.refuse(false);
      expect(await waiting).toContain('hello');
    }
    expect((await until(id, (tunnel) => tunnel.state === 'open')).boundPort).toBe(boundPort);
  });

  it('break what was cut in the middle, rather than let it hang or seem whole', async () => {
    const { id, boundPort } = await add('echo', { port: echoPort() });
    const socket = connect({ host: '127.0.0.1', port: boundPort ?? 0, allowHalfOpen: true });
    socket.write('begun');
    await until(id, (tunnel) => tunnel.bytesUp > 0);
    const broken = once(socket.resume(), 'error');
    proxy.reset();
    // An end would say that what came was all.
    expect(await broken).toMatchObject([{ code: 'ECONNRESET' }]);
  });

  it('say what is wrong with their port, their name or their end', async () => {
    const taken = await add('web');
    const clash = await failure(add('other', { localPort: taken.boundPort }));
    expect(AppError.is(clash, 'tunnel.port-taken') && clash.data).toEqual({ port: taken.boundPort, reason: 'something else listens on it' });
    expect((await failure(add('web'))).code).toBe('tunnel.name-taken');
    expect((await failure(add('x', { server: 'nobody' }))).code).toBe('server.not-found');
    expect(service.state.size).toBe(1);
    const dead = await add('dead', { port: await freePort() });
    await expect(fetched(dead.boundPort)).rejects.toThrow();
    const seen = await until(dead.id, (tunnel) => tunnel.error !== null);
    expect(seen).toMatchObject({ state: 'open', error: { code: 'tunnel.target-refused' } });
  });

  it('fail where a person is needed, and come back when somebody connects after that', async () => {
    const good = sshd.target({ name: 'box', host: '127.0.0.1', port: proxy.port });
    test.put({ ...good, auth: { kind: 'key', path: sshd.strangerKeyPath, passphrase: async () => null } });
    const { id, boundPort } = await add('web');
    expect((await until(id, (tunnel) => tunnel.state === 'failed')).error?.code).toBe('ssh.auth-key-refused');
    test.put(good);
    test.remote.reset();
    expect(await fetched(boundPort)).toContain('hello');
    expect((await until(id, (tunnel) => tunnel.state === 'open')).error).toBeNull();
  });

  it('are kept: stopped ones stay stopped, others run again in the next life of the core on their port', async () => {
    const localPort = await freePort();
    const web1 = await add('web', { localPort });
    const other = await add('other');
    service.stop(other.id);
    expect(service.state.get(other.id)).toMatchObject({ state: 'stopped', boundPort: null, kept: true });
    service.close();
    service = openService();
    await service.resume();
    expect(await fetched(localPort)).toContain('hello');
    expect(service.state.get(other.id)?.state).toBe('stopped');
    expect((await service.start(other.id)).boundPort).not.toBeNull();
    service.remove(web1.id);
    await expect(fetched(localPort)).rejects.toThrow();
    service.remove(web1.id);
    expect(service.state.values().map(({ name }) => name)).toEqual(['other']);
    expect((await failure(service.start(web1.id))).code).toBe('tunnel.not-found');
  });

  it('that cannot have their port back say so, and run once they can', async () => {
    const localPort = await freePort();
    const { id } = await add('web', { localPort });
    service.close();
    const occupier = createServer().listen(localPort, '127.0.0.1');
    await once(occupier, 'listening');
    service = openService();
    await service.resume();
    expect(service.state.get(id)).toMatchObject({ state: 'failed', boundPort: null, error: { code: 'tunnel.port-taken' } });
    await new Promise((resolve) => occupier.close(resolve));
    await service.start(id);
    expect(await fetched(localPort)).toContain('hello');
  });

  it('last as long as they are held, and tell what happens', async () => {
    const leave = new AbortController();
    const told: Tunnel[] = [];
    const first = Promise.withResolvers<number | null>();
    const done = (async () => {
      for await (const tunnel of service.forward(aim(), leave.signal)) {
        told.push(tunnel);
        first.resolve(tunnel.boundPort);
      }
    })();
    const port = await first.promise;
    expect(await fetched(port)).toContain('hello');
    await until(told[0]?.id ?? '', (tunnel) => tunnel.connectionsTotal === 1 && tunnel.connections === 0);
    expect(service.busy()).toBe(true);
    leave.abort();
    await done;
    await expect(fetched(port)).rejects.toThrow();
    expect(told[0]).toMatchObject({ state: 'connecting', kept: false });
    expect(told.some(({ state }) => state === 'open')).toBe(true);
    expect([service.state.size, service.busy()]).toEqual([0, false]);
  });

  it('to services are found among listening ports, opened once, and go when unused', async () => {
    listening = [
      { protocol: 'tcp', address: '0.0.0.0', port: webPort(), process: 'grafana' },
      { protocol: 'tcp', address: '127.0.0.1', port: echoPort(), process: 'echo' },
      { protocol: 'tcp', address: '127.0.0.1', port: await freePort(), process: null },
      { protocol: 'tcp', address: '0.0.0.0', port: sshd.port, process: 'sshd' },
      { protocol: 'udp', address: '0.0.0.0', port: 53, process: null },
    ];
    const found = await service.services('box');
    expect(found).toEqual({
      services: [{ title: 'Grafana & co\\u202e', host: '127.0.0.1', port: webPort(), scheme: 'http', status: 200, process: 'grafana' }],
      asked: 3,
    });
    service.close();
    service = openService(300);
    const open = () => service.open({ server: 'box', host: '127.0.0.1', port: webPort(), name: 'Grafana', scheme: 'http' });
    const [once1, twice] = await Promise.all([open(), open()]);
    expect(once1.url).toBe(`http://127.0.0.1:${once1.tunnel.boundPort}/`);
    expect(twice.url).toBe(once1.url);
    expect(await fetched(once1.tunnel.boundPort)).toContain('hello');
    await expect.poll(() => service.state.size).toBe(0);
  });

  it('go with their server', async () => {
    const { id } = await add('web');
    await until(id, (tunnel) => tunnel.state === 'open');
    isThere = false;
    proxy.reset();
    await expect.poll(() => service.state.size).toBe(0);
  });
});
