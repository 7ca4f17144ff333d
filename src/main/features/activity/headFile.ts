import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { KnownHead } from './verifyRules.ts';

const headSchema = z.object({ chain: z.string(), seq: z.int(), hash: z.string() });

/** The head of the ledger, noted apart from it. */
export interface HeadFile {
  /** Written soon; of several the last. */
  note(head: KnownHead): void;
  read(): KnownHead | null;
  close(): void;
}

/**
 * Keeps the head in `activity.head` of the data directory, beside the database: a ledger that was cut there is found out by it. It may be behind by what
 * a crash left unwritten, never ahead.
 */
export function openHeadFile(directory: string, failed: (error: unknown) => void): HeadFile {
  const file = join(directory, 'activity.head');
  let noted: KnownHead | null = null;
  let writing = false;
  let closed = false;
  const write = async () => {
    writing = true;
    try {
      while (noted !== null && !closed) {
        const head = noted;
        noted = null;
        await writeFile(`${file}.new`, `${JSON.stringify(head)}\n`, { mode: 0o600 });
        await rename(`${file}.new`, file);
      }
    } catch (error) {
      if (!closed) failed(error);
    } finally {
      writing = false;
    }
  };
  return {
    note(head) {
      noted = head;
      if (!writing) void write();
    },
    read() {
      let text: string;
      try {
        text = readFileSync(file, 'utf8');
      } catch {
        return null;
      }
      try {
        return headSchema.parse(JSON.parse(text));
      } catch {
        // Damaged: nothing fits it, and that is what verifying is to say.
        return { chain: 'unreadable', seq: 1, hash: '' };
      }
    },
    close() {
      closed = true;
    },
  };
}
