import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { BackupManifest, BackupPart, BackupPlace } from '../../../shared/model/backup.ts';
import { downloadFile } from '../../remote/transfer/downloadFile.ts';
import { uploadFile } from '../../remote/transfer/uploadFile.ts';
import { placeName, setsDirectory } from './backupPorts.ts';
import { ByteQueue } from './byteQueue.ts';
import { computerDirectory } from './computerPlace.ts';
import type { PlaceServer } from './places.ts';

/** A directory of files of a set on a server. */
export interface SetOnServer extends PlaceServer {
  directory: string;
}

const part = (id: string) => `.part-${id}`;

/**
 * Copies the files of a set from a server to this computer, taken up again from the proved offset however often the connection goes. Each has
 * to have the checksum of the manifest: else `backup.damaged` is thrown.
 */
export async function carryToComputer(from: SetOnServer, place: Extract<BackupPlace, { kind: 'computer' }>, manifest: BackupManifest): Promise<void> {
  const work = join(computerDirectory(place, manifest), `.new-${manifest.id}`);
  await mkdir(work, { recursive: true, mode: 0o700 });
  for (const each of manifest.parts) {
    const { sha256 } = await downloadFile(
      { remote: from.remote, name: from.serverName },
      {
        localPath: join(work, each.file),
        remotePath: `${from.directory}/${each.file}`,
        part: part(each.file),
        sudo: from.sudo,
        stubborn: true,
        ...signalOf(from),
      },
    );
    if (sha256 !== each.sha256) throw damaged(manifest, placeName(place), each);
  }
}

/** Copies the files of a set from this computer to a directory of a server, in the same way. */
export async function carryFromComputer(place: Extract<BackupPlace, { kind: 'computer' }>, to: SetOnServer, manifest: BackupManifest): Promise<void> {
  await makeDirectory(to);
  for (const each of manifest.parts) {
    const localPath = join(computerDirectory(place, manifest), manifest.id, each.file);
    const { sha256 } = await uploadFile(
      { remote: to.remote, name: to.serverName },
      { localPath, remotePath: `${to.directory}/${each.file}`, part: part(each.file), sudo: to.sudo, stubborn: true, ...signalOf(to) },
    );
    if (sha256 !== each.sha256) throw damaged(manifest, placeName(place), each);
  }
}

/**
 * Copies the files of a set from one server to another through this computer, without a byte of them on its disk. A file that is there whole
 * is not sent again; one that was cut off is begun anew. Throws `backup.damaged` for one that is not as the manifest says.
 */
export async function carryBetween(from: SetOnServer, to: SetOnServer, manifest: BackupManifest, place: string): Promise<void> {
  await makeDirectory(to);
  for (const each of manifest.parts) {
    await to.remote.persist(() => from.remote.persist(() => relay(from, to, manifest, each, place), { ...signalOf(from), stubborn: true }), {
      ...signalOf(to),
      stubborn: true,
    });
  }
}

const sendScript = 'exec cat "$PH_FILE"';
const receiveScript = `set -eu
umask 077
rm -f "$PH_FILE.part"
cat >"$PH_FILE.part"
sync "$PH_FILE.part" 2>/dev/null || sync
sum=$(sha256sum <"$PH_FILE.part")
if [ "\${sum%% *}" != "$PH_SHA" ]; then rm -f "$PH_FILE.part"; exit 71; fi
mv "$PH_FILE.part" "$PH_FILE"
`;
const haveScript = `[ -f "$PH_FILE" ] && sum=$(sha256sum <"$PH_FILE") && [ "\${sum%% *}" = "$PH_SHA" ]`;

async function relay(from: SetOnServer, to: SetOnServer, manifest: BackupManifest, each: BackupPart, place: string): Promise<void> {
  const env = { PH_FILE: `${to.directory}/${each.file}`, PH_SHA: each.sha256 };
  const have = await to.remote.exec({ script: haveScript, env, sudo: to.sudo, timeoutMs: 3_600_000, ...signalOf(to) });
  if (have.exitCode === 0) return;
  const queue = new ByteQueue();
  const hash = createHash('sha256');
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(from.signal === undefined ? [] : [from.signal])]);
  const common = { lane: 'bulk' as const, timeoutMs: Number.POSITIVE_INFINITY, signal };
  let complaint = '';
  const sending = from.remote.exec({
    ...common,
    ...{ script: sendScript, env: { PH_FILE: `${from.directory}/${each.file}` }, sudo: from.sudo },
    onOutput: async (stream, bytes) => {
      if (stream === 'stderr') {
        complaint = (complaint + new TextDecoder().decode(bytes)).slice(-500);
        return;
      }
      hash.update(bytes);
      await queue.put(bytes.slice());
    },
  });
  sending.then(
    () => queue.end(),
    (error: unknown) => queue.fail(error),
  );
  const receiving = to.remote.exec({ ...common, script: receiveScript, env, sudo: to.sudo, stdin: queue });
  // Whichever end fails first says why; the other one is ended, so that neither waits for ever.
  receiving.then(
    (result) => void (result.exitCode === 0 || queue.fail(new AppError('backup.place-unusable', { place, reason: lastLine(result.stderr) }))),
    (error: unknown) => queue.fail(error),
  );
  try {
    const [received] = await Promise.all([receiving, sending]);
    if (received.exitCode === 0 && hash.digest('hex') === each.sha256) return;
    const { exitCode } = await sending;
    if (exitCode !== 0) throw new AppError('backup.damaged', { set: manifest.id, place: from.serverName, problems: [`${each.file}: ${lastLine(complaint)}`] });
    if (received.exitCode === 71) throw damaged(manifest, from.serverName, each);
    throw new AppError('backup.place-unusable', { place, reason: lastLine(received.stderr) || `exit code ${received.exitCode}` });
  } finally {
    stop.abort(new Error('the other end has ended'));
    await Promise.allSettled([sending, receiving]);
  }
}

async function makeDirectory(to: SetOnServer): Promise<void> {
  const script = 'umask 077; mkdir -p "$PH_INTO"';
  const result = await to.remote.exec({ script, env: { PH_INTO: to.directory }, sudo: to.sudo, timeoutMs: 60_000, ...signalOf(to) });
  if (result.exitCode !== 0) throw new AppError('backup.place-unusable', { place: `${to.serverName}:${to.directory}`, reason: lastLine(result.stderr) });
}

/** Where a set in the making lies on a server. */
export function makingDirectory(place: Pick<BackupPlace, 'path'>, manifest: Pick<BackupManifest, 'serverName' | 'stackId' | 'id'>): string {
  return `${setsDirectory(place, manifest.serverName, manifest.stackId)}/.new-${manifest.id}`;
}

function damaged(manifest: BackupManifest, place: string, { file }: BackupPart): AppError {
  return new AppError('backup.damaged', { set: manifest.id, place, problems: [`${file}: its checksum is another`] });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 400) ?? '';
}

function signalOf({ signal }: Pick<PlaceServer, 'signal'>): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
