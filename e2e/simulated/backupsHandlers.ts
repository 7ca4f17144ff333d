import { judgeHealth } from '../../src/main/features/backups/healthRules.ts';
import { judgeRetention } from '../../src/main/features/backups/retentionRules.ts';
import { os } from '../../src/main/rpc/procedures.ts';
import type { FleetRow } from '../../src/shared/contract/servers.ts';
import { AppError } from '../../src/shared/errors.ts';
import { type BackupPolicy, type BackupSet, retentionSchema } from '../../src/shared/model/backup.ts';
import type { OperationKind } from '../../src/shared/model/operation.ts';
import { policyOf, setsOf } from './backupsData.ts';
import { stackCatalog } from './stacksData.ts';
import type { World } from './world.ts';

/** Implements `backups` of the contract: sets that are good, old, damaged and missing, and policies that are kept. */
export function backupsHandlers(world: World) {
  const given = new Map<string, BackupPolicy>();
  const gone = new Set<string>();
  const key = (row: FleetRow, stackId: string) => `${row.server.id}/${stackId}`;
  const deployments = () =>
    [...world.rows.values()]
      .sort((a, b) => a.server.name.localeCompare(b.server.name))
      .flatMap((row) => row.stacks.map(({ stackId }) => ({ row, stackId })))
      .map((each, at) => ({ ...each, at }));
  const policy = ({ row, stackId, at }: { row: FleetRow; stackId: string; at: number }) => given.get(key(row, stackId)) ?? policyOf(at);
  const setsAt = ({ row, stackId, at }: { row: FleetRow; stackId: string; at: number }): BackupSet[] =>
    setsOf(row, definition(stackId), at, Date.now()).filter(({ manifest }) => !gone.has(manifest.id));
  const picked = (selector: string | undefined, id: string | undefined) => {
    const names = selector === undefined ? null : new Set(world.select(selector).map(({ server }) => server.name));
    return deployments().filter(({ row, stackId }) => (names === null || names.has(row.server.name)) && (id === undefined || stackId === id));
  };
  const begin = (kind: OperationKind, title: string, input: { id: string; selector: string }, steps: readonly string[]) => {
    const rows = picked(input.selector, input.id).map(({ row }) => row);
    const [first] = rows;
    if (first === undefined) throw new AppError('stack.not-deployed', { server: input.selector, stack: input.id });
    const stack = definition(input.id);
    return {
      operation: world.operations.start({
        ...{ kind, title: `${title} ${stack.title}`, subject: stack.id, rows, who: 'Mara' },
        steps: steps.map((each, index) => ({ id: `step-${index}`, title: each })),
      }),
    };
  };
  const services = (id: string) => definition(id).backups.map(({ service }) => service);
  return {
    health: os.backups.health.handler(({ input }) => ({
      health: picked(input.selector, input.id).map((each) => {
        const { backups, services: all } = definition(each.stackId);
        return judgeHealth(
          {
            ...{ serverId: each.row.server.id, serverName: each.row.server.name, stackId: definition(each.stackId).id },
            ...{ policy: policy(each), sets: setsAt(each), lastRun: null },
            stateful: all.flatMap(({ name, stateful }) => (stateful ? [name] : [])),
            recipes: backups.map(({ service }) => service),
          },
          Date.now(),
        );
      }),
    })),
    list: os.backups.list.handler(({ input }) => ({
      sets: picked(input.server, input.id)
        .flatMap(setsAt)
        .sort((a, b) => b.manifest.id.localeCompare(a.manifest.id)),
      unreachable: input.refresh ? ['vault-2:/srv/backups'] : [],
    })),
    policy: os.backups.policy.handler(({ input }) => ({
      policies: picked(input.selector, input.id).map((each) => ({ serverName: each.row.server.name, policy: policy(each) })),
    })),
    setPolicy: os.backups.setPolicy.handler(({ input }) => {
      const chosen = picked(input.selector, input.id);
      for (const { row, stackId } of chosen) given.set(key(row, stackId), input.policy);
      return { servers: chosen.map(({ row }) => row.server.name) };
    }),
    run: os.backups.run.handler(({ input }) =>
      begin('backup', 'Back up', input, [
        'Look at the stack and the place',
        ...services(input.id).map((name) => `Keep ${name}`),
        'Keep the release',
        'Write the manifest and name the set',
        'Let go what retention does not keep',
      ]),
    ),
    verify: os.backups.verify.handler(({ input }) => begin('backup-verify', 'Verify the backup of', input, ['Look at /var/backups/pilothouse'])),
    test: os.backups.test.handler(({ input }) =>
      begin('restore-test', 'Try the backup of', input, [
        'Have the set at hand, and prove it',
        ...services(input.id).map((name) => `Restore ${name} into a scratch target`),
        'Say what it took',
      ]),
    ),
    restore: os.backups.restore.handler(({ input }) => {
      const rows = world.select(input.selector);
      world.guard(rows, input.confirm, input.selector, `replace the data of ${definition(input.id).title}`);
      return begin('restore', 'Restore', input, [
        'Have the set at hand, and prove it',
        'Keep what is there, for the way back',
        ...services(input.id).map((name) => `Bring back ${name}`),
        'Say what it took',
      ]);
    }),
    prunable: os.backups.prunable.handler(({ input }) => ({
      items: picked(input.selector, input.id).flatMap((each) => {
        const sets = setsAt(each);
        const kept = sets.map(({ manifest: { id, kind, startedAtMs } }) => ({ id, kind, atMs: startedAtMs, good: true }));
        const retention = input.retention ?? policy(each)?.retention ?? retentionSchema.parse({});
        return judgeRetention(kept, retention, Date.now()).map(({ id, goes, why }) => ({
          ...{ serverName: each.row.server.name, place: { kind: 'here' as const, path: '/var/backups/pilothouse' }, set: id, goes, why },
          bytes: sets.find(({ manifest }) => manifest.id === id)?.manifest.parts.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0,
        }));
      }),
    })),
    prune: os.backups.prune.handler(({ input }) => {
      for (const id of input.sets) gone.add(id);
      return begin('backup-prune', 'Let backups go of', input, ['Let go at /var/backups/pilothouse']);
    }),
  };
}

function definition(id: string) {
  const found = stackCatalog.find((stack) => stack.id === id);
  if (!found) throw new AppError('stack.not-found', { id });
  return found;
}
