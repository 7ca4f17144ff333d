import { AppError } from '../../../shared/errors.ts';
import { type BackupManifest, type BackupPlace, backupManifestSchema } from '../../../shared/model/backup.ts';
import type { ExecResult, RemoteServer } from '../../remote/remote.ts';
import { manifestText, placeName, setsDirectory } from './backupPorts.ts';
import { checkScript, clearScript, commitScript, listScript, prepareScript, pruneScript } from './scripts/setScripts.ts';

/** Whose sets are meant. */
export interface SetsOf {
  serverName: string;
  stackId: string;
}

/** What lies at a place: whole sets, oldest first, and what is none, such as the rest of a backup that was cut off. */
export interface PlaceList {
  sets: BackupManifest[];
  rests: string[];
}

/** The sets of one stack of one server at one place. */
export interface SetsPlace {
  readonly place: BackupPlace;
  /** Makes the directory, with its mark. Resolves with the bytes that are free. Throws `backup.place-unusable`. */
  prepare(seal: boolean): Promise<number>;
  list(): Promise<PlaceList>;
  /** What is not as the manifest says, each a sentence. `deep`: everything is unsealed and unpacked as well. */
  check(manifest: BackupManifest, options: { deep: boolean; passphrase: string | null }): Promise<string[]>;
  /** Removes sets; refuses where no whole one would be left. Resolves with those that went. */
  prune(ids: readonly string[]): Promise<string[]>;
  /** Puts the set in the making under its name. */
  commit(manifest: BackupManifest): Promise<void>;
  /** Throws the set in the making away. */
  clear(id: string): Promise<void>;
}

/** A server whose directory holds the sets. */
export interface PlaceServer {
  remote: RemoteServer;
  serverName: string;
  sudo: boolean;
  signal?: AbortSignal;
}

const hoursMs = 3_600_000;

/** The sets at a place on a server. */
export function serverPlace(at: PlaceServer, place: BackupPlace, of: SetsOf): SetsPlace {
  const directory = setsDirectory(place, of.serverName, of.stackId);
  const run = async (script: string, env: Record<string, string> = {}, timeoutMs = 120_000): Promise<string> => {
    const request = { script, env: { PH_SETS: directory, ...env }, sudo: at.sudo, lane: 'control' as const, timeoutMs };
    const result = await at.remote.persist(() => at.remote.exec({ ...request, ...signalOf(at) }), signalOf(at));
    if (result.exitCode !== 0) throw unusable(place, directory, result);
    return result.stdout;
  };
  return {
    place,
    async prepare(seal) {
      const output = await run(prepareScript, { PH_SEAL: seal ? '1' : '' });
      return Number(/^free (\d+)$/m.exec(output)?.[1] ?? Number.MAX_SAFE_INTEGER) * 1024;
    },
    list: async () => parseList(await run(listScript)),
    async check(manifest, { deep, passphrase }) {
      const env = { PH_SET: manifest.id, PH_PARTS: partLines(manifest), PH_DEEP: deep ? '1' : '', PH_SEAL: manifest.sealedBy === null ? '' : '1' };
      // The passphrase comes on standard input and becomes a file of a memory file system, as for jobs.
      const script = passphrase === null ? checkScript : `${takePassphrase}\n${checkScript}`;
      const stdin = passphrase === null ? {} : { stdin: new TextEncoder().encode(`${passphrase}\n`) };
      const request = { script, env: { PH_SETS: directory, ...env }, sudo: at.sudo, lane: 'bulk' as const, timeoutMs: 12 * hoursMs, ...stdin };
      const result = await at.remote.persist(() => at.remote.exec({ ...request, ...signalOf(at) }), signalOf(at));
      if (result.exitCode === 66) return [lastLine(result.stderr)];
      if (result.exitCode !== 0) throw unusable(place, directory, result);
      return partProblems(manifest, result.stdout);
    },
    async prune(ids) {
      if (ids.length === 0) return [];
      const output = await run(pruneScript, { PH_IDS: ids.join('\n') }, hoursMs);
      return [...output.matchAll(/^gone (\S+)$/gm)].flatMap(([, id]) => id ?? []);
    },
    async commit(manifest) {
      const path = `${directory}/.new-${manifest.id}/manifest.json`;
      const there = await at.remote.exec({
        ...{ script: '[ -f "$PH_SETS/$PH_SET/manifest.json" ]', env: { PH_SETS: directory, PH_SET: manifest.id }, sudo: at.sudo, timeoutMs: 60_000 },
        ...signalOf(at),
      });
      if (there.exitCode === 0) return;
      await at.remote.writeFile(path, new TextEncoder().encode(manifestText(manifest)), { mode: 0o600, sudo: at.sudo, ...signalOf(at) });
      await run(commitScript, { PH_SET: manifest.id, PH_FILES: [...manifest.parts.map(({ file }) => file), 'manifest.json'].join('\n') }, hoursMs);
    },
    clear: async (id) => void (await run(clearScript, { PH_SET: id }, hoursMs)),
  };
}

/** Puts the first line of standard input into `$PH_SECRETS/passphrase`. */
const takePassphrase = `umask 077
PH_SECRETS=$(mktemp -d /dev/shm/pilothouse-XXXXXX)
PH_TRANSIENT=$PH_SECRETS
export PH_SECRETS
IFS= read -r passphrase
printf '%s' "$passphrase" >"$PH_SECRETS/passphrase"
unset passphrase
`;

/** Reads what `listScript` prints; a manifest that cannot be read makes its set a rest. */
export function parseList(output: string): PlaceList {
  const list: PlaceList = { sets: [], rests: [] };
  for (const line of output.split('\n')) {
    const [, word, name = '', manifest] = /^(set|rest) (\S+)(?: (.*))?$/.exec(line) ?? [];
    if (word === undefined) continue;
    const parsed = word === 'set' ? readManifest(manifest ?? '') : null;
    if (parsed !== null && parsed.id === name) list.sets.push(parsed);
    else list.rests.push(name);
  }
  return list;
}

/** A manifest as its file holds it; null: it is none. */
export function readManifest(text: string): BackupManifest | null {
  try {
    return backupManifestSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** The lines by which scripts are told of the parts of a set. */
export function partLines(manifest: Pick<BackupManifest, 'parts'>): string {
  return manifest.parts.map(({ file, bytes, sha256, rawBytes, rawSha256 }) => `${file} ${bytes} ${sha256} ${rawBytes} ${rawSha256}`).join('\n');
}

/** Problems in what `checkScript` prints; a part that it does not speak of is one. */
export function partProblems(manifest: Pick<BackupManifest, 'parts'>, output: string): string[] {
  return manifest.parts.flatMap(({ file }) => {
    const said = output.split('\n').find((line) => line.startsWith(`part ${file} `));
    const how = said?.slice(`part ${file} `.length) ?? 'nothing was said of it';
    return how === 'ok' ? [] : [`${file}: ${how}`];
  });
}

function unusable(place: BackupPlace, directory: string, { stderr, exitCode }: ExecResult): AppError {
  return new AppError('backup.place-unusable', { place: `${placeName(place)} (${directory})`, reason: lastLine(stderr) || `exit code ${exitCode}` });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 400) ?? '';
}

function signalOf({ signal }: Pick<PlaceServer, 'signal'>): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
