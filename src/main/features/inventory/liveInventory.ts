import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { openDatabase } from '../../database/openDatabase.ts';
import { createOperations } from '../../operations/createOperations.ts';
import type { Operations } from '../../operations/operations.ts';
import { openRemote } from '../../remote/ssh2Remote.ts';
import { createInventoryService, type InventoryService } from './inventoryService.ts';
import { createServerDirectory, type ServerDirectory } from './serverDirectory.ts';
import { ServersRepo } from './serversRepo.ts';

/** An inventory over the real remote layer and the real engine, for tests with real servers. */
export interface LiveInventory {
  service: InventoryService;
  directory: ServerDirectory;
  operations: Operations;
  secrets: Map<string, string>;
  /** Resolves with the row of a server once it is as wanted. */
  rowWhere(id: ServerId, isWanted: (row: FleetRow) => boolean): Promise<FleetRow>;
  /** The whole output of an operation as text. */
  output(operation: Operation): Promise<string>;
  close(): Promise<void>;
}

/** Opens one in a directory of its own. */
export function openLiveInventory(): LiveInventory {
  const path = mkdtempSync(join(tmpdir(), 'ph-live-'));
  const database = openDatabase({ directory: path });
  const servers = new ServersRepo(database);
  const secrets = new Map<string, string>();
  const secretsPort = {
    get: async (name: string) => secrets.get(name) ?? null,
    set: async (name: string, value: string) => void secrets.set(name, value),
    unset: async (name: string) => void secrets.delete(name),
  };
  const directory = createServerDirectory({ servers, secrets: secretsPort, homeDirectory: path });
  const remote = openRemote({ resolve: (id) => directory.resolveTarget(id), knownHostsFiles: [], agentSocket: null, log: () => {} });
  const operations = createOperations({ database, directory: path, remoteServer: (id) => remote.server(id), log: () => {} });
  const service = createInventoryService({
    ...{ database, servers, directory, secrets: secretsPort, remote, operations },
    vitalsIntervalMs: () => 1000,
    stacks: () => [],
    figures: { watch: () => ({ choose: () => {}, leave: () => {} }), intervalS: () => null, poke: () => {} },
    who: () => 'Tester',
    ...{ homeDirectory: path, localUser: 'me', nowMs: Date.now },
    log: () => {},
  });
  return {
    ...{ service, directory, operations, secrets },
    rowWhere: (id, isWanted) =>
      new Promise((resolve) => {
        const look = () => {
          const row = service.fleet.get(id);
          if (row === undefined || !isWanted(row)) return;
          stop();
          resolve(row);
        };
        const stop = service.fleet.subscribe(look);
        look();
      }),
    output: async ({ id }) => {
      const pieces: string[] = [];
      for (let afterSeq = -1; ; ) {
        const { entries } = await operations.output(id, { afterSeq, limit: 200 });
        const last = entries.at(-1);
        if (last === undefined) return pieces.join('');
        for (const { encoding, data } of entries) pieces.push(encoding === 'base64' ? Buffer.from(data, 'base64').toString() : data);
        afterSeq = last.seq;
      }
    },
    close: async () => {
      service.close();
      await operations.close();
      await remote.close();
      database.close();
      rmSync(path, { recursive: true, force: true });
    },
  };
}
