import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { type BackupManifest, backupManifestSchema, backupPlaceSchema, retentionSchema } from '../../../shared/model/backup.ts';
import type { StackId } from '../../../shared/model/ids.ts';
import type { CellContext, CellOutcome, OperationType } from '../../operations/operations.ts';
import { type BackupPorts, type BackupStack, placeName, releasePart } from './backupPorts.ts';
import { carryBetween, carryToComputer, makingDirectory, type SetOnServer } from './carrySet.ts';
import { bytesText, manifestIn, passphraseFor, setIdOf, stackOf, takenParts } from './cells.ts';
import { keepService } from './keepService.ts';
import { openPlace } from './openPlace.ts';
import { judgeRetention } from './retentionRules.ts';

/** What is frozen into the journal for a backup. */
export const backupSpecSchema = z.object({
  stackId: z.string(),
  title: z.string(),
  who: z.string(),
  /** The first is the one on its own server, where the set is made. */
  places: z.array(backupPlaceSchema).min(1).max(8),
  retention: retentionSchema,
  sealedBy: z.string().nullable(),
  /** What is kept, in this order: services with a recipe, and `release`. */
  services: z.array(z.string()).min(1).max(64),
  /** Somebody said that it is much smaller than the last one on purpose. */
  acceptSmaller: z.boolean().default(false),
});
export type BackupSpec = z.infer<typeof backupSpecSchema>;

/**
 * The kind of operation that makes a set: each service by its recipe into a directory that bears a name of the set in the making, a manifest,
 * and only then the set's own name; then copies to the other places, and what retention lets go. Where anything fails the set in the making
 * is thrown away, and those before it are as they were.
 */
export function backupOperation(ports: BackupPorts): OperationType<BackupSpec> {
  return {
    kind: 'backup',
    spec: backupSpecSchema,
    steps: (spec) => [
      { id: 'prepare', title: 'Look at the stack and the place', runs: 'always' },
      ...spec.services.map((service) => ({
        id: `keep.${service}`,
        title: `Keep ${service === releasePart ? 'the release' : service}`,
        runs: 'always' as const,
      })),
      { id: 'finish', title: 'Write the manifest and name the set', runs: 'always' },
      ...spec.places
        .slice(1)
        .map((place, at) => ({ id: `copy.${at + 1}`, title: `Copy to ${placeName(place)}`.slice(0, 200), runs: 'always' as const, goesOn: true })),
      { id: 'retention', title: 'Let go what retention does not keep', runs: 'always' },
      { id: 'clear', title: 'Throw away what is not whole', runs: 'on-failure', afterCancel: true },
    ],
    async runCell(spec, context) {
      const [word, rest = ''] = splitStep(context.stepId);
      if (word === 'prepare') return prepare(ports, spec, context);
      if (word === 'keep') return keep(ports, spec, context, rest);
      if (word === 'finish') return finish(ports, spec, context);
      if (word === 'copy') return copy(ports, spec, context, Number(rest));
      if (word === 'retention') return retain(ports, spec, context);
      return clear(ports, spec, context);
    },
  };
}

function splitStep(id: string): [string, string?] {
  const dot = id.indexOf('.');
  return dot < 0 ? [id] : [id.slice(0, dot), id.slice(dot + 1)];
}

const ofSets = (spec: Pick<BackupSpec, 'stackId'>, context: CellContext) => ({ serverName: context.serverName, stackId: spec.stackId });
const homePlace = (spec: BackupSpec) => spec.places[0] ?? { kind: 'here' as const, path: '/var/backups/pilothouse' };
const home = (context: CellContext) => ({ home: { remote: context.remote, serverName: context.serverName }, signal: context.signal });

async function prepare(ports: BackupPorts, spec: BackupSpec, context: CellContext): Promise<CellOutcome> {
  context.phase('check');
  const stack = await stackOf(ports, spec, context);
  await passphraseFor(ports, spec.sealedBy);
  const { files } = await openPlace(ports, homePlace(spec), ofSets(spec, context), home(context));
  const freeBytes = await files.prepare(spec.sealedBy !== null);
  const previous = (await files.list()).sets.filter(({ kind }) => kind === 'backup').at(-1) ?? null;
  const needed = (previous?.parts ?? []).reduce((sum, { bytes }) => sum + bytes, 0);
  if (needed > freeBytes) {
    throw new AppError('remote.disk-full', { server: context.serverName, path: homePlace(spec).path, neededBytes: needed, freeBytes });
  }
  context.memory.set('set', setIdOf(ports.nowMs(), context.operationId));
  context.memory.set('startedAtMs', ports.nowMs());
  context.memory.set('previous', previous?.parts ?? []);
  const said = previous === null ? 'the first set' : `after ${previous.id}`;
  return { state: 'done', detail: `${stack.release}, ${said}, ${bytesText(freeBytes)} free` };
}

async function keep(ports: BackupPorts, spec: BackupSpec, context: CellContext, service: string): Promise<CellOutcome> {
  const stack = await stackOf(ports, spec, context);
  const recipe = stack.recipes.find((each) => each.service === service);
  if (recipe === undefined && service !== releasePart) return { state: 'skipped', detail: `${stack.release} has no recipe for ${service}` };
  const part = await keepService(ports, context, {
    ...{ stack, recipe: recipe ?? null, place: homePlace(spec), sealedBy: spec.sealedBy },
    ...{ set: manifestIn(context).set, acceptSmaller: spec.acceptSmaller },
  });
  context.memory.set(`part.${service}`, part);
  return { state: 'done', detail: `${bytesText(part.rawBytes)}, ${bytesText(part.bytes)} packed, ${countText(part.counts)}`, exitCode: 0 };
}

function countText(counts: readonly { after: number }[]): string {
  if (counts.length === 0) return 'nothing to count by';
  return `${counts.reduce((sum, { after }) => sum + after, 0)} counted in ${counts.length}`;
}

async function finish(ports: BackupPorts, spec: BackupSpec, context: CellContext): Promise<CellOutcome> {
  context.phase('apply');
  const stack = await stackOf(ports, spec, context);
  const parts = takenParts(context, spec.services);
  const manifest = await context.effect('manifest', 'idempotent', async () => makeManifest(ports, spec, context, stack, parts));
  const { files } = await openPlace(ports, homePlace(spec), ofSets(spec, context), home(context));
  await files.commit(manifest);
  ports.repo.put(manifest, homePlace(spec));
  context.memory.set('manifest', manifest);
  await context.output('note', `${manifest.id} is whole: ${manifest.parts.map(({ file, bytes }) => `${file} ${bytesText(bytes)}`).join(', ')}.\n`);
  for (const name of manifest.missing) await context.output('note', `${name} keeps data and is not in it.\n`);
  return { state: 'done', detail: `${manifest.id}, ${bytesText(parts.reduce((sum, { bytes }) => sum + bytes, 0))}` };
}

function makeManifest(ports: BackupPorts, spec: BackupSpec, context: CellContext, stack: BackupStack, parts: BackupManifest['parts']): BackupManifest {
  const { set, startedAtMs } = manifestIn(context);
  return backupManifestSchema.parse({
    ...{ format: 1, id: set, kind: 'backup', stackId: spec.stackId as StackId, title: stack.title, serverId: context.serverId },
    ...{ serverName: context.serverName, release: stack.release, stackVersion: stack.version, operationId: context.operationId, who: spec.who },
    ...{ startedAtMs, finishedAtMs: ports.nowMs(), sealedBy: spec.sealedBy, parts },
    missing: stack.stateful.filter((name) => stack.services.some((each) => each.name === name) && !parts.some(({ service }) => service === name)),
  });
}

async function copy(ports: BackupPorts, spec: BackupSpec, context: CellContext, at: number): Promise<CellOutcome> {
  context.phase('apply');
  const place = spec.places[at];
  const manifest = backupManifestSchema.parse(context.memory.get('manifest'));
  if (place === undefined) return { state: 'skipped', detail: null };
  const of = ofSets(spec, context);
  const here = await openPlace(ports, homePlace(spec), of, home(context));
  if (here.server === null) throw new Error('a set is made on its own server');
  const from: SetOnServer = { ...here.server, directory: `${homePlace(spec).path}/${of.serverName}/${of.stackId}/${manifest.id}` };
  const there = await openPlace(ports, place, of, home(context));
  try {
    await there.files.prepare(false);
    const known = (await there.files.list()).sets.some(({ id }) => id === manifest.id);
    if (!known) {
      if (place.kind === 'computer') await carryToComputer(from, place, manifest);
      else if (there.server !== null) await carryBetween(from, { ...there.server, directory: makingDirectory(place, manifest) }, manifest, placeName(place));
      await there.files.commit(manifest);
    }
    const problems = await there.files.check(manifest, { deep: false, passphrase: null });
    if (problems.length > 0) throw new AppError('backup.damaged', { set: manifest.id, place: placeName(place), problems });
  } catch (error) {
    if (AppError.is(error, 'core.stopping') || (context.signal.aborted && AppError.is(context.signal.reason, 'core.stopping'))) throw error;
    await there.files.clear(manifest.id).catch(() => undefined);
    throw error;
  }
  ports.repo.put(manifest, place);
  context.memory.set(`copied.${at}`, true);
  return { state: 'done', detail: `${manifest.parts.length} files, every checksum as in the manifest` };
}

async function retain(ports: BackupPorts, spec: BackupSpec, context: CellContext): Promise<CellOutcome> {
  context.phase('apply');
  const of = ofSets(spec, context);
  const said: string[] = [];
  for (const [at, place] of spec.places.entries()) {
    // Where the new one did not arrive, the old ones stay.
    if (at > 0 && context.memory.get(`copied.${at}`) !== true) continue;
    const { files } = await openPlace(ports, place, of, home(context));
    const { sets } = await files.list();
    const kept = sets.map(({ id, kind, startedAtMs }) => ({ id, kind, atMs: startedAtMs, good: !isDamaged(ports, { ...of, id }, placeName(place)) }));
    const going = judgeRetention(kept, spec.retention, ports.nowMs()).filter(({ goes }) => goes);
    for (const { id, why } of going) await context.output('note', `${id} goes from ${placeName(place)}: ${why}.\n`);
    const gone = await files.prune(going.map(({ id }) => id));
    for (const id of gone) ports.repo.gone({ ...of, stackId: of.stackId as StackId, id }, place);
    said.push(`${gone.length} gone, ${sets.length - gone.length} stay at ${placeName(place)}`);
  }
  return { state: 'done', detail: said.join('; ') };
}

/** Whether the last look at a set at a place found it damaged. */
export function isDamaged(ports: Pick<BackupPorts, 'repo'>, key: { serverName: string; stackId: string; id: string }, place: string): boolean {
  const set = ports.repo.find({ ...key, stackId: key.stackId as StackId });
  return set?.checks.find((check) => placeName(check.place) === place)?.ok === false;
}

async function clear(ports: BackupPorts, spec: BackupSpec, context: CellContext): Promise<CellOutcome> {
  const id = context.memory.get('set');
  if (typeof id !== 'string') return { state: 'satisfied', detail: 'nothing was begun' };
  const { files } = await openPlace(ports, homePlace(spec), ofSets(spec, context), home(context));
  await files.clear(id);
  return { state: 'done', detail: 'thrown away; earlier sets are as they were' };
}
