import { describe, expect, test } from 'vitest';
import { compareCounts, joinCounts, parseCounts, suspicion } from './countRules.ts';

const counts = (text: string) => Object.fromEntries(parseCounts(text));

describe('counts', () => {
  test('are a name and a number on a line, however they are put apart', () => {
    expect(counts('public.orders 12\ndb0:keys=5\n\nshop.users: 3\n')).toEqual({ 'public.orders': 12, 'db0:keys': 5, 'shop.users': 3 });
    expect(counts('42')).toEqual({ all: 42 });
    expect(counts('/vault/file/a\n/vault/file/b2\n/vault/file/a\n')).toEqual({ '/vault/file/a': 2, '/vault/file/b2': 1 });
  });

  test('of restored data lie between those before and after the backup', () => {
    const kept = joinCounts(
      new Map([
        ['orders', 10],
        ['users', 3],
      ]),
      new Map([
        ['orders', 14],
        ['users', 3],
      ]),
    );
    expect(
      compareCounts(
        kept,
        new Map([
          ['orders', 12],
          ['users', 3],
        ]),
      ),
    ).toEqual([]);
    expect(
      compareCounts(
        kept,
        new Map([
          ['orders', 9],
          ['users', 3],
        ]),
      ),
    ).toEqual(['orders: 9 in place of 10 to 14']);
    expect(
      compareCounts(
        kept,
        new Map([
          ['orders', 10],
          ['users', 3],
          ['ghosts', 1],
        ]),
      ),
    ).toEqual(['ghosts: 1, and the backup had none']);
    expect(compareCounts(kept, new Map([['users', 3]]))).toEqual(['orders: 0 in place of 10 to 14']);
  });

  test('of a table that went away while its data was read are no difference when it is not restored', () => {
    const kept = joinCounts(new Map([['gone', 4]]), new Map());
    expect(compareCounts(kept, new Map())).toEqual([]);
  });
});

describe('what cannot be a backup', () => {
  const part = (rawBytes: number, after = 5) => ({ rawBytes, counts: [{ name: 'orders', before: after, after }] });

  test('is empty, whatever somebody accepts', () => {
    expect(suspicion(part(0), null, false)).toBe('it is empty');
    expect(suspicion(part(0), null, true)).toBe('it is empty');
  });
  test('is less than half of the one before, unless that is accepted or little is said by it', () => {
    expect(suspicion(part(100_000), part(300_000), false)).toContain('suspiciously small');
    expect(suspicion(part(100_000), part(300_000), true)).toBeNull();
    expect(suspicion(part(100_000), part(190_000), false)).toBeNull();
    expect(suspicion(part(100), part(5_000), false)).toBeNull();
  });
  test('holds nothing that is counted where there was something', () => {
    expect(suspicion(part(9000, 0), part(9000), false)).toContain('nothing is counted');
    expect(suspicion(part(9000, 0), null, false)).toBeNull();
  });
});
