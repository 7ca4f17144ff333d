import { applyLabels } from '../../src/main/features/inventory/inventoryRules.ts';
import { os } from '../../src/main/rpc/procedures.ts';
import { stateStream } from '../../src/main/rpc/stateStream.ts';
import { confirmProduction } from '../../src/shared/model/confirmation.ts';
import type { ServerFields } from '../../src/shared/model/server.ts';
import { scanOf } from './accessHandlers.ts';
import type { World } from './world.ts';

const offered = { type: 'ssh-ed25519', fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrXJXBQVuB9WtT1JqkzcbXPo' };

const importable = (name: string, host: string, user: string): ServerFields => ({
  name,
  host,
  port: 22,
  user,
  auth: { kind: 'key', path: '~/.ssh/id_ed25519' },
  jump: null,
  environment: 'development',
  tags: [],
  groups: [],
  sudo: 'nopasswd',
});

/** Implements `servers` of the contract. */
export function fleetHandlers(world: World) {
  const { rows } = world;
  const find = (name: string) => world.byName(name);
  return {
    list: os.servers.list.handler(({ input }) => ({ servers: (input.selector ? world.select(input.selector) : rows.values()).map((row) => row.server) })),
    get: os.servers.get.handler(({ input }) => find(input.name)),
    watch: os.servers.watch.handler(({ context, signal }) => stateStream(context.client, rows, signal)),
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
    importPreview: os.servers.importPreview.handler(() => ({
      path: '/home/mara/.ssh/config',
      entries: [
        { status: 'new' as const, fields: importable('gpu-lab-1', '192.0.2.31', 'ops'), source: 'Host gpu-lab-1', notes: [] },
        { status: 'new' as const, fields: importable('gpu-lab-2', '192.0.2.32', 'ops'), source: 'Host gpu-lab-2', notes: ['ForwardAgent is not honoured'] },
        {
          status: 'conflict' as const,
          fields: importable('stage-09', '192.0.2.40', 'root'),
          source: 'Host stage-09',
          notes: ['a server of this name has another address'],
        },
        { status: 'unsupported' as const, fields: null, source: 'Host bastion-corp', notes: ['ProxyCommand is not supported; use ProxyJump'] },
      ],
    })),
    importApply: os.servers.importApply.handler(({ input }) => ({ added: input.servers.map((fields) => world.add(fields).server) })),
    labels: os.servers.labels.handler(() => ({
      tags: [...new Set(rows.values().flatMap((row) => row.server.tags))],
      groups: [...new Set(rows.values().flatMap((row) => row.server.groups))],
      serverIds: rows.values().map((row) => row.server.id),
    })),
  };
}
