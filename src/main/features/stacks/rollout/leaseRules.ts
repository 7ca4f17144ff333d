import { z } from 'zod';

/** Who holds the deploy lock, as the server keeps it. Times in seconds are what the owner promised when it took the lock. */
export const leaseOwnerSchema = z.object({
  operationId: z.string(),
  who: z.string(),
  why: z.string(),
  sinceMs: z.number(),
  /** Silence after which the lease has run out. */
  leaseS: z.number().default(60),
  /** Silence after which it is anybody's, whatever became of the operation. */
  limitS: z.number().default(6 * 3600),
});
export type LeaseOwner = z.infer<typeof leaseOwnerSchema>;

/** Left for the operation from which the lock was taken. */
export const leaseMarkSchema = z.object({ operationId: z.string(), who: z.string(), why: z.string() });
export type LeaseMark = z.infer<typeof leaseMarkSchema>;

/** A lock that somebody holds. Ages by the server's clock; never negative. `owner` null: its taker has only just begun, or died. */
export interface HeldLease {
  ageS: number;
  silenceS: number;
  owner: LeaseOwner | null;
}

/** What `leaseScript` answered. */
export type LeaseAnswer = { kind: 'taken' | 'kept' | 'free'; mark: LeaseMark | null } | { kind: 'held'; held: HeldLease; mark: LeaseMark | null };

/** Reads the output of `leaseScript`; null where it is not what it prints. */
export function parseLeaseAnswer(output: string): LeaseAnswer | null {
  const mark = parsed(leaseMarkSchema, /^mark (.*)$/m.exec(output)?.[1] ?? '');
  const word = /^(taken|kept|free)$/m.exec(output)?.[1];
  if (word === 'taken' || word === 'kept' || word === 'free') return { kind: word, mark };
  const held = /^held (-?[0-9]+) (-?[0-9]+) ?(.*)$/m.exec(output);
  if (held === null) return null;
  const [, age, silence, owner = ''] = held;
  return { kind: 'held', mark, held: { ageS: Math.max(0, Number(age)), silenceS: Math.max(0, Number(silence)), owner: parsed(leaseOwnerSchema, owner) } };
}

/** Whether nobody may be waited for any more: the lease has run out, and its operation has ended or been silent beyond its own limit. */
export function mayTakeOver(held: HeldLease, ended: (operationId: string) => boolean): boolean {
  const { owner, silenceS } = held;
  return owner !== null && silenceS > owner.leaseS && (ended(owner.operationId) || silenceS > owner.limitS);
}

/** Seconds until the lease of an operation that has ended has run out; null: it is another's, or has no owner. */
export function runsOutInS(held: HeldLease, ended: (operationId: string) => boolean): number | null {
  const { owner, silenceS } = held;
  return owner !== null && ended(owner.operationId) ? Math.max(0, owner.leaseS - silenceS) + 1 : null;
}

/** Who, why and since when, for an error; the time by the clock of who asks. */
export function describeHolder(held: HeldLease, nowMs: number): { who: string; why: string; sinceMs: number } {
  const { who = 'somebody', why = 'they have only just begun' } = held.owner ?? {};
  return { who, why, sinceMs: nowMs - held.ageS * 1000 };
}

function parsed<T>(schema: z.ZodType<T>, text: string): T | null {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
