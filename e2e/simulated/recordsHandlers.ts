import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '../../src/main/database/openDatabase.ts';
import { catalogueHandlers } from '../../src/main/features/catalogue/catalogueHandlers.ts';
import { openInstanceCatalogue } from '../../src/main/features/catalogue/instanceCatalogue.ts';
import { documentsHandlers } from '../../src/main/features/documents/documentsHandlers.ts';
import { createDocumentsService } from '../../src/main/features/documents/documentsService.ts';
import { groupsHandlers } from '../../src/main/features/groups/groupsHandlers.ts';
import { createGroupsService } from '../../src/main/features/groups/groupsService.ts';
import { applyLabels } from '../../src/main/features/inventory/inventoryRules.ts';
import { resourcesHandlers } from '../../src/main/features/resources/resourcesHandlers.ts';
import { createResourcesService } from '../../src/main/features/resources/resourcesService.ts';
import type { RequestId } from '../../src/shared/model/ids.ts';
import { documentsOf, groupsOf, resourcesOf } from './recordsData.ts';
import type { World } from './world.ts';

const catalogueFile = fileURLToPath(new URL('../../resources/catalogue/instances.yaml', import.meta.url));
const request = () => randomUUID() as RequestId;

/** Implements groups, cloud resources, documents and catalogue of the contract: the real services, over a database that goes with the process. */
export function recordsHandlers(world: World) {
  const directory = mkdtempSync(join(tmpdir(), 'ph-simulated-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const database = openDatabase({ directory });
  const servers = () => world.rows.values().map((row) => row.server);
  const clock = { nowMs: Date.now() - 40 * 86_400_000 };
  const nowMs = () => clock.nowMs;
  const groups = createGroupsService({
    database,
    servers,
    select: (selector) => world.select(selector).map((row) => row.server),
    label({ selector, changes }) {
      for (const row of world.select(selector)) world.rows.set(row.server.id, { ...row, server: applyLabels(row.server, changes, Date.now()) });
    },
    nowMs,
  });
  const resources = createResourcesService({ database, servers, nowMs });
  let who = 'Jonas';
  const documents = createDocumentsService({ database, servers, who: () => who, nowMs });

  for (const group of groupsOf(servers())) groups.edit({ requestId: request(), ...group });
  for (const fields of resourcesOf(servers())) resources.add({ requestId: request(), fields });
  for (const { fields, texts } of documentsOf(servers(), Date.now())) {
    const [first = '', ...later] = texts;
    documents.add({ requestId: request(), fields, text: first, note: null });
    for (const text of later) {
      clock.nowMs += 3 * 86_400_000;
      documents.edit({ requestId: request(), name: fields.name, fields: {}, text, note: 'After the last exercise' });
    }
  }
  who = world.settings.displayName;
  clock.nowMs = Date.now();
  return {
    groups: groupsHandlers(groups),
    resources: resourcesHandlers(resources),
    documents: documentsHandlers(documents),
    catalogue: catalogueHandlers(openInstanceCatalogue(catalogueFile)),
  };
}
