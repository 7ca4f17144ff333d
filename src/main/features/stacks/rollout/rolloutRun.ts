import { AppError } from '../../../../shared/errors.ts';
import type { CellContext, CellOutcome } from '../../../operations/operations.ts';
import type { ReadBlob } from '../release/releaseFiles.ts';
import { type ReleaseRecord, rollbackTarget, type StackState } from '../release/releaseRules.ts';
import type { SecretStore } from '../release/secretSource.ts';
import { openStackServer, type StackServer } from '../release/stackServer.ts';

/** What the cells of stack operations need beside their context. */
export interface RolloutPorts {
  secrets: SecretStore;
  /** Whether an operation of this core has ended; false for one that it does not know: another laptop may be running it. */
  operationEnded(operationId: string): boolean;
  /** Pause between two looks of a gate. */
  pollMs: number;
  /** Bytes of a person's own files, which a journal would not hold. */
  readBlob?: ReadBlob;
}

/** One stack operation on one server, in one cell. */
export interface RolloutRun {
  ports: RolloutPorts;
  context: CellContext;
  server: StackServer;
  who: string;
}

/** Opens the stack on the cell's server. */
export async function openRun(ports: RolloutPorts, context: CellContext, stack: { stackId: string; who: string }): Promise<RolloutRun> {
  const server = await openStackServer(context.remote, { serverName: context.serverName, stackId: stack.stackId, signal: context.signal });
  return { ports, context, server, who: stack.who };
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
  switched: (context: CellContext) => context.memory.get('switched') === true,
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

/** Takes the deploy lock for this operation. */
export async function takeLock(run: RolloutRun, why: string): Promise<void> {
  const { context, server, ports, who } = run;
  await server.lock({ operationId: context.operationId, who, why, sinceMs: Date.now() }, ports.operationEnded);
  context.memory.set('locked', true);
}

/** Gives the deploy lock back. */
export async function giveLockBack(run: RolloutRun): Promise<void> {
  await run.server.unlock(run.context.operationId);
  run.context.memory.set('locked', false);
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
