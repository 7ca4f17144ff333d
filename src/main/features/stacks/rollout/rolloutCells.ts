import { AppError } from '../../../../shared/errors.ts';
import type { CellContext, CellOutcome } from '../../../operations/operations.ts';
import type { ReleaseRecord, StackState } from '../release/releaseRules.ts';
import { execScript } from '../release/stackScripts.ts';
import { bringBack, failRelease, markFailed } from './bringBack.ts';
import { runGates } from './gateRunner.ts';
import { giveLockBack, notes, type RolloutRun, releaseOf, unchangedOutcome } from './rolloutRun.ts';
import { imagesScript, missingImagesScript, pullScript, upScript } from './rolloutScripts.ts';

const pullLimitMs = 4 * 3_600_000;
const startLimitMs = 900_000;

/** Pulls the images of the release. Throws `stack.pull-failed` with the image that is not there; what runs is not touched. */
export async function pullCell(run: RolloutRun, policy: 'always' | 'missing'): Promise<CellOutcome> {
  const { context, server } = run;
  const unchanged = unchangedOutcome(context);
  if (unchanged !== null) return unchanged;
  const release = releaseOf(await server.state(), run);
  const { env } = server.place(release.id, release);
  const missing = async () => (await server.run('look for images', missingImagesScript, env)).split('\n').filter((line) => line !== '');
  if (policy === 'missing' && !context.started('pull') && (await missing()).length === 0) return { state: 'satisfied', detail: 'every image is on the server' };
  context.phase('apply', 'pulling images');
  const pulled = await context.job('pull', { script: pullScript, env, sudo: server.sudo, timeoutMs: pullLimitMs });
  if (pulled.exitCode !== 0) {
    const reason = pulled.tail
      .split('\n')
      .map((line) => line.trim())
      .findLast((line) => /error|denied|not found|timeout|no such host|refused/i.test(line));
    const absent = await missing();
    const image = absent.find((name) => pulled.tail.includes(name)) ?? absent[0] ?? release.images.map((each) => each.reference).join(', ');
    throw new AppError('stack.pull-failed', {
      server: server.serverName,
      image,
      reason: (reason ?? pulled.tail.trim().slice(-500)).slice(0, 1000) || `exit code ${pulled.exitCode}`,
    });
  }
  return { state: 'done', detail: `${release.services.length} images`, exitCode: 0 };
}

/** Makes the release current and starts it; containers whose definition did not change keep running. */
export async function switchCell(run: RolloutRun): Promise<CellOutcome> {
  const { context, server } = run;
  const unchanged = unchangedOutcome(context);
  if (unchanged !== null) return unchanged;
  const release = releaseOf(await server.state(), run);
  context.memory.set('switched', true);
  context.phase('apply', `starting ${release.id}`);
  const started = await context.job('up', { script: upScript, env: server.place(release.id, release).env, sudo: server.sudo, timeoutMs: startLimitMs });
  if (started.exitCode !== 0) return failRelease(run, { gate: 'start of the containers', reason: lastLines(started.tail) || `exit code ${started.exitCode}` });
  return { state: 'done', detail: `${release.id} is started`, exitCode: 0 };
}

/** Runs the warm-ups of the release inside its containers, each as a job. */
export async function warmUpCell(run: RolloutRun): Promise<CellOutcome> {
  const { context, server } = run;
  const unchanged = unchangedOutcome(context);
  if (unchanged !== null) return unchanged;
  if (wayBackBegun(context)) return failRelease(run, interrupted);
  const release = currentOrRefuse(await server.state(), run);
  if (release.warmUps.length === 0) return { state: 'satisfied', detail: 'nothing to warm up' };
  for (const [index, warmUp] of release.warmUps.entries()) {
    context.phase('apply', warmUp.title);
    const env = { ...server.place(release.id, release).env, PH_SERVICE: warmUp.service, PH_COMMAND: warmUp.command.join('\n') };
    const ended = await context.job(`warm-up-${index + 1}`, { script: execScript, env, sudo: server.sudo, timeoutMs: warmUp.timeoutS * 1000 });
    if (ended.exitCode !== 0) return failRelease(run, { gate: warmUp.title, reason: lastLines(ended.tail) || `exit code ${ended.exitCode}` });
  }
  return { state: 'done', detail: release.warmUps.map(({ title }) => title).join(', '), exitCode: 0 };
}

/** Runs the gates; one that does not pass brings the previous release back and throws `stack.gate-failed`. */
export async function gateCell(run: RolloutRun): Promise<CellOutcome> {
  const { context, server } = run;
  const unchanged = unchangedOutcome(context);
  if (unchanged !== null) return unchanged;
  if (wayBackBegun(context)) return failRelease(run, interrupted);
  const release = currentOrRefuse(await server.state(), run);
  context.phase('gate');
  const failure = await runGates(server, release, context, run.ports.pollMs);
  if (failure !== null) return failRelease(run, failure);
  return { state: 'done', detail: `${release.gates.length} of ${release.gates.length} gates passed` };
}

/** Records on the server what runs now, with the digests of its images, and gives the lock back. */
export async function recordCell(run: RolloutRun): Promise<CellOutcome> {
  const { context, server } = run;
  const unchanged = unchangedOutcome(context);
  if (unchanged !== null) return unchanged;
  const state = await server.state();
  const release = currentOrRefuse(state, run);
  const found = readImages(await server.run('read the images', imagesScript));
  const images = release.images.map((image) => ({ ...image, ...found.get(image.service) }));
  for (const other of state.releases) {
    const superseded = other.id !== release.id && other.state === 'superseded' && other.id === notes.previous(context);
    if (superseded) await server.writeManifest(other);
  }
  await server.writeManifest({ ...release, state: 'current', images });
  await giveLockBack(run);
  return { state: 'done', detail: `${release.id} is current` };
}

/** The way back after a failure: finishes what the failed step did not, and gives the lock back. */
export async function restoreCell(context: CellContext, open: () => Promise<RolloutRun>): Promise<CellOutcome> {
  if (!notes.locked(context)) return { state: 'skipped', detail: 'nothing was changed' };
  const run = await open();
  let detail = 'what runs was not touched';
  if (notes.restored(context) === null && notes.switched(context)) await bringBack(run);
  else if (!notes.switched(context)) await markFailed(run, (await run.server.state()).releases);
  const restored = notes.restored(context);
  if (restored !== null) detail = restored === 'none' ? 'what was started is removed' : `${restored} is back`;
  await giveLockBack(run);
  return { state: 'done', detail };
}

/** The core was ended on the way back: the step has failed already, and what it began is finished before it says so. */
function wayBackBegun(context: CellContext): boolean {
  return context.started('restore') || context.started('remove');
}
const interrupted = { gate: 'health gate', reason: 'it did not pass, and Pilothouse was ended on the way back; its output says why' };

/** A step repeated by hand after the way back must not judge the release that was brought back. */
function currentOrRefuse(state: StackState, run: RolloutRun): ReleaseRecord {
  const release = releaseOf(state, run);
  if (state.current?.id !== release.id)
    throw new AppError('operation.wrong-state', {
      id: run.context.operationId,
      state: `no longer about what runs: ${release.id} is not current`,
      wanted: 'a new deploy',
    });
  return release;
}

/** A commit as build systems write it into a label: a hash, or another word without blanks. */
const commitWord = /^[\w.+/-]{4,100}$/;

/** What is known of images by service from the lines of `imagesScript`; an image that no registry gave has no digest, and not each names its commit. */
function readImages(output: string): Map<string, { digest?: string; commit: string | null }> {
  const images = new Map<string, { digest?: string; commit: string | null }>();
  for (const line of output.split('\n')) {
    const [service = '', , references = '', commit = ''] = line.split('\t');
    const digest = references.split(',')[0]?.split('@')[1];
    if (service !== '') images.set(service, { ...(digest === undefined ? {} : { digest }), commit: commitWord.test(commit) ? commit : null });
  }
  return images;
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-5).join('\n').slice(-1000);
}
