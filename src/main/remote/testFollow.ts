import { expect } from 'vitest';
import type { JobEnd, RemoteJobs } from './remote.ts';

/** Follows to the end, from an offset on; checks that offsets have no gap. */
export async function followAll(jobs: RemoteJobs, id: string, offset = 0): Promise<{ end: JobEnd; bytes: Buffer }> {
  const parts: Buffer[] = [];
  let at = offset;
  const end = await jobs.follow(id, {
    sudo: false,
    offset,
    onOutput: async (bytes, from) => {
      expect(from).toBe(at);
      at += bytes.length;
      parts.push(Buffer.from(bytes));
    },
  });
  return { end, bytes: Buffer.concat(parts) };
}

/** The same for a job that keeps its stderr apart; both as text. */
export async function followApart(jobs: RemoteJobs, id: string, offset = 0, errorOffset = 0): Promise<{ end: JobEnd; out: string; errors: string }> {
  const parts = { out: [] as Buffer[], errors: [] as Buffer[] };
  const at = { out: offset, errors: errorOffset };
  const take = (stream: 'out' | 'errors') => (bytes: Uint8Array, from: number) => {
    expect(from).toBe(at[stream]);
    at[stream] += bytes.length;
    parts[stream].push(Buffer.from(bytes));
  };
  const end = await jobs.follow(id, { sudo: false, offset, onOutput: take('out'), errors: { offset: errorOffset, onOutput: take('errors') } });
  return { end, out: Buffer.concat(parts.out).toString(), errors: Buffer.concat(parts.errors).toString() };
}
