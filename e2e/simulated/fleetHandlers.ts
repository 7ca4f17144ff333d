import { applyLabels } from '../../src/main/features/inventory/inventoryRules.ts';
import { os } from '../../src/main/rpc/procedures.ts';
import { fieldStateStream } from '../../src/main/rpc/stateStream.ts';
import { confirmProduction } from '../../src/shared/model/confirmation.ts';
import { scanOf } from './accessHandlers.ts';
import { changesOf } from './factsHistory.ts';
import { importHandlers } from './importHandlers.ts';
import type { World } from './world.ts';

const offered = { type: 'ssh-ed25519', fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrXJXBQVuB9WtT1JqkzcbXPo' };

/** Implements `servers` of the contract. */
export function fleetHandlers(world: World) {
  const { rows } = world;
  const find = (name: string) => world.byName(name);
  return {
    list: os.servers.list.handler(({ input }) => ({ servers: (input.selector ? world.select(input.selector) : rows.values()).map((row) => row.server) })),
    get: os.servers.get.handler(({ input }) => find(input.name)),
    watch: os.servers.watch.handler(({ context, signal }) => fieldStateStream(context.client, rows, signal)),
    add: os.servers.add.handler(({ input }) => ({ server: world.add(input.fields).server, offered, error: null })),
    edit: os.servers.edit.handler(({ input }) => {
      const row = find(input.name);
      world.guard([row], input.confirm, input.name, `change the record of ${input.name}`);
      return { server: world.edit(row, input.fields).server };
    }),
    label: os.servers.label.handler(({ input: { selector, confirm, ...changes } }) => {
      const picked = world.select(selector);
      confirmProduction(
        { selector, effect: 'change environment, tags or groups', confirm },
        picked.map(({ server }) => server),
      );
      for (const row of picked) rows.set(row.server.id, { ...row, server: applyLabels(row.server, changes, Date.now()) });
      return { servers: picked.map(({ server }) => find(server.name).server) };
    }),
    remove: os.servers.remove.handler(({ input }) => {
      const row = find(input.name);
      world.guard([row], input.confirm, input.name, `${input.name} leaves the inventory. Nothing changes on the server itself.`);
      rows.delete(row.server.id);
      return {};
    }),
    scanHostKey: os.servers.scanHostKey.handler(({ input }) => scanOf(find(input.name))),
    trust: os.servers.trust.handler(({ input }) => ({ server: world.trust(find(input.name), offered.type, input.fingerprint).server })),
    test: os.servers.test.handler(({ input }) => ({ roundTripMs: 18.4, loginAs: find(input.name).server.user })),
    facts: os.servers.facts.handler(({ input }) => ({ facts: find(input.name).facts })),
    factsChanges: os.servers.factsChanges.handler(({ input }) => ({ changes: changesOf(find(input.name)).slice(0, input.limit) })),
    refreshFacts: os.servers.refreshFacts.handler(({ input }) => ({
      operation: world.operations.start({
        kind: 'facts',
        title: 'Refresh facts',
        subject: null,
        rows: world.select(input.selector),
        steps: [{ id: 'facts', title: 'Read facts' }],
        who: 'Mara',
      }),
    })),
    ...importHandlers(world),
    labels: os.servers.labels.handler(() => ({
      tags: [...new Set(rows.values().flatMap((row) => row.server.tags))],
      groups: [...new Set(rows.values().flatMap((row) => row.server.groups))],
      roles: [...new Set(rows.values().flatMap((row) => row.server.roles ?? []))],
      serverIds: rows.values().map((row) => row.server.id),
    })),
  };
}
