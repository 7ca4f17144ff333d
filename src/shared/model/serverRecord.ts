import { z } from 'zod';
import { hostSchema } from './hostName.ts';
import { costSchema } from './money.ts';

/** A day of the calendar: `2026-11-21`. */
export const daySchema = z.iso.date('a date like 2026-11-21');

/** One line of words. */
export const lineSchema = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}]*$/u, 'one line without control characters');

/** Several lines of words. */
export const notesSchema = z.string().min(1).max(10_000);

/**
 * What a person keeps about a server beside the way to it. Every part may be absent. In a change an absent part stays and null takes
 * one away; a stored record holds no null.
 */
export const serverRecordSchema = z.strictObject({
  provider: lineSchema.nullable().optional(),
  /** What the provider calls this kind of machine, for example `g5.4xlarge`. */
  plan: lineSchema.nullable().optional(),
  /** Region, data centre, rack. */
  location: lineSchema.nullable().optional(),
  publicAddress: hostSchema.nullable().optional(),
  privateAddress: hostSchema.nullable().optional(),
  owner: lineSchema.nullable().optional(),
  cost: costSchema.nullable().optional(),
  purchasedOn: daySchema.nullable().optional(),
  renewsOn: daySchema.nullable().optional(),
  notes: notesSchema.nullable().optional(),
});
export type ServerRecord = z.infer<typeof serverRecordSchema>;

/** Parts of a record in the order in which they are shown. */
export const recordParts = [
  ...(['provider', 'plan', 'location', 'publicAddress', 'privateAddress'] as const),
  ...(['owner', 'cost', 'purchasedOn', 'renewsOn', 'notes'] as const),
] satisfies (keyof ServerRecord)[];

/** A record with changes; undefined where nothing is left of it. */
export function changedRecord(before: ServerRecord | undefined, changes: ServerRecord | undefined): ServerRecord | undefined {
  const merged = { ...before, ...Object.fromEntries(Object.entries(changes ?? {}).filter(([, value]) => value !== undefined)) };
  const kept = Object.entries(merged).filter(([, value]) => value !== null && value !== undefined);
  return kept.length === 0 ? undefined : (Object.fromEntries(kept) as ServerRecord);
}

/** Days from one day to another; negative when it lies before. Both at midnight UTC, so that no summer time moves them. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** The day of the calendar at a moment, where this computer is. */
export function dayOf(atMs: number): string {
  const date = new Date(atMs);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;
}
