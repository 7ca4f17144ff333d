import { z } from 'zod';
import type { CellOutcome, OperationType } from '../../../operations/operations.ts';
import { requireDocker } from '../plan/preflightRules.ts';
import { judgeContainers } from './gateRules.ts';
import { restoreCell } from './restoreCell.ts';
import { chooseRelease, openRun, type RolloutPorts, type RolloutRun, unchangedOutcome } from './rolloutRun.ts';
import { runSharedStep, sharedSteps } from './rolloutSteps.ts';

/** What is frozen into the journal for a rollback. */
export const rollbackSpecSchema = z.object({
  stackId: z.string(),
  title: z.string(),
  /** Null: the newest good release below the one that runs. */
  to: z.string().nullable(),
  who: z.string(),
  /** Seconds that the release is watched; absent: the setting. */
  soakS: z.int().min(0).optional(),
});
export type RollbackSpec = z.infer<typeof rollbackSpecSchema>;

const { preflight, lock, restore, ...rest } = sharedSteps;
const steps = [preflight, lock, { id: 'choose', title: 'Choose the release', runs: 'always' as const }, ...Object.values(rest), restore];

/** A rollback as the matrix engine sees it: a rollout of a release that is there already. */
export function rollbackOperation(ports: RolloutPorts): OperationType<RollbackSpec> {
  return {
    kind: 'rollback',
    spec: rollbackSpecSchema,
    steps: () => steps,
    async runCell(spec, context) {
      const open = () => openRun(ports, context, spec);
      if (context.stepId === 'restore') return restoreCell(context, open);
      const run = await open();
      if (context.stepId === 'preflight') return preflightCell(run, spec);
      const outcome = await runSharedStep(run, { why: `rolls ${spec.title} back`, pull: 'missing', soakS: spec.soakS });
      return outcome ?? chooseCell(run, spec);
    },
  };
}

async function preflightCell(run: RolloutRun, spec: RollbackSpec): Promise<CellOutcome> {
  const { context, server } = run;
  context.phase('check');
  const found = await server.preflight();
  requireDocker(found, server.serverName);
  const state = await server.state();
  const target = chooseRelease(state, spec.to, { server: server.serverName, stack: server.stackId });
  if (
    target.id === state.current?.id &&
    judgeContainers(
      target.services.map(({ name }) => name),
      await server.containers(),
    ).state === 'passed'
  ) {
    context.memory.set('unchanged', target.id);
    return { state: 'satisfied', detail: `${target.id} is current and healthy` };
  }
  return { state: 'done', detail: `from ${state.current?.id ?? 'nothing'} to ${target.id}` };
}

async function chooseCell(run: RolloutRun, spec: RollbackSpec): Promise<CellOutcome> {
  const { context, server } = run;
  const unchanged = unchangedOutcome(context);
  if (unchanged !== null) return unchanged;
  const chosen = await context.effect('choose', 'read', async () => {
    const state = await server.state();
    const target = chooseRelease(state, spec.to, { server: server.serverName, stack: server.stackId });
    return { id: target.id, previous: state.current?.id === target.id ? null : (state.current?.id ?? null) };
  });
  context.memory.set('release', chosen.id);
  context.memory.set('previous', chosen.previous);
  return { state: 'done', detail: chosen.id };
}
