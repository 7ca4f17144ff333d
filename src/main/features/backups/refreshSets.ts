import { AppError } from '../../../shared/errors.ts';
import { type BackupPlace, type BackupSet, defaultBackupRoot } from '../../../shared/model/backup.ts';
import type { ServerId, StackId } from '../../../shared/model/ids.ts';
import type { Server } from '../../../shared/model/server.ts';
import { isDamaged } from './backupOperation.ts';
import { type BackupPorts, placeName } from './backupPorts.ts';
import { openPlace } from './openPlace.ts';

/** The place from which a set is brought soonest: the server itself, this computer, another server; not one where it was found damaged. */
export function nearestPlace(ports: BackupPorts, set: BackupSet | undefined, serverName: string): BackupPlace | undefined {
  if (set === undefined) return undefined;
  const own = set.manifest.serverName === serverName;
  const rank = (place: BackupPlace) =>
    (place.kind === 'here' ? (own ? 0 : 3) : place.kind === 'server' && place.server === serverName ? 0 : place.kind === 'computer' ? 1 : 2) +
    (isDamaged(ports, set.manifest, placeName(place)) ? 10 : 0);
  return [...set.places].sort((a, b) => rank(a) - rank(b))[0];
}

/** Looks at the places of a stack's sets, and takes over what lies there. Resolves with places that could not be looked at. */
export async function refreshSets(
  ports: BackupPorts & { allServers(): Server[] },
  serverName: string,
  stackId: string,
  further: readonly BackupPlace[],
): Promise<string[]> {
  const server = ports.allServers().find(({ name }) => name === serverName);
  const policy = server === undefined ? null : ports.repo.policy(server.id, stackId);
  const known = ports.repo.sets({ serverName, stackId: stackId as StackId });
  const all = [{ kind: 'here' as const, path: defaultBackupRoot }, ...(policy?.places ?? []), ...known.flatMap(({ places }) => places), ...further];
  const places = [...new Map(all.map((place) => [placeName(place), place])).values()];
  const unreachable: string[] = [];
  for (const place of places) {
    if (place.kind === 'here' && server === undefined) continue;
    try {
      const home = { remote: ports.remote(server?.id ?? ('' as ServerId)), serverName };
      const { files } = await openPlace(ports, place, { serverName, stackId }, { home });
      const { sets } = await files.list();
      for (const manifest of sets) if (manifest.serverName === serverName && manifest.stackId === stackId) ports.repo.put(manifest, place);
      for (const { manifest } of known) if (!sets.some(({ id }) => id === manifest.id)) ports.repo.gone(manifest, place);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // A directory that was never made holds nothing; anything else could not be looked at.
      if (!(error.code === 'backup.place-unusable' && known.length === 0)) unreachable.push(placeName(place));
    }
  }
  return unreachable;
}
