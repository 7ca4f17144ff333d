import type { StartPhase } from '../../../../shared/model/stackDefinition.ts';
import type { CellOutcome } from '../../../operations/operations.ts';
import type { ReleaseRecord } from '../release/releaseRules.ts';
import { failRelease, failWhereBack } from './bringBack.ts';
import { readFacts } from './containerFacts.ts';
import { dumpFor } from './dumps.ts';
import { causeInOutput } from './failureCauseRules.ts';
import { type GateFailure, runGates } from './gateRunner.ts';
import { repeatedJob } from './repeatedJob.ts';
import { notes, type RolloutRun, releaseOf, unchangedOutcome } from './rolloutRun.ts';
import { runOnceScript, upScript } from './rolloutScripts.ts';

const startLimitMs = 900_000;
/** For a phase of a release whose gates do not say how long its containers may take. */
const phaseLimitS = 300;

/**
 * Makes the release current and starts it, phase by phase: the services of one are well before the next begins, and what no phase names
 * comes last. Containers whose definition did not change keep running. A phase that fails brings the previous release back.
 */
export async function switchCell(run: RolloutRun): Promise<CellOutcome> {
  const { context, server } = run;
  const unchanged = unchangedOutcome(context);
  if (unchanged !== null) return unchanged;
  await failWhereBack(run);
  const release = releaseOf(await server.state(), run);
  context.memory.set('restored', null);
  context.memory.set('good', false);
  context.memory.set('switched', true);
  for (const [index, phase] of release.start.entries()) {
    const failure = 'run' in phase ? await runPhase(run, release, phase, index + 1) : await startPhase(run, release, phase, index + 1);
    if (failure !== null) return failRelease(run, failure);
  }
  context.phase('apply', `starting ${release.id}`);
  const failure = await up(run, release, 'up', []);
  if (failure !== null) return failRelease(run, failure);
  context.memory.set('restartsBefore', Object.fromEntries((await readFacts(server)).map(({ id, restarts }) => [id, restarts])));
  return {
    state: 'done',
    detail: release.start.length === 0 ? `${release.id} is started` : `${release.id} is started, in ${release.start.length} phases`,
    exitCode: 0,
  };
}

async function startPhase(
  run: RolloutRun,
  release: ReleaseRecord,
  phase: Extract<StartPhase, { services: string[] }>,
  number: number,
): Promise<GateFailure | null> {
  const { context, server } = run;
  context.phase('apply', `phase ${number} of ${release.start.length}: ${phase.title}`);
  const failure = await up(run, release, `up-phase-${number}`, phase.services);
  if (failure !== null) return failure;
  const services = release.services.filter(({ name }) => phase.services.includes(name));
  const limit = release.gates.find((gate) => gate.kind === 'containers')?.timeoutS ?? phaseLimitS;
  const notWell = await runGates(server, { services, gates: [{ kind: 'containers', timeoutS: limit }] }, context, run.ports.pollMs, { outage: run.outage });
  return notWell === null ? null : { gate: phase.title, reason: notWell.reason };
}

async function runPhase(run: RolloutRun, release: ReleaseRecord, phase: Extract<StartPhase, { run: unknown }>, number: number): Promise<GateFailure | null> {
  const { context, server } = run;
  const failure = await dumpFor(run, release, phase);
  if (failure !== null) return failure;
  context.phase('apply', `phase ${number} of ${release.start.length}: ${phase.title}`);
  // Told before it begins: from then on the way back brings the data back, too.
  if (notes.previous(context) !== null) context.memory.set('migrating', [...new Set([...notes.migrating(context), ...phase.dump])]);
  const env = { ...server.place(release.id, release).env, PH_SERVICE: phase.run.service, PH_COMMAND: phase.run.command.join('\n') };
  const ended = await context.job(`run-phase-${number}`, { script: runOnceScript, env, sudo: server.sudo, timeoutMs: phase.run.timeoutS * 1000 });
  if (ended.exitCode === 0) return null;
  return { gate: phase.title, reason: `${phase.run.command.join(' ').slice(0, 200)} ended with exit code ${ended.exitCode}: ${causeInOutput(ended.tail)}` };
}

async function up(run: RolloutRun, release: ReleaseRecord, name: string, services: readonly string[]): Promise<GateFailure | null> {
  const { server } = run;
  const env = { ...server.place(release.id, release).env, PH_SERVICES: services.join(' ') };
  const started = await repeatedJob(run, name, { script: upScript, env, sudo: server.sudo, timeoutMs: startLimitMs });
  if (started.exitCode === 0) return null;
  return { gate: 'start of the containers', reason: causeInOutput(started.tail) || `exit code ${started.exitCode}` };
}
