import { existsSync, mkdirSync } from 'node:fs';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AppError } from '../../../../shared/errors.ts';
import type { RequestId, ServerId } from '../../../../shared/model/ids.ts';
import type { Operation } from '../../../../shared/model/operation.ts';
import { openDatabase } from '../../../database/openDatabase.ts';
import { createOperations } from '../../../operations/createOperations.ts';
import { fakeRemoteServer } from '../../../operations/fakeRemote.ts';
import type { Operations } from '../../../operations/operations.ts';
import { createTestServer } from '../../../operations/testCell.ts';
import type { RemoteServer } from '../../../remote/remote.ts';
import { LeaseHeartbeats } from './leaseHeartbeat.ts';
import { rolloutOperation } from './rolloutOperation.ts';
import { installTestDocker } from './testDocker.ts';
import { testStack } from './testRollout.ts';

/** One laptop: an engine with a journal of its own, over a stand-in server that others may reach, too. */
export interface RolloutLife {
  operations: Operations;
  /** Passed so far: see `isBoundary`. */
  boundaries(): number;
  deploy(request: string, parameters: Record<string, string>, more?: Parameters<typeof testStack>[1]): Promise<Operation>;
  close(): Promise<void>;
}

/** What a laptop does differently. */
export interface LifeOptions {
  who?: string;
  /** A SIGKILL strikes this process at the journal boundary of that number; 0: never. */
  killAt?: number;
  /** Called before every script of the server, with what it is. */
  beforeExec?: (script: string, env: Readonly<Record<string, string>>) => Promise<void>;
}

/** Makes the stand-in server, once; its Docker counts what it does. */
export async function makeLifeServer(directory: string): Promise<Awaited<ReturnType<typeof installTestDocker>>> {
  mkdirSync(directory, { recursive: true });
  return installTestDocker(directory);
}

/** Opens the next life of a laptop on a server that was made before. */
export async function openRolloutLife(laptop: string, serverDirectory: string, options: LifeOptions = {}): Promise<RolloutLife> {
  const remote = await lifeRemote(serverDirectory, options);
  return openLaptop(laptop, () => remote, options);
}

/** Opens a laptop with several servers, each in a directory of its own. */
export async function openFleetLife(laptop: string, directoryOf: (serverId: ServerId) => string): Promise<RolloutLife> {
  const remotes = new Map<ServerId, RemoteServer>();
  const ids = (await readdir(join(directoryOf('' as ServerId)))).map((id) => id as ServerId);
  for (const id of ids) remotes.set(id, await lifeRemote(directoryOf(id), {}));
  return openLaptop(laptop, (id) => remotes.get(id) ?? unknownServer(id), {});
}

function unknownServer(name: string): never {
  throw new AppError('server.not-found', { name });
}

function openLaptop(laptop: string, remoteServer: (id: ServerId) => RemoteServer, options: LifeOptions): RolloutLife {
  mkdirSync(laptop, { recursive: true });
  const database = openDatabase({ directory: laptop });
  let boundaries = 0;
  const journalHook = (when: 'before' | 'after', what: string) => {
    if (!isBoundary(when, what)) return;
    boundaries += 1;
    if (boundaries === options.killAt) process.kill(process.pid, 'SIGKILL');
  };
  const operations = createOperations({ database, directory: laptop, remoteServer, log: () => {}, journalHook });
  const operationEnded = (id: string) => {
    try {
      return !['queued', 'running', 'paused', 'waiting'].includes(operations.get(id as Operation['id']).state);
    } catch (error) {
      if (AppError.is(error, 'operation.not-found')) return false;
      throw error;
    }
  };
  const heartbeats = new LeaseHeartbeats({ operationEnded, beatMs: 5000, closing: operations.closing });
  const kept = join(laptop, 'secret');
  const secrets = {
    get: async () => (existsSync(kept) ? readFile(kept, 'utf8') : null),
    set: async (_name: string, value: string) => writeFile(kept, value),
  };
  operations.register(rolloutOperation({ secrets, operationEnded, pollMs: 20, soakS: () => 0, heartbeats, lease: { leaseS: 2, limitS: 3600 } }));
  return {
    operations,
    boundaries: () => boundaries,
    async deploy(request, parameters, more) {
      await operations.recover();
      const spec = { stack: testStack(parameters, more), givenSecrets: [], who: options.who ?? 'Ada', note: null };
      const { id } = await operations.start({
        ...{ requestId: request as RequestId, kind: 'rollout', title: 'Deploy Demo', subject: 'demo', who: options.who ?? 'Ada', mutates: true, spec },
        ...{ targets: [{ serverId: 'srv_test' as ServerId, name: 'gpu-1' }], strategy: { kind: 'rolling', size: 1 } },
      });
      return operations.finished(id);
    },
    async close() {
      await operations.close();
      database.close();
    },
  };
}

/**
 * Where the journal and the server may differ: a step, an effect or a job is written down and has not begun, or is over and not written
 * down. In between nothing but notes is written.
 */
function isBoundary(when: 'before' | 'after', what: string): boolean {
  return /^(operation|cell|effect|job)-/.test(what) && (when === 'after') === /-(created|started)\b/.test(what);
}

/** Scripts as `sh` processes, jobs that outlive this process, both with the stand-in Docker on their PATH. */
async function lifeRemote(directory: string, { beforeExec }: LifeOptions): Promise<RemoteServer> {
  const { remote } = await createTestServer(directory);
  const env = { PATH: `${join(directory, 'bin')}:/usr/bin:/bin`, HOME: directory };
  const { jobs } = fakeRemoteServer(directory);
  return {
    ...remote,
    exec: async (request) => {
      await beforeExec?.(request.script, request.env ?? {});
      return remote.exec(request);
    },
    // Two lives may write at once: each through a name of its own.
    writeFile: async (path, bytes, { mode }) => {
      const draft = `${path}.${process.pid}.${Math.random()}`;
      await writeFile(draft, bytes, { mode });
      await rename(draft, path);
    },
    forward: async (host, port) => {
      throw new AppError('tunnel.target-refused', { server: 'gpu-1', host, port, reason: 'its sshd does not allow forwarding' });
    },
    jobs: { ...jobs, start: (request, how) => jobs.start({ ...request, env: { ...request.env, ...env } }, how) },
  };
}

/** Run as a program: one life of a deploy, with the laptop, the server and the boundary to die at; prints how many boundaries it passed. */
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [, , laptop = '', server = '', killAt = '0', tag = '2'] = process.argv;
  const life = await openRolloutLife(laptop, server, { killAt: Number(killAt) });
  const operation = await life.deploy('request-of-all-lives', { tag });
  console.log(JSON.stringify({ state: operation.state, boundaries: life.boundaries() }));
  await life.close();
}
