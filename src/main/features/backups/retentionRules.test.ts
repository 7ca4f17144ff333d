import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { retentionSchema } from '../../../shared/model/backup.ts';
import { judgeRetention, type KeptSet } from './retentionRules.ts';

const dayMs = 86_400_000;
const now = Date.parse('2026-11-20T12:00:00Z');
const at = (days: number): KeptSet => ({ id: `d${days}`, atMs: now - days * dayMs, good: true, kind: 'backup' });
const kept = (sets: readonly KeptSet[], retention: Partial<Record<'last' | 'days' | 'daily' | 'weekly' | 'monthly', number>>) =>
  judgeRetention(sets, retentionSchema.parse(retention), now)
    .filter(({ goes }) => !goes)
    .map(({ id }) => id);

describe('which sets stay', () => {
  const days = Array.from({ length: 60 }, (_, day) => at(day));

  test('so many of the newest', () => expect(kept(days, { last: 3 })).toEqual(['d0', 'd1', 'd2']));
  test('all that are younger than so many days', () => expect(kept(days, { last: 1, days: 30 })).toHaveLength(30));
  test('the newest of each day, week and month', () => {
    expect(kept([at(0), { ...at(0), id: 'earlier', atMs: now - 1000 }, at(1)], { last: 1, daily: 2 })).toEqual(['d0', 'd1']);
    expect(kept(days, { last: 1, weekly: 3 })).toEqual(['d0', 'd5', 'd12']);
    expect(kept(days, { last: 1, monthly: 2 })).toEqual(['d0', 'd20']);
  });
  test('what was kept before a restore stays for a fortnight and counts as none of the others', () => {
    const before: KeptSet = { ...at(1), id: 'before', kind: 'before-restore' };
    expect(kept([at(0), before, at(2)], { last: 2 })).toEqual(['d0', 'before', 'd2']);
    expect(kept([at(0), { ...before, atMs: now - 15 * dayMs }], { last: 2 })).toEqual(['d0']);
  });
  test('a damaged set does not count: the good one before it is the one that stays', () => {
    expect(kept([{ ...at(0), good: false }, at(1), at(2)], { last: 1 })).toEqual(['d1']);
  });
});

test('whatever there is and whatever is asked for: the newest good set stays, nothing is invented, and nothing goes while none is good', () => {
  const set = fc.record({ day: fc.integer({ min: 0, max: 4000 }), good: fc.boolean(), kind: fc.constantFrom('backup' as const, 'before-restore' as const) });
  const retention = fc.record({ last: fc.integer({ min: 1, max: 5 }), days: fc.nat(40), daily: fc.nat(10), weekly: fc.nat(10), monthly: fc.nat(10) });
  let runs = 0;
  fc.assert(
    fc.property(fc.array(set, { maxLength: 40 }), retention, (drawn, rules) => {
      runs += 1;
      const sets = drawn.map(({ day, good, kind }, index): KeptSet => ({ id: `s${index}`, atMs: now - day * dayMs, good, kind }));
      const verdicts = judgeRetention(sets, rules, now);
      expect(verdicts.map(({ id }) => id).sort()).toEqual(sets.map(({ id }) => id).sort());
      const gone = new Set(verdicts.filter(({ goes }) => goes).map(({ id }) => id));
      const good = sets.filter((each) => each.good);
      const newestOf = (list: readonly KeptSet[]) => Math.max(...list.map(({ atMs }) => atMs));
      const backups = good.filter(({ kind }) => kind === 'backup');
      if (good.length === 0) expect(gone.size).toBe(0);
      else expect(good.some(({ id }) => !gone.has(id))).toBe(true);
      if (backups.length > 0) expect(backups.some(({ id, atMs }) => atMs === newestOf(backups) && !gone.has(id))).toBe(true);
      // Longer rules never let more go.
      const more = judgeRetention(sets, { ...rules, last: rules.last + 1, daily: rules.daily + 1 }, now);
      for (const { id, goes } of more) if (goes) expect(gone.has(id)).toBe(true);
    }),
    { numRuns: 2000 },
  );
  console.log(`retention: ${runs} random collections of sets; the newest good one stayed in each`);
});
