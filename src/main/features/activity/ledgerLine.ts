import { createHash } from 'node:crypto';
import { type ActivityRecord, activityRecordSchema } from '../../../shared/model/activity.ts';

/** What stands before the first record of a chain. */
export const firstPrev = '0'.repeat(64);

/** SHA-256 of a line without its end, in hex. */
export function hashOf(line: string): string {
  return createHash('sha256').update(line, 'utf8').digest('hex');
}

/** JSON with keys in order and no spaces: the same value is always the same text. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}

/** The text that a record's signature is over: its line without it. */
export function signedPart(record: Omit<ActivityRecord, 'signature'>): string {
  const { signature: _signature, ...rest } = record as ActivityRecord;
  return canonical(rest);
}

/** Makes the line of a record: `sign` is given the text to be signed. */
export function makeLine(record: Omit<ActivityRecord, 'signature'>, sign: (text: string) => string): string {
  return canonical({ ...record, signature: sign(signedPart(record)) });
}

/** A line as a record; null where it is none, or is written otherwise than records are. */
export function readLine(line: string): ActivityRecord | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const read = activityRecordSchema.safeParse(value);
  return read.success && canonical(value) === line ? read.data : null;
}
