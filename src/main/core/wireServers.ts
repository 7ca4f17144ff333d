import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { FleetRow } from '../../shared/contract/servers.ts';
import type { RequestId, ServerId } from '../../shared/model/ids.ts';
import { createDemoFleet } from '../demo/demoFleet.ts';
import { accessHandlers } from '../features/access/accessHandlers.ts';
import { createAccessService } from '../features/access/accessService.ts';
import { demoHandlers } from '../features/demo/demoHandlers.ts';
import { createDemoService } from '../features/demo/demoService.ts';
import { documentsHandlers } from '../features/documents/documentsHandlers.ts';
import { createDocumentsService } from '../features/documents/documentsService.ts';
import { groupsHandlers } from '../features/groups/groupsHandlers.ts';
import { createGroupsService } from '../features/groups/groupsService.ts';
import type { FiguresPort } from '../features/inventory/fleetFigures.ts';
import { inventoryHandlers } from '../features/inventory/inventoryHandlers.ts';
import { createInventoryService } from '../features/inventory/inventoryService.ts';
import { keyPassphraseName } from '../features/inventory/serverDirectory.ts';
import { withKeyFirst } from '../features/keys/keyAuthRules.ts';
import { keysHandlers } from '../features/keys/keysHandlers.ts';
import { createKeysService } from '../features/keys/keysService.ts';
import { resourcesHandlers } from '../features/resources/resourcesHandlers.ts';
import { createResourcesService } from '../features/resources/resourcesService.ts';
import type { Foundation } from './openFoundation.ts';
import { recallGpuUse } from './recallGpuUse.ts';

/** What the inventory needs from what is made around it. */
export interface ServersWiring {
  stacks(id: ServerId): FleetRow['stacks'];
  figures: FiguresPort;
  /** A window came to look at the fleet. */
  onWatched(): void;
}

/** Servers as the core holds them: the inventory, how each is reached, and what is filed about them. */
export type WiredServers = ReturnType<typeof wireServers>;

/** Makes the inventory and what is filed under servers. `close` before the remote layer, and `demo` after it. */
export function wireServers(base: Foundation, { stacks, figures, onWatched }: ServersWiring) {
  const { directory, resources, database, readings, secrets, settings, servers, serverDirectory } = base;
  const { remote, operations, select, who, homeDirectory, nowMs, log } = base;
  const all = () => servers.all();
  const byName = (name: string) => serverDirectory.byName(name);
  const listeners = new Set<() => void>();
  const inventory = createInventoryService({
    ...{ database, servers, directory: serverDirectory, secrets, remote, operations, stacks, figures, onWatched, who, homeDirectory, nowMs, log },
    vitalsIntervalMs: () => settings.get().vitalsIntervalS * 1000,
    onServers: () => listeners.forEach((listener) => void listener()),
    localUser: userInfo().username,
  });
  settings.onChange(() => inventory.refresh());
  void recallGpuUse(readings, inventory, { nowMs, log });
  const access = createAccessService({ byName, remote, rotate: (request) => inventory.changes.rotate(request), nowMs });
  const keys = createKeysService({
    ...{ directory: join(directory, 'keys'), operations, remote, byName, all, select, who },
    byId: (id) => serverDirectory.byId(id),
    authWith: (server, path) => serverDirectory.authWith(server, path),
    switchToKey: async (server, path, gone) => {
      const auth = withKeyFirst(server.auth, path, gone);
      await inventory.changes.edit({ requestId: randomUUID() as RequestId, name: server.name, fields: { auth }, confirm: server.name });
    },
    keepPassphrase: (path, passphrase) => secrets.set(keyPassphraseName(path), passphrase),
  });
  const demo = createDemoService({
    fleet: createDemoFleet({ directory: join(directory, 'demo'), resourcesDirectory: resources, log }),
    inventory: {
      putDemo: (fields, hostKeys) => inventory.changes.putDemo(fields, hostKeys),
      removeDemo: () => inventory.changes.removeDemo(),
      demoCount: () => inventory.list().filter((server) => server.demo).length,
    },
    log,
  });
  return {
    ...{ inventory, access, demo },
    /** Calls back when servers were added, left, or are filed otherwise, until the returned function is called. */
    onServers(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    handlers: {
      servers: inventoryHandlers(inventory),
      access: accessHandlers(access),
      keys: keysHandlers(keys),
      groups: groupsHandlers(createGroupsService({ database, servers: all, select, label: (request) => inventory.changes.label(request), nowMs })),
      resources: resourcesHandlers(createResourcesService({ database, servers: all, nowMs })),
      documents: documentsHandlers(createDocumentsService({ database, servers: all, who, nowMs })),
      demo: demoHandlers(demo),
    },
    close: () => inventory.close(),
  };
}
