import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CoreConnection, connectToCore } from '../src/main/transport/coreClient.ts';
import { socketAddress } from '../src/main/transport/socketAddress.ts';
import type { RequestId } from '../src/shared/model/ids.ts';
import type { Hosts } from './hosts.ts';

/** A core with the hosts in its inventory, and a client of it. */
export interface BenchCore {
  client: CoreConnection['client'];
  directory: string;
  process: ChildProcess;
  close(): Promise<void>;
}

/** A fresh id for a mutation. */
export const requestId = (): RequestId => randomUUID() as RequestId;

/** Starts a core of its own and adds so many of the hosts, trusted by the key that they have. */
export async function openCore(hosts: Hosts, count: number): Promise<BenchCore> {
  const directory = mkdtempSync(join(tmpdir(), 'pilothouse-bench-'));
  const child = fork(join(import.meta.dirname, 'coreProcess.ts'), [directory], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  await once(child, 'message');
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
    close: async () => {
      connection.close();
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
