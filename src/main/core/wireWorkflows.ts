import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { RequestId } from '../../shared/model/ids.ts';
import { backupActions } from '../features/backups/backupActions.ts';
import { backupsHandlers } from '../features/backups/backupsHandlers.ts';
import type { FitService } from '../features/fit/fitService.ts';
import type { InventoryService } from '../features/inventory/inventoryService.ts';
import { schedulesHandlers, windowsHandlers } from '../features/schedules/schedulesHandlers.ts';
import { workflowsHandlers } from '../features/workflows/workflowsHandlers.ts';
import { createWorkflowsService } from '../features/workflows/workflowsService.ts';
import type { Foundation } from './openFoundation.ts';
import { createStackActions } from './stackActions.ts';
import { wireBackups } from './wireBackups.ts';
import type { LedgerParts } from './wireLedger.ts';
import { wireSchedules } from './wireSchedules.ts';
import type { WiredStacks } from './wireStacks.ts';

/** What workflows act on beside servers. */
export interface WorkflowsWiring {
  stacks: WiredStacks;
  fit: FitService;
  inventory: Pick<InventoryService, 'changes'>;
  checkApproval: LedgerParts['checkApproval'];
}

/** Makes backups, workflows and their schedules: what goes through many servers step by step. */
export function wireWorkflows(base: Foundation, wiring: WorkflowsWiring) {
  const { directory, resources, database, operations, windows, secrets, openSecret, servers, serverDirectory } = base;
  const { selectServers, remoteOf: remote, who, nowMs, log } = base;
  const { stacks, stackIds, deployments, tests, lint } = wiring.stacks;
  const { fit, inventory, checkApproval } = wiring;
  const all = () => servers.all();
  const backups = wireBackups({
    ...{ database, operations, selectServers, allServers: all, remote, who, nowMs },
    stack: (id) => stacks.show(id),
    secret: (name) => secrets.get(name),
    serverByName: (name) => serverDirectory.byName(name),
    deployed: (id) => deployments.of(id).map(({ stackId }) => stackId),
  });
  const workflows = createWorkflowsService({
    ...{ operations, openSecret, checkApproval, maintenance: windows, stackIds, remote, selectServers, who },
    directories: { shipped: [join(resources, 'workflows'), join(resources, 'runbooks')], own: [join(directory, 'workflows')] },
    facts: (id) => servers.facts(id),
    server: (id) => serverDirectory.byId(id),
    switchLogin: async (id, user) => {
      const { name } = serverDirectory.byId(id);
      await inventory.changes.edit({ requestId: randomUUID() as RequestId, name, fields: { user, sudo: 'nopasswd' }, confirm: name });
    },
    stackAction: createStackActions({ stacks, tests, lint, fit, operations, remote, openSecret, backups: backupActions(backups) }),
    publicKeyOf: (id) => serverDirectory.publicKeyOf(id),
  });
  const schedules = wireSchedules({ database, resources, servers: all, workflows, operations, who, nowMs, log });
  return {
    ...{ workflows, schedules },
    handlers: {
      backups: backupsHandlers(backups),
      workflows: workflowsHandlers(workflows, join(directory, 'workflows')),
      schedules: schedulesHandlers(schedules.service),
      windows: windowsHandlers(windows),
    },
  };
}
