import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createStackActions } from '../../src/main/core/stackActions.ts';
import { wireBackups } from '../../src/main/core/wireBackups.ts';
import { backupActions } from '../../src/main/features/backups/backupActions.ts';
import type { BackupsService } from '../../src/main/features/backups/backupsService.ts';
import { createFitService } from '../../src/main/features/fit/fitService.ts';
import { createStackTestsService } from '../../src/main/features/stacks/rollout/stackTestsService.ts';
import { createStackLintService } from '../../src/main/features/stacks/stackLintService.ts';
import { createStacksService, type StacksService } from '../../src/main/features/stacks/stacksService.ts';
import { createWorkflowsService, type WorkflowsService } from '../../src/main/features/workflows/workflowsService.ts';
import type { Operations } from '../../src/main/operations/operations.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { OperationId } from '../../src/shared/model/ids.ts';
import type { Operation } from '../../src/shared/model/operation.ts';
import type { FleetServer } from '../fleet/testFleet.ts';
import { openFleetFoundation } from './fleetFoundation.ts';

/** Stacks, their backups and workflows over the real engine, database and SSH, with several servers of the fleet as the inventory. */
export interface BackupsCore {
  stacks: StacksService;
  backups: BackupsService;
  workflows: WorkflowsService;
  operations: Operations;
  finish(started: Promise<Operation>): Promise<Operation>;
  output(id: OperationId): Promise<string>;
  close(): Promise<void>;
}

const resources = join(import.meta.dirname, '../../resources');

/** Opens one; the same directory again is the next life of the same core. `secrets`: stored secrets by name. */
export async function openBackupsCore(
  directory: string,
  servers: readonly FleetServer[],
  secrets: Readonly<Record<string, string>> = {},
): Promise<BackupsCore> {
  const { database, operations, remote, mask, all, selectServers, secrets: store, close } = await openFleetFoundation(directory, servers, { secrets });
  for (const { id, name } of all) {
    const row = { id, fields: JSON.stringify({ name }), host_keys: '[]', demo: 0 as const, created_at_ms: 1, updated_at_ms: 1 };
    database.run(
      database.query
        .insertInto('servers')
        .values(row)
        .onConflict((conflict) => conflict.doNothing()),
    );
  }
  const who = () => 'Ada';
  const stacks = createStacksService({
    ...{ database, stacksDirectory: join(resources, 'stacks'), ownStacksDirectory: join(directory, 'stacks'), operations, selectServers, secrets: store, who },
    mask: (text) => mask.text(text),
    remote,
    gatePollMs: 300,
    soakS: () => 0,
  });
  const byName = (name: string) => {
    const found = all.find((server) => server.name === name);
    if (found === undefined) throw new AppError('server.not-found', { name });
    return found;
  };
  const backups = wireBackups({
    ...{ database, operations, who, nowMs: Date.now, selectServers, serverByName: byName, allServers: () => all },
    stack: (id) => stacks.show(id),
    secret: (name) => store.get(name),
    deployed: () => [],
    remote,
  });
  const openSecret = async (name: string) => (await store.get(name)) ?? '';
  const known = { facts: () => null, ports: () => null };
  const workflows = createWorkflowsService({
    directories: { shipped: [join(resources, 'workflows'), join(resources, 'runbooks')], own: [] },
    stackIds: async () => (await stacks.catalog()).map(({ id }) => id),
    remote,
    facts: () => null,
    server: (id) => byName(all.find((server) => server.id === id)?.name ?? ''),
    switchLogin: async () => {},
    openSecret,
    stackAction: createStackActions({
      ...{ stacks, operations, openSecret, remote },
      tests: createStackTestsService({ selectServers, remote, who }),
      lint: createStackLintService({
        ...{
          ...known,
          trapsFile: join(resources, 'traps/traps.yaml'),
          selectServers,
          source: (id) => stacks.source(id),
          rendered: (request) => stacks.rendered(request),
        },
      }),
      fit: createFitService({ tiersFile: join(resources, 'tiers/tiers.yaml'), facts: () => null, stack: (id) => stacks.show(id), select: () => all }),
      backups: backupActions(backups),
    }),
    checkApproval: async (_statement, { who: name }) => ({ name, key: 'SHA256:none' }),
    maintenance: { verdict: () => ({ kind: 'free' }), overrideOf: () => null },
    operations,
    selectServers,
    publicKeyOf: async (id) => readFile(`${servers.find(({ name }) => `srv_${name}` === id)?.keyFile}.pub`, 'utf8'),
    who,
  });
  await operations.recover();
  return {
    ...{ stacks, backups, workflows, operations },
    finish: async (started) => operations.finished((await started).id),
    async output(id) {
      const { entries } = await operations.output(id, { afterSeq: -1, limit: 100_000 });
      return entries.map((entry) => entry.data).join('');
    },
    close,
  };
}
