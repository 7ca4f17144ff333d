import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ImportEntry, ImportKind, ImportPreview } from '../../../../../shared/contract/servers.ts';
import type { ServerId } from '../../../../../shared/model/ids.ts';
import type { Server } from '../../../../../shared/model/server.ts';
import { previewImport } from '../importService.ts';
import type { LocalIdentity } from '../sshConfigTokens.ts';

/** Puts files below a folder. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** A person at a computer, for tests. */
export const testPerson = (homeDirectory: string): LocalIdentity => ({
  user: 'me',
  uid: 1000,
  homeDirectory,
  hostname: 'desk.example.com',
  environment: { KEYS: '/keys' },
});

/** A server of the inventory. */
export const testServer = (name: string, differences: Partial<Server> = {}): Server => ({
  ...{
    name,
    host: `${name}.example.com`,
    port: 22,
    user: 'me',
    auth: { kind: 'agent' },
    jump: null,
    environment: 'staging',
    tags: [],
    groups: [],
    sudo: 'none',
  },
  ...{ id: `srv_${name}` as ServerId, hostKeys: [], demo: false, createdAtMs: 0, updatedAtMs: 0 },
  ...differences,
});

/** Previews text of a kind. */
export function previewText(source: ImportKind, text: string, existing: readonly Server[] = [], homeDirectory = '/home/me'): Promise<ImportPreview> {
  return previewImport({ source, text, path: 'given' }, { existing, local: testPerson(homeDirectory) });
}

/** Entries of a preview by name. */
export function byName(preview: ImportPreview): Map<string, ImportEntry> {
  return new Map(preview.entries.map((entry) => [entry.name, entry]));
}
