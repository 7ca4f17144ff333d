import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecGroup } from '../../../shared/contract/exec.ts';
import type { OperationId, RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { Server } from '../../../shared/model/server.ts';
import { openDatabase } from '../../database/openDatabase.ts';
import { createOperations } from '../../operations/createOperations.ts';
import { type FakeRemoteFaults, fakeRemoteServer } from '../../operations/fakeRemote.ts';
import type { Operations } from '../../operations/operations.ts';
import { createExecService, type ExecService, type ExecStart } from './execService.ts';

/** The feature over a real journal and stand-in servers, each a directory in which commands run for real. */
export interface TestExec {
  service: ExecService;
  operations: Operations;
  /** The home directory of a server. */
  home(name: string): string;
  /** Runs a script of `sh` on all servers to its end. */
  run(script: string, differences?: Partial<ExecStart>): Promise<Operation>;
  /** The groups of an operation that has ended, once all of its servers are in one; servers by name. */
  groups(operation: Operation): Promise<(Omit<ExecGroup, 'servers'> & { servers: string[] })[]>;
  close(): Promise<void>;
}

let requests = 0;

/** Opens the feature in a directory with servers of these names. */
export function openTestExec(directory: string, names: readonly string[], faults: FakeRemoteFaults = {}): TestExec {
  const database = openDatabase({ directory });
  const home = (name: string) => join(directory, 'servers', name);
  for (const name of names) mkdirSync(home(name), { recursive: true });
  const operations = createOperations({
    ...{ database, directory, log: () => {} },
    remoteServer: (id) => fakeRemoteServer(home(id), faults),
    jobEnding: { graceMs: 200, limitMs: 5000 },
  });
  const servers = names.map((name) => ({ id: name as ServerId, name, environment: 'development' }) as Server);
  const service = createExecService({ operations, select: () => servers, who: () => 'Ada', log: () => {} });
  const start = (script: string, differences: Partial<ExecStart> = {}) => {
    requests += 1;
    const words = { command: ['sh', '-c', script], sudo: false, timeoutS: 60, selector: 'all' };
    return service.start({ requestId: `request-${process.pid}-${requests}` as RequestId, ...words, ...differences });
  };
  return {
    ...{ service, operations, home },
    run: async (script, differences) => operations.finished((await start(script, differences)).id),
    groups: async (operation) => {
      const all = await groupsOf(service, operation.id, operation.targets.length);
      return all.map((group) => ({ ...group, servers: group.servers.map((place) => operation.targets[place]?.name ?? '?') }));
    },
    close: async () => {
      await operations.close();
      database.close();
    },
  };
}

async function groupsOf(service: ExecService, id: OperationId, expected: number): Promise<ExecGroup[]> {
  const { state, stop } = service.groups(id);
  const complete = () => state.values().reduce((sum, group) => sum + group.servers.length, 0) === expected;
  if (!complete()) {
    await new Promise<void>((resolve) => {
      const leave = state.subscribe(() => {
        if (!complete()) return;
        leave();
        resolve();
      });
    });
  }
  stop();
  return state.values().sort((a, b) => b.servers.length - a.servers.length);
}
