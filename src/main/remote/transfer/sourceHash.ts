import type { Hash } from 'node:crypto';
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { hashPrefix } from './localFile.ts';

/** What the worker is given. */
export interface HashWorkerData {
  path: string | Uint8Array;
  prefixBytes: number;
  sizeBytes: number;
}

/** What the worker says: the checksum of the beginning, then of the whole; null: the file had become shorter. */
export type HashAnswer = { prefix: string } | { whole: string | null };

/** The checksums of a file that is being sent. */
export interface SourceHash {
  /** Of the beginning that was asked for; null: the file is shorter. */
  prefix(): Promise<string | null>;
  /** The prefix is not what lies at the other end: what is sent begins at the start. */
  anew(): void;
  /** Takes what is sent, in order. */
  update(bytes: Uint8Array): void;
  /** Of the whole; null: it became shorter meanwhile. */
  whole(): Promise<string | null>;
  close(): void;
}

/** From this size on a thread of its own costs less than the time that it spares keystrokes and packets. */
const worthThread = 16 * 1024 * 1024;

/** Hashes a file of this computer that is about to be sent from `prefixBytes` on, where the beginning proves to be alike. */
export function hashSource(file: FileHandle, path: string | Buffer, prefixBytes: number, sizeBytes: number): SourceHash {
  return sizeBytes < worthThread ? hashHere(file, prefixBytes) : hashInThread({ path, prefixBytes, sizeBytes });
}

function hashHere(file: FileHandle, prefixBytes: number): SourceHash {
  let hash: Hash = createHash('sha256');
  return {
    async prefix() {
      const prefix = await hashPrefix(file, prefixBytes);
      if (prefix === null) return null;
      hash = prefix;
      return hash.copy().digest('hex');
    },
    anew() {
      hash = createHash('sha256');
    },
    update: (bytes) => void hash.update(bytes),
    whole: async () => hash.digest('hex'),
    close: () => undefined,
  };
}

function hashInThread(data: HashWorkerData): SourceHash {
  const worker = new Worker(new URL('./hashWorker.ts', import.meta.url), { workerData: data });
  const prefix = Promise.withResolvers<string | null>();
  const whole = Promise.withResolvers<string | null>();
  worker.on('message', (answer: HashAnswer) => {
    if ('prefix' in answer) prefix.resolve(answer.prefix);
    else whole.resolve(answer.whole);
  });
  worker.on('error', (error) => {
    prefix.reject(error);
    whole.reject(error);
  });
  worker.on('exit', () => {
    prefix.resolve(null);
    whole.resolve(null);
  });
  for (const { promise } of [prefix, whole]) promise.catch(() => undefined);
  return { prefix: () => prefix.promise, anew: () => undefined, update: () => undefined, whole: () => whole.promise, close: () => void worker.terminate() };
}
