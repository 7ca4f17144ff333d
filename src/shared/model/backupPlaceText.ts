import { type BackupPlace, backupPlaceSchema } from './backup.ts';

/** A place as it is written: `here:/PATH`, `server:NAME:/PATH` or `computer:/PATH`. Null: it is none. */
export function readPlace(text: string): BackupPlace | null {
  const [, kind, name, path] = /^(here|server|computer):(?:([^/:][^:]*):)?(.*)$/.exec(text.trim()) ?? [];
  const parsed = backupPlaceSchema.safeParse(kind === 'server' ? { kind, server: name, path } : { kind, path });
  return parsed.success && (kind === 'server' || name === undefined) ? parsed.data : null;
}

/** The same text as `readPlace` reads. */
export function placeText(place: BackupPlace): string {
  return place.kind === 'server' ? `server:${place.server}:${place.path}` : `${place.kind}:${place.path}`;
}
