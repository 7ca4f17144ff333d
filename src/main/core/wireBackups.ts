import { posix } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import type { Server } from '../../shared/model/server.ts';
import type { StackDefinition } from '../../shared/model/stackDefinition.ts';
import type { Database } from '../database/database.ts';
import type { BackupStack } from '../features/backups/backupPorts.ts';
import { BackupsRepo } from '../features/backups/backupsRepo.ts';
import { type BackupsService, createBackupsService } from '../features/backups/backupsService.ts';
import { composeHead } from '../features/stacks/release/scriptHead.ts';
import { openStackServer } from '../features/stacks/release/stackServer.ts';
import type { Operations } from '../operations/operations.ts';
import type { RemoteServer } from '../remote/remote.ts';

/** What backups are wired to. */
export interface BackupWiring {
  database: Database;
  operations: Operations;
  /** Throws `stack.not-found`. */
  stack(id: string): Promise<StackDefinition>;
  secret(name: string): Promise<string | null>;
  selectServers(selector: string): Promise<Server[]>;
  serverByName(name: string): Server;
  allServers(): Server[];
  deployed(id: ServerId): readonly string[];
  remote(id: ServerId): RemoteServer;
  who(): string;
  nowMs(): number;
}

/** Makes the backups of stacks: what the stack feature knows of a release is what they keep and bring back. */
export function wireBackups(wiring: BackupWiring): BackupsService {
  return createBackupsService({
    ...wiring,
    repo: new BackupsRepo(wiring.database),
    openStack: (remote, at) => openStack(wiring, remote, at),
    async stackServices(id) {
      try {
        const { title, services, backups } = await wiring.stack(id);
        return { title, stateful: services.flatMap(({ name, stateful }) => (stateful ? [name] : [])), recipes: backups.map(({ service }) => service) };
      } catch (error) {
        if (AppError.is(error, 'stack.not-found')) return null;
        throw error;
      }
    },
  });
}

/** What the catalogue says of a service that the release says nothing of is used too: recipes may be younger than a deploy. */
async function openStack(
  wiring: BackupWiring,
  remote: RemoteServer,
  at: { serverName: string; stackId: string; signal?: AbortSignal },
): Promise<BackupStack | null> {
  const server = await openStackServer(remote, at);
  const { current } = await server.state();
  if (current === null) return null;
  const known = await wiring.stack(at.stackId).catch(() => null);
  const further = (known?.backups ?? []).filter(({ service }) => !current.backups.some((recipe) => recipe.service === service));
  return {
    ...{ stackId: at.stackId, title: current.title, version: current.stackVersion ?? 1, release: current.id, sudo: server.sudo, head: composeHead },
    env: { ...server.place(current.id, current).env, PH_STACK: posix.normalize(server.directory) },
    recipes: [...current.backups, ...further.filter(({ service }) => current.services.some(({ name }) => name === service))],
    services: current.services,
    stateful: (known?.services ?? []).flatMap(({ name, stateful }) => (stateful ? [name] : [])),
  };
}
