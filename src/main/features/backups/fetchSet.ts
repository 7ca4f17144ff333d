import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { type BackupManifest, type BackupPlace, backupManifestSchema, backupPlaceSchema, defaultBackupRoot } from '../../../shared/model/backup.ts';
import type { CellContext } from '../../operations/operations.ts';
import { type BackupPorts, placeName, setsDirectory } from './backupPorts.ts';
import { carryBetween, carryFromComputer } from './carrySet.ts';
import { openPlace } from './openPlace.ts';
import { partLines, partProblems, serverPlace } from './places.ts';
import { checkScript } from './scripts/setScripts.ts';

/** A set at one of its places. */
export const sourceSchema = z.object({ manifest: backupManifestSchema, place: backupPlaceSchema });
export type Source = z.infer<typeof sourceSchema>;

/** Where the files of a set lie on the cell's server. */
export const atHandSchema = z.object({ sets: z.string(), from: z.string(), fetched: z.boolean() });
export type AtHand = z.infer<typeof atHandSchema>;

/** The set as an earlier cell of the same server has it at hand. */
export function atHandIn(context: CellContext): AtHand {
  return atHandSchema.parse(context.memory.get('atHand'));
}

/**
 * Has the files of a set on the cell's server, brought from where they are, and proves each by its checksum: nothing is begun with a set that is
 * not as it was made. Throws `backup.damaged`.
 */
export async function fetchSet(ports: BackupPorts, context: CellContext, { manifest, place }: Source): Promise<AtHand> {
  const { sudo } = await context.remote.stateDirectory(context.signal);
  const here = { remote: context.remote, serverName: context.serverName, sudo, signal: context.signal };
  const local = place.kind === 'here' ? context.serverName === manifest.serverName : place.kind === 'server' && place.server === context.serverName;
  const sets = setsDirectory(local ? place : { path: defaultBackupRoot }, manifest.serverName, manifest.stackId);
  const atHand: AtHand = local ? { sets, from: manifest.id, fetched: false } : { sets, from: `.fetched-${manifest.id}`, fetched: true };
  if (atHand.fetched) {
    context.phase('apply', `from ${placeName(place)}`);
    await serverPlace(here, { kind: 'here', path: defaultBackupRoot }, manifest).prepare(manifest.sealedBy !== null);
    const to = { ...here, directory: `${sets}/${atHand.from}` };
    if (place.kind === 'computer') await carryFromComputer(place, to, manifest);
    else {
      const home = {
        remote: place.kind === 'here' ? ports.remote(ports.serverByName(manifest.serverName).id) : context.remote,
        serverName: manifest.serverName,
      };
      const { server } = await openPlace(ports, place, manifest, { home, signal: context.signal });
      if (server === null) throw new Error('a place of servers is on one');
      const directory = `${setsDirectory(place, manifest.serverName, manifest.stackId)}/${manifest.id}`;
      await carryBetween({ ...server, directory }, to, manifest, context.serverName);
    }
  }
  context.phase('verify');
  const problems = await proveSet(context, atHand, manifest, sudo);
  if (problems.length > 0) {
    const named: BackupPlace = place;
    ports.repo.checked(manifest, { atMs: ports.nowMs(), place: named, ok: false, problems });
    throw new AppError('backup.damaged', { set: manifest.id, place: placeName(place), problems: problems.slice(0, 20) });
  }
  context.memory.set('atHand', atHand);
  return atHand;
}

async function proveSet(context: CellContext, atHand: AtHand, manifest: BackupManifest, sudo: boolean): Promise<string[]> {
  const env = { PH_SETS: atHand.sets, PH_SET: atHand.from, PH_PARTS: partLines(manifest) };
  const result = await context.remote.persist(() => context.remote.exec({ script: checkScript, env, sudo, timeoutMs: 6 * 3_600_000, signal: context.signal }), {
    signal: context.signal,
  });
  if (result.exitCode === 0) return partProblems(manifest, result.stdout);
  return [result.stderr.trim().split('\n').at(-1) || `exit code ${result.exitCode}`];
}

/** Removes what `fetchSet` brought. */
export async function dropFetched(context: CellContext, manifest: BackupManifest): Promise<void> {
  const known = atHandSchema.safeParse(context.memory.get('atHand')).data;
  const { sudo } = await context.remote.stateDirectory(context.signal);
  const here = { remote: context.remote, serverName: context.serverName, sudo, signal: context.signal };
  if (known?.fetched === false) return;
  await serverPlace(here, { kind: 'here', path: defaultBackupRoot }, manifest).clear(manifest.id);
}
