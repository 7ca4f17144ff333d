import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { HashAnswer, HashWorkerData } from './sourceHash.ts';

/** Hashes a file beside the thread that sends it: first tells the checksum of its beginning, then that of the whole. */
const { path, prefixBytes, sizeBytes } = workerData as HashWorkerData;
const tell = (answer: HashAnswer) => parentPort?.postMessage(answer);
const file = openSync(typeof path === 'string' ? path : Buffer.from(path), 'r');
const buffer = Buffer.allocUnsafeSlow(1024 * 1024);
const hash = createHash('sha256');
let at = 0;
if (prefixBytes === 0) tell({ prefix: hash.copy().digest('hex') });
while (at < sizeBytes) {
  const limit = at < prefixBytes ? prefixBytes : sizeBytes;
  const read = readSync(file, buffer, 0, Math.min(buffer.length, limit - at), at);
  if (read === 0) break;
  hash.update(buffer.subarray(0, read));
  at += read;
  if (at === prefixBytes) tell({ prefix: hash.copy().digest('hex') });
}
closeSync(file);
tell({ whole: at === sizeBytes ? hash.digest('hex') : null });
