import { AppError } from '../../../../shared/errors.ts';
import type { CellContext } from '../../../operations/operations.ts';
import { pinImages } from '../release/pinImages.ts';
import type { ReleaseRecord } from '../release/releaseRules.ts';
import { downScript, logsScript } from '../release/stackScripts.ts';
import { commandFailed } from '../release/stackServer.ts';
import { diagnose } from './diagnose.ts';
import { undump } from './dumps.ts';
import { saveEvidence } from './evidence.ts';
import { type GateFailure, runGates } from './gateRunner.ts';
import { awaitDocker, repeatedJob } from './repeatedJob.ts';
import { holdLock, notes, type RolloutRun } from './rolloutRun.ts';
import { quietScript, upScript } from './rolloutScripts.ts';

const startLimitMs = 900_000;
const settleS = 300;
const interrupted = { gate: 'health gate', reason: 'it did not pass, and Pilothouse was ended on the way back; its output says why' };

/**
 * Ends a release that is not good: finds out why, keeps evidence of its containers, brings the previous release back or, without one,
 * removes what was started, and throws `stack.gate-failed` with the cause once that is done. Where the way back fails too, its error is
 * thrown instead, since nothing may be said to run that does not; where somebody has taken the lock, `stack.lock-lost`.
 */
export async function failRelease(run: RolloutRun, failure: GateFailure): Promise<never> {
  const { context, server } = run;
  await holdLock(run);
  const told = context.memory.get('failure');
  const known = typeof told === 'string' && wayBackBegun(context) ? told : null;
  const cause = known === null ? await diagnose(run) : '';
  const reason = known ?? (cause === '' || failure.reason.includes(cause) ? failure.reason : `${failure.reason}; ${cause}`);
  context.memory.set('failure', reason);
  await context.output('note', `The release is not good: ${failure.gate}: ${reason}\n`);
  const restored = await bringBack(run);
  throw new AppError('stack.gate-failed', { server: server.serverName, stack: server.stackId, gate: failure.gate, reason: reason.slice(0, 3000), restored });
}

/** The core was ended on the way back: the step has failed already, and what it began is finished before it says so. */
export async function failWhereBack(run: RolloutRun): Promise<void> {
  if (wayBackBegun(run.context)) await failRelease(run, interrupted);
}

function wayBackBegun(context: CellContext): boolean {
  return context.started('way-back');
}

/** Brings the release back that ran before, and marks the new one as failed. Returns its name; null: there was none. Can be repeated. */
export async function bringBack(run: RolloutRun): Promise<string | null> {
  const { context, server } = run;
  await context.effect('way-back', 'idempotent', async () => null);
  const previousId = notes.previous(context);
  context.phase('rollback', previousId === null ? 'removing what was started' : `bringing ${previousId} back`);
  await awaitDocker(run);
  await keepLogs(run);
  const state = await server.state();
  await markFailed(run, state.releases);
  const failed = state.releases.find((release) => release.id === notes.release(context)) ?? null;
  const previous = state.releases.find((release) => release.id === previousId) ?? null;
  if (previous === null) await remove(run);
  else await restore(run, failed, previous);
  context.memory.set('restored', previous?.id ?? 'none');
  return previous?.id ?? null;
}

async function remove(run: RolloutRun): Promise<void> {
  const { server } = run;
  const env = { PH_PROJECT: server.project, PH_STACK: server.directory };
  const ended = await repeatedJob(run, 'remove', { script: downScript, env, sudo: server.sudo, timeoutMs: startLimitMs });
  if (ended.exitCode !== 0) throw commandFailed(server.serverName, 'remove the containers of the failed release', ended);
}

/** Data first, where a migration has begun: with nothing else running that could write to it. */
async function restore(run: RolloutRun, failed: ReleaseRecord | null, previous: ReleaseRecord): Promise<void> {
  const { context, server } = run;
  const { env } = server.place(previous.id, previous);
  await pinImages(server, previous, { fetch: false });
  const kept = notes.migrating(context).filter((name) => previous.services.some((service) => service.name === name));
  if (failed !== null && kept.length > 0) {
    const quiet = await repeatedJob(run, 'quiet', {
      script: quietScript,
      env: { ...env, PH_SERVICES: kept.join(' ') },
      sudo: server.sudo,
      timeoutMs: startLimitMs,
    });
    if (quiet.exitCode !== 0) throw commandFailed(server.serverName, `start what keeps the data of ${previous.id}`, quiet);
    await settle(run, { ...previous, services: previous.services.filter(({ name }) => kept.includes(name)) });
    await undump(run, failed, previous);
  }
  const started = await repeatedJob(run, 'restore', { script: upScript, env: { ...env, PH_SERVICES: '' }, sudo: server.sudo, timeoutMs: startLimitMs });
  if (started.exitCode !== 0) throw commandFailed(server.serverName, `bring release ${previous.id} back`, started);
  await settle(run, previous);
  context.memory.set('migrating', []);
}

async function settle(run: RolloutRun, previous: Pick<ReleaseRecord, 'id' | 'services'>): Promise<void> {
  const { server, context, ports, outage } = run;
  const gates = [{ kind: 'containers' as const, timeoutS: settleS }];
  const failure = await runGates(server, { services: previous.services, gates }, context, ports.pollMs, { outage });
  if (failure !== null) throw commandFailed(server.serverName, `bring release ${previous.id} back`, { exitCode: null, tail: failure.reason });
}

/** Marks the release of this run as failed, where it was uploaded. */
export async function markFailed(run: RolloutRun, releases: readonly ReleaseRecord[]): Promise<void> {
  const id = notes.release(run.context);
  const record = releases.find((release) => release.id === id);
  // A rollback that fails makes no good release a bad one.
  if (record !== undefined && record.state !== 'failed' && record.operationId === run.context.operationId) {
    await run.server.writeManifest({ ...record, state: 'failed' });
  }
}

/** The failed containers are about to go, and their last words with them. */
async function keepLogs(run: RolloutRun): Promise<void> {
  await saveEvidence(run, 'failed');
  const logs = await run.server.exec(logsScript, { PH_TAIL: '60', PH_SINCE: '', PH_FOLLOW: '0', PH_SERVICES: '' });
  if (logs.exitCode === 0 && logs.stdout !== '') await run.context.output('note', `Last lines of the containers:\n${logs.stdout}`);
}
