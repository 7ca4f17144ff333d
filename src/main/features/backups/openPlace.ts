import type { BackupPlace } from '../../../shared/model/backup.ts';
import type { RemoteServer } from '../../remote/remote.ts';
import type { BackupPorts } from './backupPorts.ts';
import { computerPlace } from './computerPlace.ts';
import { type PlaceServer, type SetsOf, type SetsPlace, serverPlace } from './places.ts';

/** A place with the server that it is on, where it is on one. */
export interface OpenPlace {
  files: SetsPlace;
  server: PlaceServer | null;
}

/** Opens a place. `home`: the server whose sets these are, for a place of the kind `here`. Throws `server.not-found`. */
export async function openPlace(
  ports: Pick<BackupPorts, 'serverByName' | 'remote'>,
  place: BackupPlace,
  of: SetsOf,
  options: { home: { remote: RemoteServer; serverName: string }; signal?: AbortSignal },
): Promise<OpenPlace> {
  if (place.kind === 'computer') return { files: computerPlace(place, of), server: null };
  const at = place.kind === 'here' ? options.home : { serverName: place.server, remote: ports.remote(ports.serverByName(place.server).id) };
  const { sudo } = await at.remote.stateDirectory(options.signal);
  const server: PlaceServer = { ...at, sudo, ...(options.signal === undefined ? {} : { signal: options.signal }) };
  return { files: serverPlace(server, place, of), server };
}
