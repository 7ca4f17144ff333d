import { parseJobLine } from './jobLine.ts';
import type { QuickJob } from './remote.ts';

/** What a job's start was answered with. */
export interface StartAnswer {
  answer: 'started' | 'found' | 'failed';
  reason: string | null;
  quick: QuickJob | null;
}

/**
 * Reads the answer of `startScript`: a line, and where the job has ended already a second one that tells how, with the bytes of both of
 * its streams after it. Null where it is none; what is not whole is no quick job.
 */
export function parseStartAnswer(bytes: Buffer): StartAnswer | null {
  const [first, rest] = cutLine(bytes);
  const [, answer, reason = null] = /^ph-job (started|found|failed)(?: (.*))?$/.exec(first.toString('utf8')) ?? [];
  if (answer !== 'started' && answer !== 'found' && answer !== 'failed') return null;
  return { answer, reason, quick: parseQuick(rest) };
}

function parseQuick(bytes: Buffer): QuickJob | null {
  const [line, rest] = cutLine(bytes);
  const end = parseJobLine(line.toString('latin1'));
  if (end?.kind !== 'exited') return null;
  const { outputBytes, errorBytes = 0 } = end;
  if (rest.length !== outputBytes + errorBytes) return null;
  return { end, output: rest.subarray(0, outputBytes), errors: rest.subarray(outputBytes) };
}

function cutLine(bytes: Buffer): [line: Buffer, rest: Buffer] {
  const at = bytes.indexOf(10);
  return at === -1 ? [bytes, Buffer.alloc(0)] : [bytes.subarray(0, at), bytes.subarray(at + 1)];
}
