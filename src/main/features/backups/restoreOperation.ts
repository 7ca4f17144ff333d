import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { type BackupManifest, type BackupPart, backupManifestSchema, backupPartSchema, defaultBackupRoot } from '../../../shared/model/backup.ts';
import type { StackId } from '../../../shared/model/ids.ts';
import type { BackupRecipe } from '../../../shared/model/stackDefinition.ts';
import type { CellContext, CellOutcome, OperationType } from '../../operations/operations.ts';
import { type BackupPorts, type BackupStack, releasePart, setsDirectory } from './backupPorts.ts';
import { bytesText, failureIn, passphraseFor, setIdOf, stackOf } from './cells.ts';
import { atHandIn, dropFetched, fetchSet, sourceSchema } from './fetchSet.ts';
import { keepService } from './keepService.ts';
import { anyContainer, liveContainer, mountsOf } from './liveService.ts';
import { serverPlace } from './places.ts';
import { feedEnv, noteRestored, settled } from './restoreTestOperation.ts';
import { planScratch, wordsEnv } from './scratchRules.ts';
import {
  awaitScript,
  emptyVolumesScript,
  feedScript,
  feedVolumeScript,
  placeReleaseScript,
  unpackReleaseScript,
  upReleaseScript,
} from './scripts/restoreScripts.ts';

/** What is frozen into the journal for a restore. */
export const restoreSpecSchema = z.object({
  stackId: z.string(),
  title: z.string(),
  who: z.string(),
  source: sourceSchema,
  services: z.array(z.string()).min(1).max(64),
  /** The volumes are emptied and the server begins as on its first day before the data is brought back: for data that cannot be opened. */
  fresh: z.boolean().default(false),
  readyS: z.int().min(5).max(3600).default(300),
});
export type RestoreSpec = z.infer<typeof restoreSpecSchema>;

const limitMs = 12 * 3_600_000;
const here = { kind: 'here' as const, path: defaultBackupRoot };

/**
 * The kind of operation that brings data back in place. What is there is kept first, as a set of its own for the way back, which it takes by
 * itself where bringing back fails. The release itself is put in its place, and started, only where it is named.
 */
export function restoreOperation(ports: BackupPorts): OperationType<RestoreSpec> {
  return {
    kind: 'restore',
    spec: restoreSpecSchema,
    steps: ({ services }) => [
      { id: 'fetch', title: 'Have the set at hand, and prove it', runs: 'always' },
      ...(services.includes(releasePart) ? [{ id: 'release', title: 'Put the release in its place and start it', runs: 'always' as const }] : []),
      { id: 'before', title: 'Keep what is there, for the way back', runs: 'always' },
      ...dataOf(services).map((service) => ({ id: `back.${service}`, title: `Bring back ${service}`, runs: 'always' as const })),
      { id: 'report', title: 'Say what it took', runs: 'always' },
      { id: 'undo', title: 'Bring back what was there before', runs: 'on-failure', afterCancel: true },
    ],
    async runCell(spec, context) {
      if (context.stepId === 'fetch') return fetch(ports, spec, context);
      if (context.stepId === 'release') return placeRelease(ports, spec, context);
      if (context.stepId === 'before') return keepBefore(ports, spec, context);
      if (context.stepId.startsWith('back.')) return bringBack(ports, spec, context, context.stepId.slice('back.'.length));
      if (context.stepId === 'report') return report(ports, spec, context);
      return undo(ports, spec, context);
    },
  };
}

const dataOf = (services: readonly string[]) => services.filter((service) => service !== releasePart);

async function fetch(ports: BackupPorts, spec: RestoreSpec, context: CellContext): Promise<CellOutcome> {
  context.memory.set('beganAtMs', ports.nowMs());
  await fetchSet(ports, context, spec.source);
  return { state: 'done', detail: `${spec.source.manifest.id}, every checksum as in the manifest` };
}

async function placeRelease(ports: BackupPorts, spec: RestoreSpec, context: CellContext): Promise<CellOutcome> {
  const { manifest } = spec.source;
  const part = manifest.parts.find(({ service }) => service === releasePart);
  if (part === undefined) return { state: 'skipped', detail: 'the set does not hold it' };
  context.phase('apply', 'unpacking');
  const { path, sudo } = await context.remote.stateDirectory(context.signal);
  const passphrase = await passphraseFor(ports, manifest.sealedBy);
  const at = atHandIn(context);
  const env = {
    ...{ PH_SETS: at.sets, PH_FROM: at.from, PH_FILE: part.file, PH_SHA: part.sha256, PH_SEAL: manifest.sealedBy === null ? '' : '1' },
    ...{ PH_INTO: `${at.sets}/.tried-${context.operationId}`, PH_STACK: `${path}/stacks/${spec.stackId}`, PH_ID: manifest.release },
  };
  const secrets = passphrase === null ? {} : { secrets: { passphrase } };
  const placed = await context.job('place', { script: `${unpackReleaseScript}\n${placeReleaseScript}`, env, ...secrets, sudo, timeoutMs: limitMs });
  if (placed.exitCode !== 0) throw failed(spec, context, releasePart, failureIn(placed.tail));
  context.phase('apply', 'starting it');
  const stack = await stackOf(ports, spec, context);
  const env2 = { ...stack.env, PH_TRIES: String(spec.readyS) };
  const up = await context.job('up', { script: upReleaseScript(stack.head), env: env2, sudo: stack.sudo, timeoutMs: limitMs });
  if (up.exitCode !== 0) throw failed(spec, context, releasePart, failureIn(up.tail));
  return { state: 'done', detail: `${manifest.release} is in its place and runs`, exitCode: 0 };
}

async function keepBefore(ports: BackupPorts, spec: RestoreSpec, context: CellContext): Promise<CellOutcome> {
  const stack = await stackOf(ports, spec, context);
  const { sudo } = await context.remote.stateDirectory(context.signal);
  const place = serverPlace({ remote: context.remote, serverName: context.serverName, sudo, signal: context.signal }, here, {
    serverName: context.serverName,
    stackId: spec.stackId,
  });
  const set = await context.effect('name', 'idempotent', async () => ({ id: setIdOf(ports.nowMs(), context.operationId), atMs: ports.nowMs() }));
  const sealedBy = spec.source.manifest.sealedBy;
  await place.prepare(sealedBy !== null);
  const parts: BackupPart[] = [];
  for (const service of dataOf(spec.services)) {
    const part = await keepOne(
      ports,
      spec,
      { ...context, job: (name, request) => context.job(`${name}-${service}`, request), effect: namedEffect(context, service) },
      stack,
      { service, set: set.id },
    );
    if (part !== null) parts.push(part);
  }
  if (parts.length === 0) return { state: 'done', detail: 'nothing was there to keep' };
  const manifest: BackupManifest = backupManifestSchema.parse({
    ...{ format: 1, id: set.id, kind: 'before-restore', stackId: spec.stackId as StackId, title: spec.title, serverId: context.serverId },
    ...{ serverName: context.serverName, release: stack.release, stackVersion: stack.version, operationId: context.operationId, who: spec.who },
    ...{ startedAtMs: set.atMs, finishedAtMs: ports.nowMs(), sealedBy, parts, missing: [] },
  });
  await place.commit(manifest);
  ports.repo.put(manifest, here);
  context.memory.set('before', manifest);
  return { state: 'done', detail: `${manifest.id} has what was there, ${bytesText(parts.reduce((sum, { bytes }) => sum + bytes, 0))}` };
}

const namedEffect =
  (context: CellContext, service: string): CellContext['effect'] =>
  (name, effect, body, probe) =>
    context.effect(`${name}-${service}`, effect, body, probe);

/** Keeps a service by its recipe; one that cannot be asked any more is kept as the files that it left. */
async function keepOne(
  ports: BackupPorts,
  spec: RestoreSpec,
  context: CellContext,
  stack: BackupStack,
  of: { service: string; set: string },
): Promise<BackupPart | null> {
  const recipe = stack.recipes.find((each) => each.service === of.service);
  if (recipe === undefined) return null;
  const request = { stack, place: here, sealedBy: spec.source.manifest.sealedBy, set: of.set, acceptSmaller: true };
  // What an earlier life found out about it holds: a job is not begun twice in two ways.
  const raw = context.memory.get(`raw.${of.service}`);
  if (raw === undefined && !spec.fresh) {
    try {
      return await keepService(ports, { ...context, memory: beforeMemory(context, of.set) }, { ...request, recipe });
    } catch (error) {
      if (!AppError.is(error, 'backup.failed')) throw error;
      await context.output('note', `${of.service} cannot be kept by its recipe: ${error.data.reason}. Its files are kept as they lie.\n`);
    }
  }
  const container = await anyContainer(context, stack, of.service);
  if (container === null) return null;
  const [path] = (await mountsOf(context, stack, container)).volumes;
  if (path === undefined) return null;
  context.memory.set(`raw.${of.service}`, path);
  const files: BackupRecipe = { service: of.service, title: `Files of ${of.service}`, form: 'volume', save: '', restore: '', path };
  const asFiles = {
    ...context,
    job: (name: string, job: Parameters<CellContext['job']>[1]) => context.job(`${name}-files`, job),
    effect: namedEffect(context, 'files'),
  };
  return keepService(ports, { ...asFiles, memory: beforeMemory(context, of.set) }, { ...request, recipe: files });
}

/** What cells that keep a part look up: the set's name, and nothing to compare sizes with. */
function beforeMemory(context: CellContext, set: string): CellContext['memory'] {
  const own: Record<string, unknown> = { set, startedAtMs: 0, previous: [] };
  return { get: (key) => (key in own ? own[key] : context.memory.get(key)), set: (key, value) => context.memory.set(key, value) };
}

async function bringBack(ports: BackupPorts, spec: RestoreSpec, context: CellContext, service: string): Promise<CellOutcome> {
  const { manifest } = spec.source;
  const part = manifest.parts.find((each) => each.service === service);
  if (part === undefined) return { state: 'skipped', detail: 'the set does not hold it' };
  const stack = await stackOf(ports, spec, context);
  const recipe = recipeFor(stack, part);
  if (recipe === null) return { state: 'skipped', detail: `${stack.release} has no recipe for it` };
  context.memory.set(`begun.${service}`, true);
  const container = await anyContainer(context, stack, service);
  if (container === null) throw failed(spec, context, service, 'it has no container: deploy the stack first, or restore its release as well');
  if (spec.fresh && recipe.form !== 'volume') await beginAnew(spec, context, stack, service, container);
  context.phase('apply', 'restoring');
  const at = atHandIn(context);
  const ended = await feedPart(ports, context, { stack, recipe, part, container, at, sealedBy: manifest.sealedBy, name: 'feed' });
  if (ended !== null) throw failed(spec, context, service, ended);
  context.phase('verify', 'counting');
  const { found, differences } = await settled(context, stack, recipe, container, part);
  if (differences.length > 0)
    throw new AppError('backup.differs', { server: context.serverName, service, set: manifest.id, differences: differences.slice(0, 20) });
  const counted = [...found.values()].reduce((sum, count) => sum + count, 0);
  return {
    state: 'done',
    detail: part.counts.length === 0 ? `${bytesText(part.rawBytes)} back, nothing to count by` : `${counted} counted in ${found.size}, as in the manifest`,
    exitCode: 0,
  };
}

/** A part that is the files of a volume is brought back as such, whatever the release says of its service. */
function recipeFor(stack: BackupStack, part: BackupPart): BackupRecipe | null {
  const recipe = stack.recipes.find((each) => each.service === part.service) ?? null;
  if (recipe === null || recipe.form === 'volume' || !part.file.includes('.tar.')) return recipe;
  return { service: part.service, title: part.title, form: 'volume', save: '', restore: '', path: '' };
}

async function beginAnew(spec: RestoreSpec, context: CellContext, stack: BackupStack, service: string, container: string): Promise<void> {
  context.phase('apply', 'beginning with empty volumes');
  const { volumes, inspected } = await mountsOf(context, stack, container);
  const emptied = await context.job('empty', {
    script: emptyVolumesScript,
    env: { PH_CONTAINER: container, ...wordsEnv(volumes) },
    sudo: stack.sudo,
    timeoutMs: limitMs,
  });
  if (emptied.exitCode !== 0) throw failed(spec, context, service, failureIn(emptied.tail));
  const plan = planScratch(inspected, { online: false });
  const words = typeof plan === 'string' || plan.ready.length === 0 ? ['true'] : plan.ready;
  const result = await context.remote.exec({
    ...{ script: awaitScript, env: { PH_CONTAINER: container, PH_TRIES: String(spec.readyS), ...wordsEnv(words) }, sudo: stack.sudo },
    ...{ timeoutMs: (spec.readyS * 4 + 60) * 1000, signal: context.signal },
  });
  if (result.exitCode !== 0) throw failed(spec, context, service, failureIn(`${result.stdout}\n${result.stderr}`));
}

interface Feeding {
  stack: BackupStack;
  recipe: BackupRecipe;
  part: BackupPart;
  container: string;
  at: { sets: string; from: string };
  sealedBy: string | null;
  name: string;
}

/** Feeds a part to what runs. Null: it ended well; else why it did not. */
async function feedPart(ports: BackupPorts, context: CellContext, feeding: Feeding): Promise<string | null> {
  const { stack, recipe, part, container, at, sealedBy, name } = feeding;
  const passphrase = await passphraseFor(ports, sealedBy);
  const path = recipe.form === 'volume' && recipe.path === '' ? (await mountsOf(context, stack, container)).volumes[0] : recipe.path;
  const ended = await context.job(name, {
    script: recipe.form === 'volume' ? feedVolumeScript : feedScript,
    env: { ...feedEnv(at, part, { ...recipe, path: path ?? '' }, container, sealedBy !== null) },
    ...(passphrase === null ? {} : { secrets: { passphrase } }),
    sudo: stack.sudo,
    timeoutMs: limitMs,
  });
  return ended.exitCode === 0 ? null : failureIn(ended.tail) || `exit code ${ended.exitCode}`;
}

async function report(ports: BackupPorts, spec: RestoreSpec, context: CellContext): Promise<CellOutcome> {
  await dropFetched(context, spec.source.manifest);
  await noteRestored(context, spec.stackId, spec.source.manifest.id);
  const before = backupManifestSchema.safeParse(context.memory.get('before')).data;
  const wayBack = before === undefined ? 'nothing was there before' : `${before.id} has what was there`;
  return { state: 'done', detail: `${record(ports, spec, context, true, wayBack)}; ${wayBack}` };
}

function record(ports: BackupPorts, spec: RestoreSpec, context: CellContext, ok: boolean, detail: string): string {
  const { manifest } = spec.source;
  const beganAtMs = z.number().catch(ports.nowMs()).parse(context.memory.get('beganAtMs'));
  const durationMs = ports.nowMs() - beganAtMs;
  const dataAgeMs = Math.max(0, beganAtMs - manifest.startedAtMs);
  ports.repo.restored(manifest, { atMs: ports.nowMs(), kind: 'restore', onServer: context.serverName, ok, durationMs, dataAgeMs, detail });
  return `recovery took ${Math.round(durationMs / 1000)} s, of data ${Math.round(dataAgeMs / 1000)} s old`;
}

async function undo(ports: BackupPorts, spec: RestoreSpec, context: CellContext): Promise<CellOutcome> {
  await dropFetched(context, spec.source.manifest);
  const before = backupManifestSchema.safeParse(context.memory.get('before')).data;
  record(ports, spec, context, false, before === undefined ? 'it failed before anything was changed' : `it failed; ${before.id} has what was there`);
  if (before === undefined) return { state: 'done', detail: 'nothing was changed' };
  const stack = await stackOf(ports, spec, context);
  const back: string[] = [];
  for (const service of dataOf(spec.services)) {
    if (context.memory.get(`begun.${service}`) !== true) continue;
    const part = backupPartSchema.safeParse(before.parts.find((each) => each.service === service)).data;
    const recipe = part === undefined ? null : recipeFor(stack, part);
    if (part === undefined || recipe === null) continue;
    context.phase('rollback', service);
    const container = await liveContainer(context, stack, service);
    const at = { sets: setsDirectory(here, context.serverName, spec.stackId), from: before.id };
    const problem = await feedPart(ports, context, { stack, recipe, part, container, at, sealedBy: before.sealedBy, name: `undo-${service}` });
    if (problem !== null) throw failed(spec, context, service, `and the way back failed too: ${problem}`);
    back.push(service);
  }
  return { state: 'done', detail: back.length === 0 ? 'nothing was changed' : `${back.join(', ')} as before` };
}

function failed(spec: RestoreSpec, context: CellContext, service: string, reason: string): AppError {
  const before = backupManifestSchema.safeParse(context.memory.get('before')).data;
  return new AppError('backup.restore-failed', { server: context.serverName, service, set: spec.source.manifest.id, reason, wayBack: before?.id ?? null });
}
