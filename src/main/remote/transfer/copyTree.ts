import { chmod, mkdir, stat, statfs } from 'node:fs/promises';
import { AppError } from '../../../shared/errors.ts';
import { inDirectory, visibleName } from '../../../shared/model/remotePath.ts';
import { escapedPath } from '../../commands/shellPath.ts';
import { discardLocalPart, downloadFile } from './downloadFile.ts';
import { sha256OfFile } from './localFile.ts';
import { belowLocal, localPathOf, readLocalTree, type Tree } from './localTree.ts';
import { runPathScript } from './pathScript.ts';
import { listPlace } from './remotePlace.ts';
import { localError } from './transferErrors.ts';
import { finishTreeScript, prepareTreeScript, sumsScript } from './treeScripts.ts';
import { discardPart, type FileTransfer, type TransferServer, uploadFile } from './uploadFile.ts';

/** What copying a directory takes, either way: as for a file, with a name for the part of each. */
export interface TreeTransfer extends Omit<FileTransfer, 'part'> {
  partOf: (path: string) => string;
}

/** A directory that was copied. */
export interface TransferredTree {
  /** Of files that are at the target now, sent or found there alike. */
  bytes: number;
  files: number;
  /** Files that were there already with the same content, and were not sent. */
  unchanged: number;
  resumes: number;
  /** Neither files nor directories: they stayed behind. */
  leftOut: string[];
}

/** Files at a time: enough to hide what each waits for, and too few to crowd out others on the connection. */
const concurrency = 4;
/** Entries of a directory to be copied down. */
const mostEntries = 200_000;

/** Copies a directory of this computer to a server. What is there with the same content is not sent. Throws as `uploadFile` does. */
export async function uploadTree(server: TransferServer, request: TreeTransfer): Promise<TransferredTree> {
  const { localPath, remotePath, sudo, signal } = request;
  const tree = await readLocalTree(localPath);
  const root = { path: '.', mode: (await stat(localPathOf(localPath))).mode & 0o7777 };
  request.onPhase?.('compare');
  const lines = [
    ...tree.files.map((file) => `f ${file.sizeBytes} ${escapedPath(file.path)}`),
    ...tree.directories.map((each) => `d ${escapedPath(each.path)}`),
  ];
  const script = (source: string, stdin: readonly string[]) =>
    server.remote.persist(
      () =>
        runPathScript(server, {
          ...{ script: source, env: { PH_PATH: escapedPath(remotePath) }, stdin: Buffer.from(stdin.map((line) => `${line}\n`).join('')) },
          ...{ path: remotePath, what: 'write', sudo, signal, timeoutMs: 3_600_000, maxOutputBytes: 64 * 1024 * 1024 },
        }),
      persistence(request),
    );
  const said = (await script(prepareTreeScript, lines)).toString('latin1');
  const there = sumsBy(said, 'same');
  const isThere = async (index: number, path: string) => there.has(index) && there.get(index) === (await sha256OfFile(belowLocal(localPath, path), signal));
  const freeKib = /^free (\d+)$/m.exec(said)?.[1];
  return copyFiles(tree, isThere, request, {
    checkRoom: async (neededBytes) => {
      const freeBytes = freeKib === undefined ? Number.POSITIVE_INFINITY : Number(freeKib) * 1024;
      if (neededBytes > freeBytes) throw new AppError('remote.disk-full', { server: server.name, path: visibleName(remotePath), neededBytes, freeBytes });
    },
    copy: (file) => uploadFile(server, file),
    discard: (file) => discardPart(server, file),
    finish: async () => {
      const deepestFirst = [...tree.directories].reverse();
      await script(
        finishTreeScript,
        [...deepestFirst, root].map((each) => `${each.mode.toString(8)} ${escapedPath(each.path)}`),
      );
    },
  });
}

/** Copies a directory of a server to this computer, likewise. A name that cannot be one here is `local.file-unwritable`. */
export async function downloadTree(server: TransferServer, request: TreeTransfer): Promise<TransferredTree> {
  const { localPath, remotePath, sudo, signal } = request;
  request.onPhase?.('compare');
  const listing = await server.remote.persist(() => listPlace(server, remotePath, { sudo, signal, depth: 'all', limit: mostEntries }), persistence(request));
  if (listing.total > mostEntries) {
    throw new AppError('remote.output-too-large', { server: server.name, what: `list ${visibleName(remotePath)}`, limitBytes: mostEntries });
  }
  const tree: Tree = { directories: [], files: [], leftOut: [] };
  for (const entry of listing.entries) {
    checkLocalName(entry.path);
    if (entry.type === 'directory') tree.directories.push({ path: entry.path, mode: entry.mode });
    else if (entry.type === 'file') tree.files.push({ path: entry.path, sizeBytes: entry.sizeBytes });
    else tree.leftOut.push(entry.path);
  }
  const unwritable = (error: unknown) => {
    throw localError(error, localPath, 'write');
  };
  await mkdir(localPathOf(localPath), { recursive: true }).catch(unwritable);
  for (const each of tree.directories) await mkdir(localPathOf(belowLocal(localPath, each.path)), { recursive: true }).catch(unwritable);
  const candidates = await sameSize(localPath, tree.files);
  const stdin = Buffer.from(candidates.map(({ file }) => `${file.sizeBytes} ${escapedPath(file.path)}\n`).join(''));
  const ask = { script: sumsScript, env: { PH_PATH: escapedPath(remotePath) }, stdin, path: remotePath, what: 'read', sudo, signal, timeoutMs: 3_600_000 };
  const sums = candidates.length === 0 ? '' : (await server.remote.persist(() => runPathScript(server, ask), persistence(request))).toString('latin1');
  const there = new Map([...sumsBy(sums, 'sum')].map(([line, sum]) => [candidates[line]?.index, sum]));
  const isThere = async (index: number, path: string) => there.has(index) && there.get(index) === (await sha256OfFile(belowLocal(localPath, path), signal));
  return copyFiles(tree, isThere, request, {
    checkRoom: async (neededBytes) => {
      const found = await statfs(localPathOf(localPath)).catch(() => null);
      const freeBytes = found === null ? Number.POSITIVE_INFINITY : found.bavail * found.bsize;
      if (neededBytes > freeBytes) throw new AppError('local.no-room', { path: localPath, neededBytes, freeBytes });
    },
    copy: (file) => downloadFile(server, file),
    discard: (file) => discardLocalPart(file),
    finish: async () => {
      if (process.platform === 'win32') return;
      for (const each of [...tree.directories].reverse()) await chmod(localPathOf(belowLocal(localPath, each.path)), each.mode).catch(unwritable);
    },
  });
}

interface Direction {
  checkRoom(neededBytes: number): Promise<void>;
  copy(file: FileTransfer): Promise<{ resumes: number }>;
  discard(file: FileTransfer): Promise<void>;
  finish(): Promise<void>;
}

/** Copies the files of a tree that are not there already, a few at a time; the first failure ends the others. */
async function copyFiles(
  tree: Tree,
  isThere: (index: number, path: string) => Promise<boolean>,
  request: TreeTransfer,
  direction: Direction,
): Promise<TransferredTree> {
  const { partOf, onProgress, signal, ...common } = request;
  const totalBytes = tree.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const left: Tree['files'] = [];
  for (const [index, file] of tree.files.entries()) if (!(await isThere(index, file.path))) left.push(file);
  const leftBytes = left.reduce((sum, file) => sum + file.sizeBytes, 0);
  await direction.checkRoom(leftBytes);
  const moving = new Map<string, number>();
  let settledBytes = totalBytes - leftBytes;
  const tell = () => onProgress?.(settledBytes + [...moving.values()].reduce((sum, bytes) => sum + bytes, 0), totalBytes);
  request.onPhase?.('send');
  tell();
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  let resumes = 0;
  const queue = left.values();
  const worker = async () => {
    for (const file of queue) {
      either.throwIfAborted();
      const transfer: FileTransfer = {
        ...common,
        onPhase: () => undefined,
        localPath: belowLocal(request.localPath, file.path),
        remotePath: inDirectory(request.remotePath, file.path),
        part: partOf(file.path),
        signal: either,
        onProgress: (bytes) => {
          moving.set(file.path, bytes);
          tell();
        },
      };
      const done = await direction.copy(transfer).catch(async (error: unknown) => {
        stop.abort(error);
        if (stopsForGood(either)) await direction.discard(transfer);
        throw error;
      });
      resumes += done.resumes;
      moving.delete(file.path);
      settledBytes += file.sizeBytes;
      tell();
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(concurrency, left.length) }, worker));
  signal?.throwIfAborted();
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw stop.signal.aborted ? stop.signal.reason : failed.reason;
  request.onPhase?.('verify');
  await direction.finish();
  return { bytes: totalBytes, files: tree.files.length, unchanged: tree.files.length - left.length, resumes, leftOut: tree.leftOut };
}

/** Whether an abort means that nobody will take the copy up again: not where only the core ends, or the connection. */
export function stopsForGood(signal: AbortSignal): boolean {
  const { reason } = signal;
  return signal.aborted && !(reason instanceof AppError && (reason.code === 'core.stopping' || reason.code.startsWith('ssh.')));
}

async function sameSize(root: string, files: Tree['files']) {
  const found: { index: number; file: Tree['files'][number] }[] = [];
  for (const [index, file] of files.entries()) {
    const here = await stat(localPathOf(belowLocal(root, file.path))).catch(() => null);
    if (here?.isFile() && here.size === file.sizeBytes) found.push({ index, file });
  }
  return found;
}

function sumsBy(output: string, word: 'same' | 'sum'): Map<number, string> {
  const matches = output.matchAll(new RegExp(`^${word} (\\d+) ([0-9a-f]{64})$`, 'gm'));
  return new Map([...matches].map(([, line, sum = '']) => [Number(line), sum]));
}

/** What a server names leads nowhere but below the directory it is copied to. */
function checkLocalName(path: string): void {
  const parts = path === '.' ? [] : path.split('/');
  const unsafe = parts.some((part) => part === '' || part === '.' || part === '..') || (process.platform === 'win32' && /[<>:"|?*\\]|[. ]$/.test(path));
  if (unsafe) throw new AppError('local.file-unwritable', { path: visibleName(path), reason: 'that cannot be the name of a file here' });
}

function persistence({ signal, stubborn }: TreeTransfer): { signal?: AbortSignal; stubborn?: boolean } {
  return { ...(signal === undefined ? {} : { signal }), ...(stubborn === undefined ? {} : { stubborn }) };
}
