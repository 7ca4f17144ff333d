import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../../../shared/errors.ts';
import type { StackServer } from '../release/stackServer.ts';
import { describeHolder, type HeldLease, type LeaseAnswer, type LeaseMark, type LeaseOwner, mayTakeOver, parseLeaseAnswer, runsOutInS } from './leaseRules.ts';
import { leaseScript } from './leaseScript.ts';

type Action = 'take' | 'renew' | 'release' | 'seize' | 'look';

/** Asks the server about the lock. Throws `remote.unparsable`, and what running a script throws. */
async function askLease(server: StackServer, action: Action, given: { operationId?: string; owner?: LeaseOwner; expect?: string; mark?: LeaseMark } = {}) {
  const output = await server.run(`${action} the deploy lock`, leaseScript, {
    PH_ACTION: action,
    PH_OPERATION: given.operationId ?? '',
    PH_OWNER: given.owner === undefined ? '' : JSON.stringify(given.owner),
    PH_EXPECT: given.expect ?? '',
    PH_MARK: given.mark === undefined ? '' : JSON.stringify(given.mark),
  });
  const answer = parseLeaseAnswer(output);
  if (answer === null) throw new AppError('remote.unparsable', { server: server.serverName, what: 'the deploy lock', excerpt: output.slice(0, 500) });
  return answer;
}

/**
 * Takes the deploy lock; one of the same operation counts as taken. A lease that has run out is taken over where its operation has
 * ended, or has been silent beyond the limit it stated itself; one whose operation has ended is waited for, `waiting` told the seconds.
 * Throws `guard.deploy-locked` with who holds it and since when.
 */
export async function takeLease(
  server: StackServer,
  owner: LeaseOwner,
  options: { ended: (operationId: string) => boolean; signal?: AbortSignal; waiting?: (seconds: number) => void },
): Promise<void> {
  let answer = await askLease(server, 'take', { operationId: owner.operationId, owner });
  for (;;) {
    if (answer.kind !== 'held') return;
    const { held } = answer;
    const seconds = runsOutInS(held, options.ended);
    if (mayTakeOver(held, options.ended)) {
      answer = await seizeLease(server, held, { who: owner.who, why: owner.why }, owner);
      if (answer.kind === 'held' && answer.held.owner?.operationId !== held.owner?.operationId) continue;
      if (answer.kind !== 'held') return;
    } else if (seconds !== null) {
      options.waiting?.(seconds);
      await delay(Math.min(seconds, 5) * 1000, undefined, options.signal === undefined ? {} : { signal: options.signal });
    } else throw new AppError('guard.deploy-locked', { server: server.serverName, ...describeHolder(held, Date.now()) });
    answer = await askLease(server, 'take', { operationId: owner.operationId, owner });
  }
}

/** Says that the operation lives. Null: the lock is still its own; otherwise who has it now, or took it away. */
export async function renewLease(server: StackServer, operationId: string): Promise<{ who: string; why: string; sinceMs: number } | null> {
  const answer = await askLease(server, 'renew', { operationId });
  if (answer.kind === 'kept') return null;
  if (answer.kind === 'held') return describeHolder(answer.held, Date.now());
  if (answer.mark?.operationId === operationId) return { who: answer.mark.who, why: answer.mark.why, sinceMs: Date.now() };
  return { who: 'somebody', why: 'it is free now', sinceMs: Date.now() };
}

/** Gives the lock back where this operation holds it. */
export async function releaseLease(server: StackServer, operationId: string): Promise<void> {
  await askLease(server, 'release', { operationId });
}

/** Who holds the lock; null: nobody. */
export async function lookAtLease(server: StackServer): Promise<HeldLease | null> {
  const answer = await askLease(server, 'look');
  return answer.kind === 'held' ? answer.held : null;
}

/** Takes the lock away from who holds it, and from nobody who came after; free afterwards, unless for a new owner. Its operation is told by whom. */
export async function seizeLease(server: StackServer, held: HeldLease, by: { who: string; why: string }, owner?: LeaseOwner): Promise<LeaseAnswer> {
  const expect = held.owner?.operationId ?? '';
  return askLease(server, 'seize', { expect, mark: { operationId: expect, ...by }, ...(owner === undefined ? {} : { owner }) });
}
