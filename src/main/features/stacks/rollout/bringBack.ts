import { AppError } from '../../../../shared/errors.ts';
import type { ReleaseRecord } from '../release/releaseRules.ts';
import { downScript, logsScript } from '../release/stackScripts.ts';
import { commandFailed } from '../release/stackServer.ts';
import { type GateFailure, runGates } from './gateRunner.ts';
import { notes, type RolloutRun } from './rolloutRun.ts';
import { upScript } from './rolloutScripts.ts';

const startLimitMs = 900_000;
const settleS = 300;

/**
 * Ends a release that is not good: keeps the last lines of its containers in the output, brings the previous release back or, without
 * one, removes what was started, and throws `stack.gate-failed` once that is done. Where the way back fails too, its error is thrown
 * instead, since nothing may be said to run that does not.
 */
export async function failRelease(run: RolloutRun, failure: GateFailure): Promise<never> {
  const restored = await bringBack(run);
  const { serverName: server, stackId: stack } = run.server;
  throw new AppError('stack.gate-failed', { server, stack, gate: failure.gate, reason: failure.reason.slice(-1500), restored });
}

/** Brings the release back that ran before, and marks the new one as failed. Returns its name; null: there was none. Can be repeated. */
export async function bringBack(run: RolloutRun): Promise<string | null> {
  const { context, server } = run;
  const previousId = notes.previous(context);
  context.phase('rollback', previousId === null ? 'removing what was started' : `bringing ${previousId} back`);
  const state = await server.state();
  await keepLogs(run);
  await markFailed(run, state.releases);
  const previous = state.releases.find((release) => release.id === previousId) ?? null;
  if (previous === null) {
    const ended = await context.job('remove', {
      script: downScript,
      env: { PH_PROJECT: server.project, PH_STACK: server.directory },
      sudo: server.sudo,
      timeoutMs: startLimitMs,
    });
    if (ended.exitCode !== 0) throw commandFailed(server.serverName, 'remove the containers of the failed release', ended);
  } else {
    const started = await context.job('restore', {
      script: upScript,
      env: server.place(previous.id, previous).env,
      sudo: server.sudo,
      timeoutMs: startLimitMs,
    });
    if (started.exitCode !== 0) throw commandFailed(server.serverName, `bring release ${previous.id} back`, started);
    const failure = await runGates(server, { services: previous.services, gates: [{ kind: 'containers', timeoutS: settleS }] }, context, run.ports.pollMs);
    if (failure !== null) throw commandFailed(server.serverName, `bring release ${previous.id} back`, { exitCode: null, tail: failure.reason });
  }
  context.memory.set('restored', previous?.id ?? 'none');
  return previous?.id ?? null;
}

/** Marks the release of this run as failed, where it was uploaded. */
export async function markFailed(run: RolloutRun, releases: readonly ReleaseRecord[]): Promise<void> {
  const id = notes.release(run.context);
  const record = releases.find((release) => release.id === id);
  if (record !== undefined && record.state !== 'failed') await run.server.writeManifest({ ...record, state: 'failed' });
}

/** The failed containers are about to go, and their last words with them. */
async function keepLogs(run: RolloutRun): Promise<void> {
  const logs = await run.server.exec(logsScript, { PH_TAIL: '60', PH_SINCE: '', PH_FOLLOW: '0', PH_SERVICES: '' });
  if (logs.exitCode === 0 && logs.stdout !== '') await run.context.output('note', `Last lines of the containers:\n${logs.stdout}`);
}
