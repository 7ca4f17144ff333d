import { type FileHandle, open } from 'node:fs/promises';
import { AppError } from '../../../shared/errors.ts';
import { parentOf, visibleName } from '../../../shared/model/remotePath.ts';
import { escapedPath } from '../../commands/shellPath.ts';
import type { RemoteServer } from '../remote.ts';
import { readChunks } from './localFile.ts';
import { localPathOf } from './localTree.ts';
import { hashSource, type SourceHash } from './sourceHash.ts';
import { localError, pathError } from './transferErrors.ts';
import { commitScript, discardScript, receiveScript } from './transferScripts.ts';

/** A server to copy to or from, with the name that errors call it by. */
export interface TransferServer {
  remote: RemoteServer;
  name: string;
}

/** What copying one file takes, either way. */
export interface FileTransfer {
  localPath: string;
  /** From the root, or below the login's home. */
  remotePath: string;
  /** Name of the unfinished copy beside its target: the same for every attempt at this file, and for no other. */
  part: string;
  sudo: boolean;
  signal?: AbortSignal;
  /** Goes on waiting for a server that was not reached in this life of the core. */
  stubborn?: boolean;
  /** Bytes that are at the target, of so many. Falls where a part had to be thrown away. */
  onProgress?: (doneBytes: number, totalBytes: number) => void;
  /** What goes on that moves no bytes. */
  onPhase?: (phase: 'compare' | 'send' | 'verify') => void;
  /** The connection went; the copy goes on by itself once it is back. */
  onInterrupted?: () => void;
}

/** A file that was copied, both ends proved to be alike. */
export interface TransferredFile {
  bytes: number;
  sha256: string;
  /** How often it was taken up again from a proved offset. */
  resumes: number;
}

/**
 * Copies a file of this computer to a server: into a part beside the target, taken up again from the proved offset however often the
 * connection goes, checked as a whole, and put in place in one step. Throws `transfer.checksum-mismatch`, `transfer.source-changed`,
 * `remote.disk-full`, `remote.permission-denied`, `file.*`, `local.file-unreadable`; then what was at the target is untouched. The part
 * stays where the signal aborted or the server went away.
 */
export async function uploadFile(server: TransferServer, request: FileTransfer): Promise<TransferredFile> {
  const { localPath, signal } = request;
  const file = await open(localPathOf(localPath), 'r').catch((error: unknown) => {
    throw localError(error, localPath, 'read');
  });
  try {
    const before = await file.stat();
    if (!before.isFile()) throw new AppError('local.file-unreadable', { path: localPath, reason: 'it is not a regular file' });
    const upload: Upload = { ...request, server, file, size: before.size, resumes: 0 };
    const sha256 = await server.remote.persist((worked) => attempt(upload, worked).catch(tellInterruption(request)), options(request));
    const after = await file.stat();
    if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
      await discardPart(server, request);
      throw new AppError('transfer.source-changed', { path: localPath });
    }
    const env = { ...paths(request), PH_MODE: (before.mode & 0o7777).toString(8), PH_SUM: sha256 };
    await server.remote.persist(() => run(server, commitScript, env, 'write', request), { ...options(request), stubborn: true });
    signal?.throwIfAborted();
    return { bytes: before.size, sha256, resumes: upload.resumes };
  } finally {
    await file.close();
  }
}

/** Removes the part of an upload that will not be taken up again. Never throws: what cannot be reached keeps its part. */
export async function discardPart(server: TransferServer, request: Pick<FileTransfer, 'remotePath' | 'part' | 'sudo'>): Promise<void> {
  await run(server, discardScript, paths(request), 'remove', { ...request, signal: AbortSignal.timeout(20_000) }).catch(() => undefined);
}

/** Hands an error on, and tells of it where it is only the connection. */
export function tellInterruption({ onInterrupted, signal }: Pick<FileTransfer, 'onInterrupted' | 'signal'>): (error: unknown) => never {
  return (error) => {
    if (AppError.is(error, 'ssh.connection-lost') && signal?.aborted !== true) onInterrupted?.();
    throw error;
  };
}

/**
 * So many buffers take turns in sending. A channel keeps 2 MiB at most before it says that it is full, and nothing more is asked of the
 * generator then: with the one that is read meanwhile, never more than 18 are in use. A wrong byte would be seen by the checksum.
 */
const buffersInFlight = 24;

interface Upload extends FileTransfer {
  server: TransferServer;
  file: FileHandle;
  size: number;
  resumes: number;
}

/** One connection's worth of sending; resolves with the checksum once the whole is there and proved. */
async function attempt(upload: Upload, worked: () => void): Promise<string> {
  const { server, signal } = upload;
  const part = Promise.withResolvers<string | null>();
  const sending: Sending = { hash: null, whole: null, refusal: null };
  let said = '';
  let complaint = '';
  const onOutput = (stream: 'stdout' | 'stderr', bytes: Uint8Array) => {
    if (stream === 'stderr') {
      complaint = (complaint + Buffer.from(bytes).toString('utf8')).slice(-4000);
      return;
    }
    said += Buffer.from(bytes).toString('latin1');
    if (said.includes('\n')) part.resolve(said.slice(0, said.indexOf('\n')));
  };
  upload.onPhase?.('compare');
  const env = { ...paths(upload), PH_SIZE: String(upload.size) };
  const exchange = { script: receiveScript, env, sudo: upload.sudo, lane: 'bulk' as const, timeoutMs: Number.POSITIVE_INFINITY };
  const stdin = content(upload, part.promise, sending, worked);
  try {
    const result = await server.remote.exec({ ...exchange, stdin, onOutput, ...(signal === undefined ? {} : { signal }) });
    if (sending.refusal !== null) throw sending.refusal;
    const failure = pathError({ ...result, stderr: complaint }, { server: server.name, path: upload.remotePath, what: 'write' });
    if (failure !== null) {
      if (AppError.is(failure, 'remote.disk-full')) await discardPart(server, upload);
      throw failure;
    }
  } finally {
    part.resolve(null);
    sending.hash?.close();
  }
  const sha256 = sending.whole;
  if (sha256 === null || /^whole ([0-9a-f]{64})$/m.exec(said)?.[1] !== sha256) {
    await discardPart(server, upload);
    throw new AppError('transfer.checksum-mismatch', { server: server.name, path: visibleName(upload.remotePath) });
  }
  return sha256;
}

/** What is known of the bytes that are sent. */
interface Sending {
  hash: SourceHash | null;
  /** Checksum of the whole, once all of it was handed over. */
  whole: string | null;
  refusal: AppError | null;
}

/** Standard input of the receiving script: its answer, then the bytes that it lacks. */
async function* content(upload: Upload, part: Promise<string | null>, sending: Sending, worked: () => void): AsyncGenerator<Uint8Array> {
  const line = await part;
  if (line === null) return;
  const { file, localPath, size, onProgress, onPhase } = upload;
  const [, bytes, sum, freeKib] = /^part (\d+) ([0-9a-f]{64}) (\d*)$/.exec(line) ?? [];
  const had = Number(bytes ?? 0);
  const hash = hashSource(file, localPathOf(localPath), had <= size ? had : 0, size);
  sending.hash = hash;
  const keeps = had > 0 && had <= size && (await hash.prefix()) === sum;
  const from = keeps ? had : 0;
  const freeBytes = freeKib ? Number(freeKib) * 1024 + (keeps ? 0 : had) : Number.POSITIVE_INFINITY;
  if (size - from > freeBytes) {
    const data = { server: upload.server.name, path: visibleName(parentOf(upload.remotePath)), neededBytes: size - from, freeBytes };
    sending.refusal = new AppError('remote.disk-full', data);
    yield Buffer.from('no\n');
    return;
  }
  if (keeps) upload.resumes += 1;
  else hash.anew();
  yield Buffer.from(keeps ? 'keep\n' : 'anew\n');
  onPhase?.('send');
  let at = from;
  onProgress?.(at, size);
  for await (const chunk of readChunks(file, from, size, buffersInFlight)) {
    hash.update(chunk);
    yield chunk;
    worked();
    at += chunk.length;
    onProgress?.(at, size);
  }
  sending.whole = at < size ? null : await hash.whole();
  if (sending.whole === null) throw new AppError('transfer.source-changed', { path: localPath });
  onPhase?.('verify');
}

async function run(
  server: TransferServer,
  script: string,
  env: Record<string, string>,
  what: string,
  request: Pick<FileTransfer, 'remotePath' | 'sudo' | 'signal'>,
) {
  const { sudo, signal, remotePath: path } = request;
  const result = await server.remote.exec({ script, env, sudo, lane: 'bulk', timeoutMs: 600_000, ...(signal === undefined ? {} : { signal }) });
  const failure = pathError(result, { server: server.name, path, what });
  if (failure !== null) throw failure;
}

function paths({ remotePath, part }: Pick<FileTransfer, 'remotePath' | 'part'>): Record<string, string> {
  return { PH_PATH: escapedPath(remotePath), PH_PART: escapedPath(part) };
}

function options({ signal, stubborn }: FileTransfer): { signal?: AbortSignal; stubborn?: boolean } {
  return { ...(signal === undefined ? {} : { signal }), ...(stubborn === undefined ? {} : { stubborn }) };
}
