import type { z } from 'zod';
import type { OperationKind } from '../../../../shared/model/operation.ts';
import type { CellOutcome, OperationType } from '../../../operations/operations.ts';
import { requireDocker } from '../plan/preflightRules.ts';
import { giveLockBack, openRun, type RolloutPorts, type RolloutRun, takeLock } from '../rollout/rolloutRun.ts';

/** An operation of one step on a stack, under its deploy lock. */
export interface LockedOperation<Spec> {
  kind: OperationKind;
  spec: z.ZodType<Spec>;
  step: { id: string; title: string };
  /** What others are told who want the lock. */
  why(spec: Spec): string;
  /** Proves that there is something to do, before the lock is taken: an outcome ends it. */
  before?(run: RolloutRun, spec: Spec): Promise<CellOutcome | null>;
  work(run: RolloutRun, spec: Spec): Promise<CellOutcome>;
}

/** Makes the kind of operation: looks at Docker, takes the lock, does the work and gives the lock back, also after a failure. */
export function lockedOperation<Spec extends { stackId: string; who: string }>(ports: RolloutPorts, operation: LockedOperation<Spec>): OperationType<Spec> {
  const { id, title } = operation.step;
  return {
    kind: operation.kind,
    spec: operation.spec,
    steps: () => [
      { id, title, runs: 'always' },
      { id: 'unlock', title: 'Give the deploy lock back', runs: 'on-failure' },
    ],
    async runCell(spec, context) {
      const run = await openRun(ports, context, spec);
      if (context.stepId === 'unlock') {
        await giveLockBack(run);
        return { state: 'done', detail: 'given back' };
      }
      requireDocker(await run.server.preflight(), run.server.serverName);
      const early = context.started(id) ? null : ((await operation.before?.(run, spec)) ?? null);
      if (early !== null) return early;
      await takeLock(run, operation.why(spec));
      const outcome = await operation.work(run, spec);
      await giveLockBack(run);
      return outcome;
    },
  };
}
