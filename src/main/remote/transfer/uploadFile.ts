import type { Hash } from 'node:crypto';
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { AppError } from '../../../shared/errors.ts';
import { parentOf, visibleName } from '../../../shared/model/remotePath.ts';
import { escapedPath } from '../../commands/shellPath.ts';
import type { RemoteServer } from '../remote.ts';
import { hashPrefix, readChunks } from './localFile.ts';
import { localPathOf } from './localTree.ts';
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
  const sending = { hash: null as Hash | null, refusal: null as AppError | null };
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
  }
  const sha256 = sending.hash?.digest('hex');
  if (sha256 === undefined || /^whole ([0-9a-f]{64})$/m.exec(said)?.[1] !== sha256) {
    await discardPart(server, upload);
    throw new AppError('transfer.checksum-mismatch', { server: server.name, path: visibleName(upload.remotePath) });
  }
  return sha256;
}

/** Standard input of the receiving script: its answer, then the bytes that it lacks. */
async function* content(
  upload: Upload,
  part: Promise<string | null>,
  sending: { hash: Hash | null; refusal: AppError | null },
  worked: () => void,
): AsyncGenerator<Uint8Array> {
  const line = await part;
  if (line === null) return;
  const [, size, sum, freeKib] = /^part (\d+) ([0-9a-f]{64}) (\d*)$/.exec(line) ?? [];
  const had = Number(size);
  const prefix = size !== undefined && had <= upload.size ? await hashPrefix(upload.file, had, upload.signal) : null;
  const keeps = prefix !== null && prefix.copy().digest('hex') === sum;
  const from = keeps ? had : 0;
  const freeBytes = freeKib ? Number(freeKib) * 1024 + (keeps ? 0 : had) : Number.POSITIVE_INFINITY;
  if (upload.size - from > freeBytes) {
    const data = { server: upload.server.name, path: visibleName(parentOf(upload.remotePath)), neededBytes: upload.size - from, freeBytes };
    sending.refusal = new AppError('remote.disk-full', data);
    yield Buffer.from('no\n');
    return;
  }
  if (from > 0) upload.resumes += 1;
  const hash = keeps ? prefix : createHash('sha256');
  yield Buffer.from(keeps ? 'keep\n' : 'anew\n');
  upload.onPhase?.('send');
  let at = from;
  upload.onProgress?.(at, upload.size);
  for await (const chunk of readChunks(upload.file, from, upload.size)) {
    hash.update(chunk);
    yield chunk;
    worked();
    at += chunk.length;
    upload.onProgress?.(at, upload.size);
  }
  if (at < upload.size) throw new AppError('transfer.source-changed', { path: upload.localPath });
  sending.hash = hash;
  upload.onPhase?.('verify');
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
