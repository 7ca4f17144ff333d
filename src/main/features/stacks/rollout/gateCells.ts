import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../../../shared/errors.ts';
import type { CellOutcome } from '../../../operations/operations.ts';
import type { ReleaseRecord, StackState } from '../release/releaseRules.ts';
import { execScript } from '../release/stackScripts.ts';
import { failRelease, failWhereBack } from './bringBack.ts';
import { readFacts } from './containerFacts.ts';
import { causeInOutput } from './failureCauseRules.ts';
import { judgeContainers } from './gateRules.ts';
import { type GateFailure, runGates } from './gateRunner.ts';
import { defaultMargins, describeFigures } from './performanceRules.ts';
import { notes, type RolloutRun, releaseOf, unchangedOutcome } from './rolloutRun.ts';

/** Runs the warm-ups of the release inside its containers, each as a job. */
export async function warmUpCell(run: RolloutRun): Promise<CellOutcome> {
  const { context, server } = run;
  const unchanged = unchangedOutcome(context);
  if (unchanged !== null) return unchanged;
  await failWhereBack(run);
  const release = currentOrRefuse(await server.state(), run);
  if (release.warmUps.length === 0) return { state: 'satisfied', detail: 'nothing to warm up' };
  for (const [index, warmUp] of release.warmUps.entries()) {
    context.phase('apply', warmUp.title);
    const env = { ...server.place(release.id, release).env, PH_SERVICE: warmUp.service, PH_COMMAND: warmUp.command.join('\n') };
    const ended = await context.job(`warm-up-${index + 1}`, { script: execScript, env, sudo: server.sudo, timeoutMs: warmUp.timeoutS * 1000 });
    if (ended.exitCode !== 0) return failRelease(run, { gate: warmUp.title, reason: causeInOutput(ended.tail) || `exit code ${ended.exitCode}` });
  }
  return { state: 'done', detail: release.warmUps.map(({ title }) => title).join(', '), exitCode: 0 };
}

/** Runs the gates; one that does not pass brings the previous release back and throws `stack.gate-failed`. */
export async function gateCell(run: RolloutRun): Promise<CellOutcome> {
  const { context, server, ports, outage } = run;
  const unchanged = unchangedOutcome(context);
  if (unchanged !== null) return unchanged;
  await failWhereBack(run);
  const state = await server.state();
  const release = currentOrRefuse(state, run);
  const before = state.releases.find(({ id }) => id === notes.previous(context))?.performance;
  context.phase('gate');
  context.memory.set('measured', []);
  const failure = await runGates(server, release, context, ports.pollMs, {
    ...{ margins: ports.margins?.() ?? defaultMargins, before, outage },
    onMeasured: (figures) => context.memory.set('measured', [...notes.measured(context), figures]),
  });
  if (failure !== null) return failRelease(run, failure);
  const figures = notes.measured(context).map(describeFigures);
  return { state: 'done', detail: [`${release.gates.length} of ${release.gates.length} gates passed`, ...figures].join('; ') };
}

/** How often the containers are looked at while a release is watched. */
const soakPollMs = 1000;

/**
 * Watches the release for some time: a container that Docker has to start again, or that is not well any more, brings the previous
 * release back, and so does a gate that does not pass at the end.
 */
export async function soakCell(run: RolloutRun, seconds: number): Promise<CellOutcome> {
  const { context, server, ports, outage } = run;
  const unchanged = unchangedOutcome(context);
  if (unchanged !== null) return unchanged;
  await failWhereBack(run);
  const release = currentOrRefuse(await server.state(), run);
  if (seconds === 0) {
    context.memory.set('good', true);
    return { state: 'skipped', detail: 'not asked for' };
  }
  const start = performance.now() - outage.ms;
  let failure: GateFailure | null = null;
  while (failure === null && performance.now() - start - outage.ms < seconds * 1000) {
    const left = Math.max(0, Math.ceil(seconds - (performance.now() - start - outage.ms) / 1000));
    context.phase('gate', `watched for ${left} s more`);
    await delay(Math.min(soakPollMs, seconds * 1000), undefined, { signal: context.signal });
    failure = await watchOnce(run, release);
  }
  failure ??= await runGates(server, release, context, ports.pollMs, { outage, samples: false });
  failure ??= await watchOnce(run, release);
  if (failure !== null) return failRelease(run, { ...failure, reason: `while it was watched: ${failure.reason}` });
  context.memory.set('good', true);
  return { state: 'done', detail: `${seconds} s without a restart` };
}

async function watchOnce(run: RolloutRun, release: ReleaseRecord): Promise<GateFailure | null> {
  const { context, server } = run;
  const before = notes.restartsBefore(context);
  try {
    const facts = await readFacts(server);
    const again = facts.find(({ id, restarts }) => restarts > (before.get(id) ?? 0));
    if (again !== undefined) {
      return { gate: 'no restarts', reason: `${again.service} ended and was started again ${again.restarts - (before.get(again.id) ?? 0)} times` };
    }
    const services = release.services.map(({ name }) => name);
    const verdict = judgeContainers(services, facts);
    return verdict.state === 'failed' ? { gate: 'containers healthy', reason: verdict.reason } : null;
  } catch (error) {
    // Docker may be starting anew; the gates at the end tell.
    if (!AppError.is(error, 'remote.command-failed')) throw error;
    return null;
  }
}

/** A step repeated by hand after the way back must not judge the release that was brought back. */
export function currentOrRefuse(state: StackState, run: RolloutRun): ReleaseRecord {
  const release = releaseOf(state, run);
  if (state.current?.id !== release.id)
    throw new AppError('operation.wrong-state', {
      id: run.context.operationId,
      state: `no longer about what runs: ${release.id} is not current`,
      wanted: 'a new deploy',
    });
  return release;
}
