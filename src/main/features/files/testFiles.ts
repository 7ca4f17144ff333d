import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { RequestId } from '../../../shared/model/ids.ts';
import { resolveSelector } from '../../../shared/model/selector.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { Database } from '../../database/database.ts';
import { openDatabase } from '../../database/openDatabase.ts';
import { createOperations } from '../../operations/createOperations.ts';
import type { Operations } from '../../operations/operations.ts';
import type { RemoteTarget } from '../../remote/remote.ts';
import { openTestRemote, type TestRemote } from '../../remote/testRemote.ts';
import { createFilesService, type FilesService } from './filesService.ts';

/** The files of servers over the real engine, database and SSH. */
export interface TestFiles {
  files: FilesService;
  operations: Operations;
  test: TestRemote;
  database: Database;
  directory: string;
  /** The end of this life of the core: what it left is taken up by `openTestFiles` with the same directory. */
  stop(): Promise<void>;
  /** The same, and the directory is removed. */
  remove(): Promise<void>;
}

let requests = 0;

/** A request id that was not used before. */
export function newRequest(): RequestId {
  requests += 1;
  return `files-request-${process.pid}-${requests}` as RequestId;
}

/** Opens the service with these targets as the inventory; names that begin with `prod` are production. */
export async function openTestFiles(targets: readonly RemoteTarget[], directory = mkdtempSync(join(tmpdir(), 'ph-files-'))): Promise<TestFiles> {
  const database = openDatabase({ directory });
  const test = openTestRemote(targets);
  const operations = createOperations({ database, directory, remoteServer: (id) => test.remote.server(id), log: () => {} });
  const servers = targets.map(
    ({ serverId, name }) =>
      ({ id: serverId, name, environment: name.startsWith('prod') ? 'production' : 'staging', tags: [], groups: [] }) as unknown as Server,
  );
  const files = createFilesService({
    ...{ database, operations, homeDirectory: directory, who: () => 'Ada', nowMs: Date.now },
    byName: (name) => {
      const found = servers.find((server) => server.name === name);
      if (found === undefined) throw new AppError('server.not-found', { name });
      return found;
    },
    select: (selector) => resolveSelector(selector, servers),
    remote: (server) => test.remote.server(server.id),
  });
  await operations.recover();
  const stop = async () => {
    await operations.close();
    await test.remote.close();
    database.close();
  };
  return {
    ...{ files, operations, test, database, directory, stop },
    remove: async () => {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
