import type { FleetRow } from '../../../shared/contract/servers.ts';
import type { FieldStateFrame } from '../../../shared/model/stream.ts';
import type { ClientSession } from '../../rpc/clientSession.ts';
import { os } from '../../rpc/procedures.ts';
import { fieldStateStream } from '../../rpc/stateStream.ts';
import type { InventoryService } from './inventoryService.ts';

/** Implements `servers` of the contract. */
export function inventoryHandlers(service: InventoryService) {
  const { changes } = service;
  return {
    list: os.servers.list.handler(({ input }) => ({ servers: service.list(input.selector) })),
    get: os.servers.get.handler(({ input }) => service.row(input.name)),
    watch: os.servers.watch.handler(({ context, signal }) => watchFleet(service, context.client, signal)),
    add: os.servers.add.handler(({ input }) => changes.add(input)),
    edit: os.servers.edit.handler(async ({ input }) => ({ server: await changes.edit(input) })),
    label: os.servers.label.handler(({ input: { requestId, selector, confirm, ...labels } }) => ({
      servers: changes.label({ requestId, selector, confirm, changes: labels }),
    })),
    remove: os.servers.remove.handler(async ({ input }) => {
      await changes.remove(input);
      return {};
    }),
    scanHostKey: os.servers.scanHostKey.handler(async ({ input }) => ({
      ...(await changes.scan(input.name)),
      pinned: service.row(input.name).server.hostKeys,
    })),
    trust: os.servers.trust.handler(async ({ input }) => ({ server: await service.trust(input) })),
    test: os.servers.test.handler(({ input }) => service.test(input.name)),
    facts: os.servers.facts.handler(({ input }) => ({ facts: service.facts(input.name) })),
    factsChanges: os.servers.factsChanges.handler(({ input }) => ({ changes: service.factsChanges(input.name, input.limit) })),
    refreshFacts: os.servers.refreshFacts.handler(async ({ input }) => ({ operation: await service.refreshFacts(input) })),
    importPreview: os.servers.importPreview.handler(({ input }) => service.importPreview(input)),
    importApply: os.servers.importApply.handler(({ input }) => service.importApply(input)),
    export: os.servers.export.handler(({ input }) => service.exportAs(input.format, input.selector)),
    labels: os.servers.labels.handler(() => service.labels()),
  };
}

/** Figures are kept live for as long as the stream is read. */
async function* watchFleet(
  service: InventoryService,
  client: ClientSession,
  signal: AbortSignal | undefined,
): AsyncGenerator<FieldStateFrame<FleetRow>, void, void> {
  const leave = service.watch();
  try {
    yield* fieldStateStream(client, service.fleet, signal);
  } finally {
    leave();
  }
}
