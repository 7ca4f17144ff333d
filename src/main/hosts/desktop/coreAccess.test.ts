import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { implement } from '@orpc/server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { contract } from '../../../shared/contract/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import { clientOverPort, openCoreSocket } from '../../transport/coreClient.ts';
import { type CoreRouter, createRpcServer } from '../../transport/rpcServer.ts';
import { listenOnSocket } from '../../transport/socketServer.ts';
import { createCoreAccess, type OwnCore } from './coreAccess.ts';

let directory: string;
let cleanUp: (() => unknown)[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'access-'));
  cleanUp = [];
});
afterEach(async () => {
  for (const step of cleanUp.reverse()) await step();
  rmSync(directory, { recursive: true, force: true });
});

const os = implement(contract);

/** A core that answers who it is. */
function rpcServer(who: string) {
  const hello = os.system.hello.handler(() => ({
    version: '0',
    pid: 1,
    dataDirectory: directory,
    startedAtMs: 0,
    nowMs: 0,
    who,
    homeDirectory: '/',
    sshAgent: false,
  }));
  return createRpcServer({ system: { hello } } as unknown as CoreRouter, () => {});
}

async function listen(who: string) {
  const listening = await listenOnSocket(join(directory, 'core.sock'), rpcServer(who));
  cleanUp.push(() => listening.close());
  return listening;
}

function ownCore(who: string): OwnCore {
  const server = rpcServer(who);
  return { connect: (port) => server.acceptPort(port), close: vi.fn(async () => {}) };
}

function access(startCore: () => Promise<OwnCore>, patienceMs = 2000) {
  const made = createCoreAccess({ startCore, openSocket: () => openCoreSocket(join(directory, 'core.sock')), patienceMs });
  const ask = async () => {
    const { port1, port2 } = new MessageChannel();
    cleanUp.push(() => port2.close());
    await made.connect(port1);
    const closed = new Promise<void>((resolve) => port2.once('close', () => resolve()));
    return { client: clientOverPort(port2), port: port2, closed };
  };
  return { ...made, ask };
}

const locked = async (): Promise<never> => {
  throw new AppError('core.locked', { pid: 1, directory });
};

test('runs the core here when nobody else does, once for all windows', async () => {
  const startCore = vi.fn(async () => ownCore('own'));
  const { ready, ask } = access(startCore);
  const [, first, second] = await Promise.all([ready(), ask(), ask()]);
  expect((await first.client.system.hello({})).who).toBe('own');
  expect((await second.client.system.hello({})).who).toBe('own');
  expect(startCore).toHaveBeenCalledOnce();
});

test('serves windows by the core of another process', async () => {
  await listen('other');
  const { ready, ask } = access(locked);
  await ready();
  const { client } = await ask();
  expect((await client.system.hello({})).who).toBe('other');
});

test('errors keep their code through the other process', async () => {
  await listen('other');
  const { client } = await access(locked).ask();
  await expect(client.servers.list({})).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('when the other process ends, its windows’ ports close and the next connection runs the core here', async () => {
  const listening = await listen('other');
  let held = true;
  const { ask } = access(async () => (held ? locked() : ownCore('own')));
  const { client, closed } = await ask();
  expect((await client.system.hello({})).who).toBe('other');
  held = false;
  await listening.close();
  await closed;
  expect((await (await ask()).client.system.hello({})).who).toBe('own');
});

test('waits for a holder that is only just starting to listen', async () => {
  let tries = 0;
  const { ask } = access(async () => {
    tries += 1;
    if (tries === 2) await listen('late');
    return locked();
  });
  const { client } = await ask();
  expect((await client.system.hello({})).who).toBe('late');
});

test('a holder that never listens is an error with its reason', async () => {
  const error = await access(locked, 250)
    .ready()
    .catch((caught: unknown) => caught);
  expect(AppError.is(error, 'core.unavailable')).toBe(true);
});

test('what keeps the core from starting is told, and does not block the next try', async () => {
  let damaged = true;
  const { ready } = access(async () => {
    if (damaged) throw new AppError('database.from-future', { file: 'state.db', found: 9, supported: 3 });
    return ownCore('own');
  });
  await expect(ready()).rejects.toMatchObject({ code: 'database.from-future' });
  damaged = false;
  await expect(ready()).resolves.toBeUndefined();
});

test('closing ends the core that runs here', async () => {
  const core = ownCore('own');
  const { ready, close } = access(async () => core);
  await ready();
  await close();
  expect(core.close).toHaveBeenCalledOnce();
});
