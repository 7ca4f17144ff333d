import type { CellOutcome } from '../../../operations/operations.ts';
import { saveEvidence } from './evidence.ts';
import { gateCell, soakCell, warmUpCell } from './gateCells.ts';
import { pullCell } from './pullCell.ts';
import { recordCell } from './recordCell.ts';
import { holdLock, notes, type RolloutRun, takeLock, unchangedOutcome } from './rolloutRun.ts';
import { switchCell } from './switchCell.ts';

const always = 'always' as const;

/** The steps that rollouts and rollbacks share, by id. */
export const sharedSteps = {
  preflight: { id: 'preflight', title: 'Look at the server', runs: always },
  lock: { id: 'lock', title: 'Take the deploy lock', runs: always },
  pull: { id: 'pull', title: 'Pull the images', runs: always },
  evidence: { id: 'evidence', title: 'Keep logs of what runs', runs: always },
  switch: { id: 'switch', title: 'Switch and start', runs: always },
  'warm-up': { id: 'warm-up', title: 'Warm up', runs: always },
  gate: { id: 'gate', title: 'Health gate', runs: always },
  soak: { id: 'soak', title: 'Watch it run', runs: always },
  record: { id: 'record', title: 'Record the release', runs: always },
  restore: { id: 'restore', title: 'Bring the previous release back', runs: 'on-failure' as const, afterCancel: true },
};

/** Seconds for which a release is watched, where nobody says otherwise. */
export const defaultSoakS = 20;

/** How a kind of operation differs in the steps that it shares. */
export interface SharedStepOptions {
  why: string;
  pull: 'always' | 'missing';
  /** Seconds; absent: the setting. */
  soakS?: number | undefined;
}

/**
 * Proves before a step that the lock is still this operation's; one that is repeated by hand after the lock was given back takes it anew.
 * Throws `stack.lock-lost`, `guard.deploy-locked`.
 */
export async function proveLock(run: RolloutRun, why: string): Promise<void> {
  if (notes.locked(run.context)) return holdLock(run);
  if (unchangedOutcome(run.context) === null) await takeLock(run, why);
}

/** Runs a shared step; null where it is none. Every one but those before the lock holds it. */
export async function runSharedStep(run: RolloutRun, options: SharedStepOptions): Promise<CellOutcome | null> {
  const { stepId } = run.context;
  if (stepId === 'lock') return lockCell(run, options.why);
  await proveLock(run, options.why);
  switch (stepId) {
    case 'pull':
      return pullCell(run, options.pull);
    case 'evidence':
      return evidenceCell(run);
    case 'switch':
      return switchCell(run);
    case 'warm-up':
      return warmUpCell(run);
    case 'gate':
      return gateCell(run);
    case 'soak':
      return soakCell(run, options.soakS ?? run.ports.soakS?.() ?? defaultSoakS);
    case 'record':
      return recordCell(run);
    default:
      return null;
  }
}

async function lockCell(run: RolloutRun, why: string): Promise<CellOutcome> {
  const unchanged = unchangedOutcome(run.context);
  if (unchanged !== null) return unchanged;
  run.context.memory.set('lockLost', null);
  await takeLock(run, why);
  return { state: 'done', detail: 'held' };
}

/** The old containers go with the switch, and what they wrote with them. */
async function evidenceCell(run: RolloutRun): Promise<CellOutcome> {
  const unchanged = unchangedOutcome(run.context);
  if (unchanged !== null) return unchanged;
  const count = await saveEvidence(run, 'before');
  return count === 0 ? { state: 'satisfied', detail: 'nothing of it runs' } : { state: 'done', detail: `${count} containers` };
}
