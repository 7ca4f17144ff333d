import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { inDirectory, nameOf } from '../../../shared/model/remotePath.ts';

/** A copy as the journal keeps it. */
export const copySpecSchema = z.object({
  direction: z.enum(['up', 'down']),
  local: z.string(),
  remote: z.string(),
  sudo: z.boolean(),
  /** From several servers: each gets a directory of its own. */
  apart: z.boolean(),
});
export type CopySpec = z.infer<typeof copySpecSchema>;

/** What was found at a path before anything was copied. */
export type Found = 'file' | 'directory' | 'nothing';

/** Where a copy up goes: into a directory that is there, or is meant by a `/` at the end, else to that very path. */
export function placeUp(spec: Pick<CopySpec, 'local' | 'remote'>, found: { kind: Found; path: string }): string {
  return found.kind === 'directory' || spec.remote.endsWith('/') ? inDirectory(found.path, basename(spec.local)) : found.path;
}

/** Where a copy down goes, likewise; with several servers, below a directory with the server's name. */
export function placeDown(spec: CopySpec, server: string, found: Found, separator: string): string {
  const name = nameOf(spec.remote) || server;
  if (spec.apart) return join(spec.local, server, name);
  const into = found === 'directory' || spec.local.endsWith('/') || spec.local.endsWith(separator);
  return into ? join(spec.local, name) : spec.local;
}

/** Name of the unfinished copy beside its target: the same in every life of the core, and for nothing else. */
export function partName(operationId: string, path: string): string {
  return `.pilothouse-${createHash('sha256').update(`${operationId}\0${path}`).digest('hex').slice(0, 16)}.part`;
}

/** Speed over the last seconds, from samples of how far a copy was. */
export class Pace {
  readonly #samples: { atMs: number; bytes: number }[] = [];

  /** Notes how far it is. A copy that fell back begins anew. */
  note(bytes: number, atMs: number): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && bytes < last.bytes) this.#samples.length = 0;
    this.#samples.push({ atMs, bytes });
    while ((this.#samples[1]?.atMs ?? atMs) < atMs - 5000) this.#samples.shift();
  }

  /** Bytes in a second; 0 as long as that cannot be said. */
  get bytesPerS(): number {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (first === undefined || last === undefined || last.atMs - first.atMs < 200) return 0;
    return ((last.bytes - first.bytes) * 1000) / (last.atMs - first.atMs);
  }
}

const units = ['B', 'KB', 'MB', 'GB', 'TB'];

/** Bytes as people say them: `1.2 GB`. */
export function byteText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** One line for the matrix: how far, how fast, how long yet. */
export function progressText(transfer: { doneBytes: number; totalBytes: number; bytesPerS: number }): string {
  const { doneBytes, totalBytes, bytesPerS } = transfer;
  const far = `${byteText(doneBytes)} of ${byteText(totalBytes)}`;
  if (bytesPerS <= 0) return far;
  const seconds = Math.ceil((totalBytes - doneBytes) / bytesPerS);
  const left = seconds < 90 ? `${seconds} s` : seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
  return `${far} · ${byteText(bytesPerS)}/s · ${left} left`;
}
