import type { BackupManifest, BackupPlace } from '../../../shared/model/backup.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { BackupRecipe } from '../../../shared/model/stackDefinition.ts';
import type { RemoteServer } from '../../remote/remote.ts';
import type { BackupsRepo } from './backupsRepo.ts';

/** A stack as it runs on a server, as far as backups need to know it. */
export interface BackupStack {
  stackId: string;
  title: string;
  /** Version of its definition. */
  version: number;
  /** The release that is current. */
  release: string;
  /** Environment of scripts about that release. */
  env: Readonly<Record<string, string>>;
  /** Begins a script that calls `compose` for it. */
  head: string;
  /** Whether its directories and Docker are reached as root. */
  sudo: boolean;
  recipes: readonly BackupRecipe[];
  services: readonly { name: string; image: string | null }[];
  /** Services that keep data nothing else has, by the catalogue. */
  stateful: readonly string[];
}

/** What backups need from the rest of the core. */
export interface BackupPorts {
  repo: BackupsRepo;
  /** The stack as it runs on a server; null: it does not. */
  openStack(remote: RemoteServer, at: { serverName: string; stackId: string; signal?: AbortSignal }): Promise<BackupStack | null>;
  /** Another server of the inventory; throws `server.not-found`. */
  serverByName(name: string): Server;
  remote(id: ServerId): RemoteServer;
  /** Value of a stored secret; null: there is none. */
  secret(name: string): Promise<string | null>;
  nowMs(): number;
}

/** The directory of the sets of one stack of one server, below the root of a place. */
export function setsDirectory(place: Pick<BackupPlace, 'path'>, serverName: string, stackId: string): string {
  return `${place.path.replace(/\/+$/, '')}/${serverName}/${stackId}`;
}

/** A place in words. */
export function placeName(place: BackupPlace): string {
  if (place.kind === 'here') return place.path;
  return place.kind === 'server' ? `${place.server}:${place.path}` : `this computer, ${place.path}`;
}

/** The service that stands for the release itself. */
export const releasePart = 'release';

/** A manifest as the file that lies beside the parts. */
export function manifestText(manifest: BackupManifest): string {
  return `${JSON.stringify(manifest)}\n`;
}
