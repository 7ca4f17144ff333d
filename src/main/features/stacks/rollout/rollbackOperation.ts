import { z } from 'zod';
import type { CellOutcome, OperationType } from '../../../operations/operations.ts';
import { requireDocker } from '../plan/preflightRules.ts';
import { judgeContainers } from './gateRules.ts';
import { gateCell, pullCell, recordCell, restoreCell, switchCell, warmUpCell } from './rolloutCells.ts';
import { lockCell, sharedStep } from './rolloutOperation.ts';
import { chooseRelease, openRun, type RolloutPorts, type RolloutRun, unchangedOutcome } from './rolloutRun.ts';

/** What is frozen into the journal for a rollback. */
export const rollbackSpecSchema = z.object({
  stackId: z.string(),
  title: z.string(),
  /** Null: the newest good release below the one that runs. */
  to: z.string().nullable(),
  who: z.string(),
});
export type RollbackSpec = z.infer<typeof rollbackSpecSchema>;

const steps = [
  sharedStep('preflight'),
  sharedStep('lock'),
  { id: 'choose', title: 'Choose the release', runs: 'always' as const },
  ...['pull', 'switch', 'warm-up', 'gate', 'record', 'restore'].map(sharedStep),
];

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
      switch (context.stepId) {
        case 'preflight':
          return preflightCell(run, spec);
        case 'lock':
          return lockCell(run, `rolls ${spec.title} back`);
        case 'choose':
          return chooseCell(run, spec);
        case 'pull':
          return pullCell(run, 'missing');
        case 'switch':
          return switchCell(run);
        case 'warm-up':
          return warmUpCell(run);
        case 'gate':
          return gateCell(run);
        case 'record':
          return recordCell(run);
        default:
          throw new Error(`a rollback has no step ${context.stepId}`);
      }
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
