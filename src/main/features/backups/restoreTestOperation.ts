import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import type { BackupPart } from '../../../shared/model/backup.ts';
import type { BackupRecipe } from '../../../shared/model/stackDefinition.ts';
import type { CellContext, CellOutcome, OperationType } from '../../operations/operations.ts';
import { type BackupPorts, type BackupStack, releasePart } from './backupPorts.ts';
import { bytesText, failureIn, passphraseFor, stackOf } from './cells.ts';
import { compareCounts, parseCounts } from './countRules.ts';
import { atHandIn, dropFetched, fetchSet, sourceSchema } from './fetchSet.ts';
import { countIn, liveContainer } from './liveService.ts';
import { planScratch, type ScratchPlan, wordsEnv } from './scratchRules.ts';
import { awaitScript, feedScript, feedVolumeScript, removeScratchScript, scratchScript, unpackReleaseScript } from './scripts/restoreScripts.ts';

/** What is frozen into the journal for the trial of a restore. */
export const restoreTestSpecSchema = z.object({
  stackId: z.string(),
  title: z.string(),
  who: z.string(),
  source: sourceSchema,
  services: z.array(z.string()).min(1).max(64),
  /** How long a scratch container may take to become ready. */
  readyS: z.int().min(5).max(3600).default(180),
});
export type RestoreTestSpec = z.infer<typeof restoreTestSpecSchema>;

const limitMs = 12 * 3_600_000;

/**
 * The kind of operation that tries a restore: each service's data goes into a new container of the image that runs, with new volumes and
 * without a network, and is counted there. Nothing that runs is touched. Every scratch container is removed, whatever happens.
 */
export function restoreTestOperation(ports: BackupPorts): OperationType<RestoreTestSpec> {
  return {
    kind: 'restore-test',
    spec: restoreTestSpecSchema,
    steps: ({ services }) => [
      { id: 'fetch', title: 'Have the set at hand, and prove it', runs: 'always' },
      ...services.map((service) => ({
        id: `try.${service}`,
        title: `Restore ${service === releasePart ? 'the release' : service} into a scratch target`,
        runs: 'always' as const,
      })),
      { id: 'report', title: 'Say what it took', runs: 'always' },
      { id: 'clear', title: 'Remove the scratch target', runs: 'on-failure', afterCancel: true },
    ],
    async runCell(spec, context) {
      const { manifest } = spec.source;
      if (context.stepId === 'fetch') {
        context.memory.set('beganAtMs', ports.nowMs());
        await fetchSet(ports, context, spec.source);
        return {
          state: 'done',
          detail: `${manifest.id}, ${bytesText(manifest.parts.reduce((sum, { bytes }) => sum + bytes, 0))}, every checksum as in the manifest`,
        };
      }
      if (context.stepId.startsWith('try.')) return tryPart(ports, spec, context, context.stepId.slice('try.'.length));
      if (context.stepId === 'report') return report(ports, spec, context);
      for (const service of spec.services) await removeScratch(context, service);
      await dropFetched(context, manifest);
      record(ports, spec, context, false, 'it failed');
      return { state: 'done', detail: 'removed' };
    },
  };
}

async function tryPart(ports: BackupPorts, spec: RestoreTestSpec, context: CellContext, service: string): Promise<CellOutcome> {
  const part = spec.source.manifest.parts.find((each) => each.service === service);
  if (part === undefined) return { state: 'skipped', detail: 'the set does not hold it' };
  if (service === releasePart) return tryRelease(ports, spec, context, part);
  const stack = await stackOf(ports, spec, context);
  const recipe = stack.recipes.find((each) => each.service === service);
  if (recipe === undefined) return { state: 'skipped', detail: `${stack.release} has no recipe for it` };
  context.phase('check', 'making a scratch container');
  const container = scratchName(context, service);
  const plan = await scratchPlan(spec, context, stack, recipe);
  const made = await context.job('make', {
    ...{ script: scratchScript, env: { PH_CONTAINER: container, ...wordsEnv(plan.words) }, secrets: { environment: plan.environment } },
    ...{ sudo: stack.sudo, timeoutMs: 600_000 },
  });
  if (made.exitCode !== 0) throw notRestored(spec, context, service, failureIn(made.tail));
  if (recipe.form !== 'volume') await ready(spec, context, stack, recipe, container, plan);
  context.phase('apply', 'restoring');
  await feed(ports, spec, context, { stack, recipe, part, container });
  context.phase('verify', 'counting');
  await ready(spec, context, stack, recipe, container, plan);
  const { found, differences } = await settled(context, stack, recipe, container, part);
  await removeScratch(context, service);
  if (differences.length > 0) {
    const { manifest } = spec.source;
    throw new AppError('backup.differs', { server: context.serverName, service, set: manifest.id, differences: differences.slice(0, 20) });
  }
  for (const [name, count] of found) await context.output('note', `${service}: ${name} ${count}\n`);
  const counted = [...found.values()].reduce((sum, count) => sum + count, 0);
  return {
    state: 'done',
    detail: part.counts.length === 0 ? `${bytesText(part.rawBytes)} restored, nothing to count by` : `${counted} counted in ${found.size}, as in the manifest`,
    exitCode: 0,
  };
}

async function scratchPlan(spec: RestoreTestSpec, context: CellContext, stack: BackupStack, recipe: BackupRecipe): Promise<ScratchPlan> {
  const live = await liveContainer(context, stack, recipe.service);
  const script = 'exec docker inspect "$PH_CONTAINER"';
  const result = await context.remote.exec({ script, env: { PH_CONTAINER: live }, sudo: stack.sudo, timeoutMs: 60_000, signal: context.signal });
  const plan = planScratch(result.stdout, { online: recipe.online ?? false });
  if (typeof plan === 'string') throw notRestored(spec, context, recipe.service, plan);
  return plan;
}

/** Waits for the container's own health check, or the recipe's check where it has none. */
async function ready(
  spec: RestoreTestSpec,
  context: CellContext,
  stack: BackupStack,
  recipe: BackupRecipe,
  container: string,
  plan: ScratchPlan,
): Promise<void> {
  const words = plan.ready.length > 0 ? plan.ready : ['sh', '-c', recipe.form === 'volume' ? 'true' : (recipe.verify ?? 'true')];
  const result = await context.remote.exec({
    ...{ script: awaitScript, env: { PH_CONTAINER: container, PH_TRIES: String(spec.readyS), ...wordsEnv(words) }, sudo: stack.sudo },
    ...{ timeoutMs: (spec.readyS * 4 + 60) * 1000, signal: context.signal },
  });
  if (result.exitCode !== 0) throw notRestored(spec, context, recipe.service, failureIn(`${result.stdout}\n${result.stderr}`));
}

interface Feeding {
  stack: BackupStack;
  recipe: BackupRecipe;
  part: BackupPart;
  container: string;
}

async function feed(ports: BackupPorts, spec: RestoreTestSpec, context: CellContext, { stack, recipe, part, container }: Feeding): Promise<void> {
  const { sealedBy } = spec.source.manifest;
  const passphrase = await passphraseFor(ports, sealedBy);
  const ended = await context.job('feed', {
    script: recipe.form === 'volume' ? feedVolumeScript : feedScript,
    env: feedEnv(atHandIn(context), part, recipe, container, sealedBy !== null),
    ...(passphrase === null ? {} : { secrets: { passphrase } }),
    sudo: stack.sudo,
    timeoutMs: limitMs,
  });
  if (ended.exitCode !== 0) throw notRestored(spec, context, recipe.service, failureIn(ended.tail));
}

/** The environment of the scripts that feed a part to a container. */
export function feedEnv(
  at: { sets: string; from: string },
  part: Pick<BackupPart, 'file' | 'sha256'>,
  recipe: BackupRecipe,
  container: string,
  sealed: boolean,
): Record<string, string> {
  return {
    ...{ PH_SETS: at.sets, PH_FROM: at.from, PH_FILE: part.file, PH_SHA: part.sha256, PH_CONTAINER: container, PH_SEAL: sealed ? '1' : '' },
    ...{ PH_COMMAND: recipe.restore, PH_FORM: recipe.form, PH_PATH: recipe.path ?? '' },
  };
}

/** Counts until they are as in the manifest: a server that begins anew for its data takes a moment. */
export async function settled(
  context: CellContext,
  stack: BackupStack,
  recipe: BackupRecipe,
  container: string,
  part: BackupPart,
): Promise<{ found: Map<string, number>; differences: string[] }> {
  let last: { found: Map<string, number>; differences: string[] } = { found: new Map(), differences: ['it could not be counted'] };
  if (recipe.form !== 'volume' && recipe.verify === undefined) return { found: new Map(), differences: [] };
  for (let attempt = 0; attempt < settleTries; attempt += 1) {
    try {
      const found = parseCounts(await countIn(context, stack, recipe, container));
      last = { found, differences: compareCounts(part.counts, found) };
      if (last.differences.length === 0) return last;
    } catch (error) {
      if (!AppError.is(error, 'backup.failed')) throw error;
      last = { found: new Map(), differences: [error.data.reason] };
    }
    await new Promise((resolve) => setTimeout(resolve, settlePauseMs));
    context.signal.throwIfAborted();
  }
  return last;
}

const settleTries = 15;
const settlePauseMs = 1000;

async function tryRelease(ports: BackupPorts, spec: RestoreTestSpec, context: CellContext, part: BackupPart): Promise<CellOutcome> {
  context.phase('apply', 'unpacking');
  const { sets } = atHandIn(context);
  const { sealedBy } = spec.source.manifest;
  const passphrase = await passphraseFor(ports, sealedBy);
  const { sudo } = await context.remote.stateDirectory(context.signal);
  const into = `${sets}/.tried-${context.operationId}`;
  const env = { PH_SETS: sets, PH_FROM: atHandIn(context).from, PH_FILE: part.file, PH_SHA: part.sha256, PH_SEAL: sealedBy === null ? '' : '1', PH_INTO: into };
  const script = `${unpackReleaseScript}rm -rf "\${PH_INTO:?}"\n`;
  const ended = await context.job('unpack', { script, env, ...(passphrase === null ? {} : { secrets: { passphrase } }), sudo, timeoutMs: limitMs });
  if (ended.exitCode !== 0) throw notRestored(spec, context, releasePart, failureIn(ended.tail));
  const differences = compareCounts(
    part.counts,
    parseCounts(
      ended.tail
        .split('\n')
        .filter((line) => line.startsWith('files '))
        .at(-1) ?? '',
    ),
  );
  if (differences.length > 0)
    throw new AppError('backup.differs', { server: context.serverName, service: releasePart, set: spec.source.manifest.id, differences });
  return { state: 'done', detail: `${part.counts[0]?.after ?? 0} files, as in the manifest`, exitCode: 0 };
}

async function report(ports: BackupPorts, spec: RestoreTestSpec, context: CellContext): Promise<CellOutcome> {
  await dropFetched(context, spec.source.manifest);
  await noteRestored(context, spec.stackId, spec.source.manifest.id);
  return { state: 'done', detail: record(ports, spec, context, true, `${spec.services.length} parts`) };
}

/** Writes down on the server which set was brought back last, for the report of a recovery. */
export async function noteRestored(context: CellContext, stackId: string, set: string): Promise<void> {
  const { path, sudo } = await context.remote.stateDirectory(context.signal);
  const script = 'set -eu\numask 077\nmkdir -p "$PH_INTO"\nprintf "%s\\n" "$PH_SET" >"$PH_INTO/restored"\n';
  const env = { PH_INTO: `${path}/recoveries/${stackId}`, PH_SET: set };
  await context.remote.persist(() => context.remote.exec({ script, env, sudo, timeoutMs: 60_000 }), { signal: context.signal });
}

function record(ports: BackupPorts, spec: RestoreTestSpec, context: CellContext, ok: boolean, detail: string): string {
  const { manifest } = spec.source;
  const beganAtMs = z.number().catch(ports.nowMs()).parse(context.memory.get('beganAtMs'));
  const durationMs = ports.nowMs() - beganAtMs;
  const dataAgeMs = Math.max(0, beganAtMs - manifest.startedAtMs);
  ports.repo.restored(manifest, { atMs: ports.nowMs(), kind: 'test', onServer: context.serverName, ok, durationMs, dataAgeMs, detail });
  return `recovery took ${Math.round(durationMs / 1000)} s, of data ${Math.round(dataAgeMs / 1000)} s old`;
}

function scratchName(context: CellContext, service: string): string {
  return `ph-scratch-${context.operationId.replace(/[^a-z0-9]/g, '').slice(-12)}-${service}`;
}

async function removeScratch(context: CellContext, service: string): Promise<void> {
  const { sudo } = await context.remote.stateDirectory(context.signal);
  const env = { PH_CONTAINER: scratchName(context, service) };
  await context.remote.persist(() => context.remote.exec({ script: removeScratchScript, env, sudo, timeoutMs: 120_000 }), { signal: context.signal });
}

function notRestored(spec: RestoreTestSpec, context: CellContext, service: string, reason: string): AppError {
  return new AppError('backup.restore-failed', { server: context.serverName, service, set: spec.source.manifest.id, reason, wayBack: null });
}
