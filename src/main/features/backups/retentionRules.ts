import type { Retention } from '../../../shared/model/backup.ts';

/** A set as retention sees it. */
export interface KeptSet {
  id: string;
  atMs: number;
  /** Whole, and no look has found it damaged. */
  good: boolean;
  kind: 'backup' | 'before-restore';
}

/** What becomes of a set, and why. */
export interface RetentionVerdict {
  id: string;
  goes: boolean;
  why: string;
}

const dayMs = 86_400_000;
/** What was kept for the way back out of a restore stays so long, whatever the sets of every day do. */
const wayBackDays = 14;

/**
 * Which sets go. Newest first. A set stays when any rule names it; the newest good one stays always, and no set goes while none is good:
 * a damaged one may be all that is left.
 */
export function judgeRetention(sets: readonly KeptSet[], retention: Retention, nowMs: number): RetentionVerdict[] {
  const sorted = [...sets].sort((a, b) => b.atMs - a.atMs || b.id.localeCompare(a.id));
  const backups = sorted.filter(({ kind }) => kind === 'backup');
  const newestGood = (backups.find(({ good }) => good) ?? sorted.find(({ good }) => good))?.id;
  const why = new Map<string, string>();
  const keep = (id: string, reason: string) => void (why.has(id) || why.set(id, reason));
  if (newestGood !== undefined) keep(newestGood, 'the newest good one');
  const good = backups.filter((set) => set.good);
  for (const { id } of good.slice(0, retention.last)) keep(id, `one of the last ${retention.last}`);
  for (const { id, atMs } of good) if (nowMs - atMs < retention.days * dayMs) keep(id, `younger than ${retention.days} days`);
  keepNewestOf(good, retention.daily, dayOf, (id) => keep(id, 'the newest of its day'));
  keepNewestOf(good, retention.weekly, weekOf, (id) => keep(id, 'the newest of its week'));
  keepNewestOf(good, retention.monthly, monthOf, (id) => keep(id, 'the newest of its month'));
  for (const { id, kind, atMs } of sorted) {
    if (kind === 'before-restore' && nowMs - atMs < wayBackDays * dayMs) keep(id, `the way back out of a restore, for ${wayBackDays} days`);
  }
  if (newestGood === undefined) for (const { id } of sorted) keep(id, 'no set is good: nothing goes');
  return sorted.map((set) => {
    const reason = why.get(set.id);
    if (reason !== undefined) return { id: set.id, goes: false, why: reason };
    return { id: set.id, goes: true, why: set.good ? 'no rule keeps it' : 'damaged, and there is a good one' };
  });
}

function keepNewestOf(sets: readonly KeptSet[], count: number, period: (atMs: number) => string, keep: (id: string) => void): void {
  const seen = new Set<string>();
  for (const { id, atMs } of sets) {
    const name = period(atMs);
    if (seen.has(name) || seen.size >= count) continue;
    seen.add(name);
    keep(id);
  }
}

function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

function monthOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 7);
}

/** Weeks begin on Monday; the epoch was a Thursday. */
function weekOf(atMs: number): string {
  return String(Math.floor((atMs / dayMs + 3) / 7));
}
