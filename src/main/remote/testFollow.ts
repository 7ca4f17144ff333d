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
