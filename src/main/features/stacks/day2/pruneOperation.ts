import { z } from 'zod';
import type { PruneItem, PruneList } from '../../../../shared/contract/stackDay2.ts';
import type { OperationType } from '../../../operations/operations.ts';
import { commandFailed, type StackServer } from '../release/stackServer.ts';
import type { RolloutPorts } from '../rollout/rolloutRun.ts';
import { prunableScript, pruneScript } from './day2Scripts.ts';
import { downSpecSchema } from './lifecycleOperations.ts';
import { lockedOperation } from './lockedOperation.ts';
import { parsePrunable, planPrune } from './pruneRules.ts';

const pruneSpecSchema = downSpecSchema.extend({ keep: z.int(), volumes: z.array(z.string()) });
/** What is frozen into the journal for a prune. */
export type PruneSpec = z.infer<typeof pruneSpecSchema>;

const limitMs = 900_000;

/** Works out what a prune would remove on a server. Reads only. */
export async function lookAtPrunable(server: StackServer, keep: number): Promise<PruneList> {
  const state = await server.state();
  const look = parsePrunable(await server.run('look for what can go', prunableScript, {}, limitMs), server.stackId);
  const items = planPrune(state, look, keep);
  const bytes = items.reduce((sum, item) => sum + (item.goes ? (item.bytes ?? 0) : 0), 0);
  return { serverName: server.serverName, stackId: server.stackId as PruneList['stackId'], items, bytes };
}

/** Removes releases, files and images that no rollback needs, worked out anew under the deploy lock. */
export function pruneOperation(ports: RolloutPorts): OperationType<PruneSpec> {
  return lockedOperation(ports, {
    kind: 'stack-prune',
    spec: pruneSpecSchema,
    step: { id: 'prune', title: 'Remove what nothing needs' },
    why: (spec) => `prunes ${spec.title}`,
    async work(run, spec) {
      const { context, server } = run;
      context.phase('check');
      const { items, bytes } = await lookAtPrunable(server, spec.keep);
      const going = items.filter((item) => item.goes || (item.kind === 'volume' && spec.volumes.includes(item.name)));
      if (going.length === 0) return { state: 'satisfied', detail: 'there is nothing that could go' };
      const of = (kind: PruneItem['kind']) =>
        going
          .filter((item) => item.kind === kind)
          .map(({ id }) => id.slice(kind.length + 1))
          .join('\n');
      context.phase('apply', `removing ${going.length} things`);
      const env = {
        PH_STACK: server.directory,
        PH_PROJECT: server.project,
        PH_RELEASES: of('release'),
        PH_PRUNED_FILES: of('files'),
        PH_IMAGES: of('image'),
        PH_VOLUMES: of('volume'),
      };
      const ended = await context.job('prune', { script: pruneScript, env, sudo: server.sudo, timeoutMs: limitMs });
      if (ended.exitCode !== 0) throw commandFailed(server.serverName, 'remove what nothing needs', ended);
      return { state: 'done', detail: `${going.length} removed, about ${Math.round(bytes / 1024 ** 2)} MiB`, exitCode: 0 };
    },
  });
}
