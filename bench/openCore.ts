import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestSshd } from '../src/main/remote/testSshd.ts';
import { type CoreConnection, connectToCore } from '../src/main/transport/coreClient.ts';
import { socketAddress } from '../src/main/transport/socketAddress.ts';
import type { RequestId } from '../src/shared/model/ids.ts';

/** Memory of a core after its garbage was collected: of the process, and of what its main thread holds. */
export interface CoreMemory {
  residentBytes: number;
  heldBytes: number;
}

/** A core with the hosts in its inventory, and a client of it. */
export interface BenchCore {
  client: CoreConnection['client'];
  directory: string;
  process: ChildProcess;
  /** Memory that it held before it knew a server, and what it holds now that cannot be let go. */
  empty: CoreMemory;
  memory(): Promise<CoreMemory>;
  /** Delay of its event loop in ms since this was last asked: the 99th percentile and the longest. The first question begins it, and it costs processor time. */
  loop(): Promise<{ p99Ms: number; maxMs: number }>;
  close(): Promise<void>;
}

/** A fresh id for a mutation. */
export const requestId = (): RequestId => randomUUID() as RequestId;

/** A server as the core is told of it. */
export interface BenchHost {
  address: string;
  sshd: Pick<TestSshd, 'port' | 'user' | 'keyPath' | 'hostKey'>;
}

/** Starts a core of its own and adds so many of the hosts, trusted by the key that they have. `watches`: it reads them in the background. */
export async function openCore(hosts: { all: readonly BenchHost[] }, count: number, { watches = false } = {}): Promise<BenchCore> {
  const directory = mkdtempSync(join(tmpdir(), 'pilothouse-bench-'));
  const child = fork(join(import.meta.dirname, 'coreProcess.ts'), [directory, ...(watches ? ['watches'] : [])], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  const ask = async <T>(what: string): Promise<T> => {
    child.send(what);
    const [answer] = (await once(child, 'message')) as [T];
    return answer;
  };
  const empty = await ask<CoreMemory>('memory');
  const connection = await connectToCore(socketAddress(directory));
  const { client } = connection;
  for (const [index, { address: host, sshd }] of hosts.all.slice(0, count).entries()) {
    const name = `host-${index}`;
    const auth = { kind: 'key' as const, path: sshd.keyPath };
    const labels = { environment: 'development' as const, tags: [], groups: [] };
    await client.servers.add({ requestId: requestId(), fields: { name, host, port: sshd.port, user: sshd.user, auth, jump: null, sudo: 'none', ...labels } });
    await client.servers.trust({ requestId: requestId(), name, fingerprint: sshd.hostKey.fingerprint });
  }
  return {
    client,
    directory,
    process: child,
    empty,
    memory: () => ask<CoreMemory>('memory'),
    loop: () => ask<{ p99Ms: number; maxMs: number }>('loop'),
    close: async () => {
      connection.close();
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
