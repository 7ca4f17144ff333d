import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import { measuredGateSchema } from '../../../../shared/model/stack.ts';
import type { CellContext, CellOutcome } from '../../../operations/operations.ts';
import type { ReadBlob } from '../release/releaseFiles.ts';
import { type ReleaseRecord, rollbackTarget, type StackState } from '../release/releaseRules.ts';
import type { SecretStore } from '../release/secretSource.ts';
import { openStackServer, type StackServer } from '../release/stackServer.ts';
import { releaseLease, renewLease, takeLease } from './deployLease.ts';
import type { LeaseHeartbeats } from './leaseHeartbeat.ts';
import { leaseOwnerSchema } from './leaseRules.ts';
import type { Margins } from './performanceRules.ts';
import { type Outage, persistentRemote } from './persistentRemote.ts';

/** What the cells of stack operations need beside their context. */
export interface RolloutPorts {
  secrets: SecretStore;
  /** Whether an operation of this core has ended; false for one that it does not know: another laptop may be running it. */
  operationEnded(operationId: string): boolean;
  /** Pause between two looks of a gate. */
  pollMs: number;
  /** Bytes of a person's own files, which a journal would not hold. */
  readBlob?: ReadBlob;
  /** Signs of life for the locks that are held. Absent: none are given. */
  heartbeats?: LeaseHeartbeats;
  /** What a lock promises: the silence after which it has run out, and the one after which it is anybody's. In seconds. */
  lease?: { leaseS: number; limitS: number };
  /** How much slower than before a model may be. */
  margins?: () => Margins;
  /** Seconds that a release is watched after its gates, where a deploy does not say. */
  soakS?: () => number;
}

/** One stack operation on one server, in one cell. */
export interface RolloutRun {
  ports: RolloutPorts;
  /** Its server is asked again for as long as only the network fails. */
  context: CellContext;
  server: StackServer;
  who: string;
  outage: Outage;
}

/** Opens the stack on the cell's server. */
export async function openRun(ports: RolloutPorts, context: CellContext, stack: { stackId: string; who: string }): Promise<RolloutRun> {
  // Whoever has changed something does not give up: the server may only be booting.
  const { remote, outage } = persistentRemote(context.remote, { signal: context.signal, stubborn: () => notes.locked(context) });
  const server = await openStackServer(remote, { serverName: context.serverName, stackId: stack.stackId, signal: context.signal });
  return { ports, context: { ...context, remote }, server, who: stack.who, outage };
}

/** What earlier cells of the same server left for later ones. */
export const notes = {
  /** Release that is being made or gone to. */
  release: (context: CellContext) => text(context, 'release'),
  /** Release that ran before; null: none. */
  previous: (context: CellContext) => text(context, 'previous'),
  /** Release that is already what was asked for; null: there is something to do. */
  unchanged: (context: CellContext) => text(context, 'unchanged'),
  locked: (context: CellContext) => context.memory.get('locked') === true,
  /** Who took the lock away; null: nobody did. */
  lockLost: (context: CellContext) => text(context, 'lockLost'),
  switched: (context: CellContext) => context.memory.get('switched') === true,
  /** Services whose data was kept before a migration that has begun. */
  migrating: (context: CellContext) => z.array(z.string()).catch([]).parse(context.memory.get('migrating')),
  /** How often Docker had started each container by itself when the release was started, by id. */
  restartsBefore: (context: CellContext) => new Map(Object.entries(z.record(z.string(), z.number()).catch({}).parse(context.memory.get('restartsBefore')))),
  /** What chat gates measured. */
  measured: (context: CellContext) => z.array(measuredGateSchema).catch([]).parse(context.memory.get('measured')),
  /** The release has passed its gates and was watched: it stays, whatever comes after. */
  good: (context: CellContext) => context.memory.get('good') === true,
  /** Release that was brought back, or `none`; null: nothing was. */
  restored: (context: CellContext) => text(context, 'restored'),
};

/** The outcome of a cell where nothing is to be done. */
export function unchangedOutcome(context: CellContext): CellOutcome | null {
  const release = notes.unchanged(context);
  return release === null ? null : { state: 'satisfied', detail: `${release} is this already` };
}

/** The release that the run is about, as it is on the server. */
export function releaseOf(state: StackState, run: RolloutRun): ReleaseRecord {
  const id = notes.release(run.context) ?? '';
  const found = state.releases.find((release) => release.id === id);
  if (found === undefined) throw new AppError('stack.release-not-found', { server: run.server.serverName, stack: run.server.stackId, release: id });
  return found;
}

const givenBack = 'give-lock-back';

/** Takes the deploy lock for this operation, and keeps it alive. Throws `guard.deploy-locked`. */
export async function takeLock(run: RolloutRun, why: string): Promise<void> {
  const { context, server, ports, who } = run;
  const owner = leaseOwnerSchema.parse({ operationId: context.operationId, who, why, sinceMs: Date.now(), ...ports.lease });
  await takeLease(server, owner, {
    ended: ports.operationEnded,
    signal: context.signal,
    waiting: (seconds) => context.phase('check', `the lock of an operation that has ended runs out in ${seconds} s`),
  });
  context.memory.set('locked', true);
  ports.heartbeats?.start(leaseOf(run));
}

/**
 * Proves that the lock is still this operation's, and keeps it alive; without one it does nothing. To be called before anything is changed.
 * Throws `stack.lock-lost` with who has taken it.
 */
export async function holdLock(run: RolloutRun): Promise<void> {
  const { context, server, ports } = run;
  if (!notes.locked(context) || context.started(givenBack)) return;
  const lost = await renewLease(server, context.operationId);
  if (lost !== null) {
    ports.heartbeats?.stop(leaseOf(run));
    context.memory.set('locked', false);
    context.memory.set('lockLost', lost.who);
    throw new AppError('stack.lock-lost', { server: server.serverName, stack: server.stackId, ...lost });
  }
  ports.heartbeats?.start(leaseOf(run));
}

/** Gives the deploy lock back. Journaled: a later life of the core must not take a lock that it gave back for one that was taken away. */
export async function giveLockBack(run: RolloutRun): Promise<void> {
  run.ports.heartbeats?.stop(leaseOf(run));
  await run.context.effect(givenBack, 'idempotent', async () => {
    await releaseLease(run.server, run.context.operationId);
    return null;
  });
  run.context.memory.set('locked', false);
}

function leaseOf({ context, server }: RolloutRun): Parameters<LeaseHeartbeats['start']>[0] {
  return { remote: context.remote, serverName: server.serverName, stackId: server.stackId, operationId: context.operationId };
}

/** Picks the release of a rollback. Throws `stack.not-deployed`, `stack.release-not-found`. */
export function chooseRelease(state: StackState, wanted: string | null, names: { server: string; stack: string }): ReleaseRecord {
  if (state.releases.length === 0) throw new AppError('stack.not-deployed', names);
  const found = wanted === null ? rollbackTarget(state) : (state.releases.find((release) => release.id === wanted) ?? null);
  if (found === null) throw new AppError('stack.release-not-found', { ...names, release: wanted ?? 'before the present one' });
  return found;
}

function text(context: CellContext, key: string): string | null {
  const value = context.memory.get(key);
  return typeof value === 'string' ? value : null;
}
