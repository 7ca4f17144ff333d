import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { localPathOf } from './localTree.ts';

const chunkBytes = 128 * 1024;

/**
 * Reads a file from an offset to its end, one chunk ahead of whoever takes them. With `turns` so many buffers are used in turn: a chunk is
 * the reader's until so many further ones were asked for.
 */
export async function* readChunks(file: FileHandle, from: number, to = Number.POSITIVE_INFINITY, turns = Number.POSITIVE_INFINITY): AsyncGenerator<Buffer> {
  const buffers: Buffer[] = [];
  let turn = 0;
  const free = () => {
    const used = buffers[turn % turns];
    if (used !== undefined) {
      turn += 1;
      return used;
    }
    const fresh = Buffer.allocUnsafeSlow(chunkBytes);
    if (Number.isFinite(turns)) buffers.push(fresh);
    turn += 1;
    return fresh;
  };
  const read = async (at: number) => {
    const length = Math.min(chunkBytes, to - at);
    if (length <= 0) return Buffer.alloc(0);
    const buffer = free();
    const { bytesRead } = await file.read(buffer, 0, length, at);
    return buffer.subarray(0, bytesRead);
  };
  let at = from;
  let next = read(at);
  next.catch(() => undefined);
  for (;;) {
    const chunk = await next;
    if (chunk.length === 0) return;
    at += chunk.length;
    next = read(at);
    next.catch(() => undefined);
    yield chunk;
  }
}

/** SHA-256 of the first bytes of a file, to be updated with what follows; null where it has fewer. */
export async function hashPrefix(file: FileHandle, bytes: number, signal?: AbortSignal): Promise<Hash | null> {
  const hash = createHash('sha256');
  let seen = 0;
  for await (const chunk of readChunks(file, 0, bytes, 2)) {
    signal?.throwIfAborted();
    hash.update(chunk);
    seen += chunk.length;
  }
  return seen === bytes ? hash : null;
}

/** SHA-256 of a whole file in hexadecimal. */
export async function sha256OfFile(path: string, signal?: AbortSignal): Promise<string> {
  const file = await open(localPathOf(path), 'r');
  try {
    const hash = createHash('sha256');
    for await (const chunk of readChunks(file, 0, Number.POSITIVE_INFINITY, 2)) {
      signal?.throwIfAborted();
      hash.update(chunk);
    }
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}

const queueLimit = 4 * 1024 * 1024;

/** Writes bytes one after the other behind whoever brings them, and makes them wait only when the disk is far behind. */
export class FileWriter {
  readonly #file: FileHandle;
  #at: number;
  #queue: Buffer[] = [];
  #queued = 0;
  #writing: Promise<void> | null = null;
  #failure: { error: unknown } | null = null;

  constructor(file: FileHandle, at: number) {
    this.#file = file;
    this.#at = at;
  }

  /** Takes bytes. A promise: wait for it before bringing more. Throws what writing threw. */
  write(bytes: Buffer): Promise<void> | undefined {
    if (this.#failure !== null) throw this.#failure.error;
    this.#queue.push(bytes);
    this.#queued += bytes.length;
    this.#writing ??= this.#drain();
    return this.#queued > queueLimit ? this.finish() : undefined;
  }

  /** Resolves when all is written; rejects with what writing threw. */
  async finish(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
    if (this.#failure !== null) throw this.#failure.error;
  }

  async #drain(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        const batch = this.#queue;
        this.#queue = [];
        const bytes = batch.reduce((sum, each) => sum + each.length, 0);
        await writeAll(this.#file, batch, this.#at);
        this.#at += bytes;
        this.#queued -= bytes;
      }
    } catch (error) {
      this.#failure = { error };
      this.#queue = [];
    } finally {
      this.#writing = null;
    }
  }
}

/** A file system may take less than it is given: then the rest goes after it. */
async function writeAll(file: FileHandle, batch: readonly Buffer[], at: number): Promise<void> {
  let rest = [...batch];
  let place = at;
  while (rest.length > 0) {
    let { bytesWritten } = await file.writev(rest, place);
    place += bytesWritten;
    while (rest[0] !== undefined && rest[0].length <= bytesWritten) bytesWritten -= (rest.shift() as Buffer).length;
    const [first, ...others] = rest;
    if (first !== undefined && bytesWritten > 0) rest = [first.subarray(bytesWritten), ...others];
  }
}
