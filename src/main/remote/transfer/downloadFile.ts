import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { visibleName } from '../../../shared/model/remotePath.ts';
import { escapedPath } from '../../commands/shellPath.ts';
import { FileWriter, hashPrefix } from './localFile.ts';
import { localPathOf } from './localTree.ts';
import { localError, pathError } from './transferErrors.ts';
import { sendScript } from './transferScripts.ts';
import { type FileTransfer, type TransferredFile, type TransferServer, tellInterruption } from './uploadFile.ts';

/**
 * Copies a file of a server to this computer, in the way and with the errors of `uploadFile`; of this computer's disk come
 * `local.no-room` and `local.file-unwritable`. The directory of `localPath` has to be there.
 */
export async function downloadFile(server: TransferServer, request: FileTransfer): Promise<TransferredFile> {
  const { localPath, signal, stubborn } = request;
  const partPath = localPart(request);
  const isDirectory = await stat(localPathOf(localPath)).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isDirectory) throw new AppError('local.file-unwritable', { path: localPath, reason: 'it is a directory' });
  const failed = (error: unknown) => {
    throw localError(error, localPath, 'write');
  };
  const file = await open(localPathOf(partPath), 'r+')
    .catch(() => open(localPathOf(partPath), 'wx+', 0o600))
    .catch(failed);
  let keepPart = true;
  try {
    const download: Download = { ...request, server, file, resumes: 0 };
    const persistence = { ...(signal === undefined ? {} : { signal }), ...(stubborn === undefined ? {} : { stubborn }) };
    const { sha256, bytes, mode } = await server.remote.persist((worked) => attempt(download, worked).catch(tellInterruption(request)), persistence);
    if (process.platform !== 'win32') await file.chmod(mode).catch(failed);
    await file.close();
    await rename(localPathOf(partPath), localPathOf(localPath)).catch(failed);
    return { bytes, sha256, resumes: download.resumes };
  } catch (error) {
    keepPart = mayGoOn(error, signal);
    throw error;
  } finally {
    await file.close().catch(() => undefined);
    if (!keepPart) await rm(localPathOf(partPath), { force: true });
  }
}

/** Removes the part of a download that will not be taken up again. */
export async function discardLocalPart(request: Pick<FileTransfer, 'localPath' | 'part'>): Promise<void> {
  await rm(localPathOf(localPart(request)), { force: true });
}

interface Download extends FileTransfer {
  server: TransferServer;
  file: FileHandle;
  resumes: number;
}

/** What the script says of the file before its bytes. */
interface Sent {
  size: number;
  mtimeS: number;
  mode: number;
  from: number;
}

async function attempt(download: Download, worked: () => void): Promise<{ sha256: string; bytes: number; mode: number }> {
  const { server, file, signal } = download;
  download.onPhase?.('compare');
  const had = (await file.stat()).size;
  const prefix = had > 0 ? await hashPrefix(file, had, signal) : null;
  const receiver = new Receiver(download, { hash: prefix, bytes: prefix === null ? 0 : had }, worked);
  const sending = server.remote.exec({
    script: sendScript,
    env: { PH_PATH: escapedPath(download.remotePath), PH_OFFSET: String(prefix === null ? 0 : had), PH_PREFIX: prefix?.copy().digest('hex') ?? '' },
    sudo: download.sudo,
    lane: 'bulk',
    timeoutMs: Number.POSITIVE_INFINITY,
    onOutput: (stream, bytes) => receiver.take(stream, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
    ...(signal === undefined ? {} : { signal }),
  });
  // What came before the line was lost is kept, and is where the next attempt begins.
  await sending.catch(() => undefined);
  await receiver.settle();
  const result = await sending;
  const failure = pathError({ ...result, stderr: receiver.complaint }, { server: server.name, path: download.remotePath, what: 'read' });
  if (failure !== null) throw failure;
  return receiver.prove();
}

/** Takes what the sending script writes, to the part and to the checksum. */
class Receiver {
  readonly #download: Download;
  readonly #had: { hash: Hash | null; bytes: number };
  readonly #worked: () => void;
  #head: Buffer = Buffer.alloc(0);
  #sent: Sent | null = null;
  #writer: FileWriter | null = null;
  #hash: Hash = createHash('sha256');
  #at = 0;
  #said = '';

  constructor(download: Download, had: { hash: Hash | null; bytes: number }, worked: () => void) {
    this.#download = download;
    this.#had = had;
    this.#worked = worked;
  }

  get complaint(): string {
    return this.#said;
  }

  take(stream: 'stdout' | 'stderr', bytes: Buffer): Promise<void> | undefined {
    if (stream === 'stderr') {
      this.#said = (this.#said + bytes.toString('utf8')).slice(-4000);
      return undefined;
    }
    if (this.#writer !== null) return this.#write(this.#writer, bytes);
    this.#head = Buffer.concat([this.#head, bytes]);
    const end = this.#head.indexOf(0x0a);
    return end < 0 ? undefined : this.#begin(this.#head.subarray(0, end).toString('latin1'), this.#head.subarray(end + 1));
  }

  /** Waits until what has come is written, so that the next attempt finds it. */
  async settle(): Promise<void> {
    await this.#writer?.finish().catch(() => undefined);
  }

  /** The whole file, once both ends agree on it. Throws `transfer.source-changed`, `transfer.checksum-mismatch`. */
  async prove(): Promise<{ sha256: string; bytes: number; mode: number }> {
    const { localPath, remotePath, server } = this.#download;
    if (this.#sent === null) throw new AppError('remote.unparsable', { server: server.name, what: `send ${visibleName(remotePath)}`, excerpt: this.#said });
    await this.#writer?.finish().catch((error: unknown) => {
      throw localError(error, localPath, 'write');
    });
    const { size, mtimeS, mode } = this.#sent;
    if (!new RegExp(`^after ${size} ${mtimeS}$`, 'm').test(this.#said))
      throw new AppError('transfer.source-changed', { path: `${server.name}:${visibleName(remotePath)}` });
    const sha256 = this.#hash.digest('hex');
    const theirs = /^sum ([0-9a-f]{64})$/m.exec(this.#said)?.[1];
    if (this.#at !== size || theirs !== sha256) throw new AppError('transfer.checksum-mismatch', { server: server.name, path: visibleName(remotePath) });
    return { sha256, bytes: size, mode };
  }

  async #begin(line: string, rest: Buffer): Promise<void> {
    const { file, localPath, remotePath, server } = this.#download;
    const [, size, mtimeS, mode, from] = /^file (\d+) (-?\d+) ([0-7]+) (\d+)$/.exec(line) ?? [];
    if (from === undefined)
      throw new AppError('remote.unparsable', { server: server.name, what: `send ${visibleName(remotePath)}`, excerpt: line.slice(0, 200) });
    this.#sent = { size: Number(size), mtimeS: Number(mtimeS), mode: Number.parseInt(mode ?? '600', 8), from: Number(from) };
    const resumed = this.#sent.from > 0 && this.#had.hash !== null;
    this.#at = resumed ? this.#sent.from : 0;
    if (resumed && this.#had.hash !== null) {
      this.#hash = this.#had.hash;
      this.#download.resumes += 1;
    }
    await checkRoom(localPath, this.#sent.size - this.#at, resumed ? 0 : this.#had.bytes);
    await file.truncate(this.#at).catch((error: unknown) => {
      throw localError(error, localPath, 'write');
    });
    const writer = new FileWriter(file, this.#at);
    this.#writer = writer;
    this.#download.onPhase?.('send');
    this.#download.onProgress?.(this.#at, this.#sent.size);
    if (rest.length > 0) await this.#write(writer, rest);
  }

  #write(writer: FileWriter, bytes: Buffer): Promise<void> | undefined {
    const { localPath, onProgress } = this.#download;
    this.#hash.update(bytes);
    this.#at += bytes.length;
    this.#worked();
    const size = this.#sent?.size ?? 0;
    onProgress?.(this.#at, size);
    if (this.#at === size) this.#download.onPhase?.('verify');
    try {
      return writer.write(bytes)?.catch((error: unknown) => {
        throw localError(error, localPath, 'write');
      });
    } catch (error) {
      throw localError(error, localPath, 'write');
    }
  }
}

function localPart({ localPath, part }: Pick<FileTransfer, 'localPath' | 'part'>): string {
  return join(dirname(localPath), part);
}

async function checkRoom(path: string, neededBytes: number, freedBytes: number): Promise<void> {
  const found = await statfs(localPathOf(dirname(path))).catch(() => null);
  const freeBytes = found === null ? Number.POSITIVE_INFINITY : found.bavail * found.bsize + freedBytes;
  if (neededBytes > freeBytes) throw new AppError('local.no-room', { path: dirname(path), neededBytes, freeBytes });
}

/** Whether the part is of use to a later attempt: not where its content was proved wrong, or its source is not what it was. */
function mayGoOn(error: unknown, signal: AbortSignal | undefined): boolean {
  if (signal?.aborted) return true;
  return error instanceof AppError && (error.code.startsWith('ssh.') || error.code === 'core.stopping');
}
