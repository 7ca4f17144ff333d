import { expect, it } from 'vitest';
import { filterTest, isBadPattern, type LogFilter, type Needle, needleOf, noFilter } from './logFilter.ts';
import { testLane, testLine } from './testLines.ts';

const needle = (text: string, isPattern = false): Needle => {
  const made = needleOf(text, isPattern);
  if (made === null || isBadPattern(made)) throw new Error('no needle');
  return made;
};

it('finds text as it is, in any case unless upper case is typed', () => {
  expect(needle('a.b(').ranges('A.B( a.b( axb(')).toEqual([
    [0, 4],
    [5, 9],
  ]);
  expect([needle('Error').test('error'), needle('error').test('ERROR')]).toEqual([false, true]);
});

it('finds patterns, and is not held up by those that match nothing', () => {
  expect(needle('t-\\d+', true).ranges('t-1 x t-22')).toEqual([
    [0, 3],
    [6, 10],
  ]);
  expect(needle('x*', true).ranges('axxb')).toEqual([[1, 3]]);
  expect(needle('a', true).ranges('a'.repeat(1_000))).toHaveLength(200);
});

it('says in words what is wrong with a pattern', () => {
  expect(needleOf('', true)).toBeNull();
  expect(needleOf('(', false)).not.toHaveProperty('message');
  expect(needleOf('(', true)).toEqual({ message: 'unterminated group' });
  expect(needleOf('a{2,1}', true)).toEqual({ message: 'numbers out of order in {} quantifier' });
  expect(filterTest({ ...noFilter, text: '[', isPattern: true })).toHaveProperty('message');
});

it('filters by text, by its absence, by level and by source; marks of missing lines stay', () => {
  const other = testLane({ id: 'b', name: 'b' });
  const lines = [
    testLine(1, 'GET /health', { level: 'info' }),
    testLine(2, 'boom', { level: 'error' }),
    testLine(3, 'no level'),
    testLine(4, 'gone', { gap: true }),
    testLine(5, 'other boom', { level: 'error', lane: other }),
  ];
  const ids = (filter: Partial<LogFilter>) => {
    const test = filterTest({ ...noFilter, ...filter });
    if (test !== null && 'message' in test) throw new Error(test.message);
    return lines.filter(test ?? (() => true)).map((line) => line.id);
  };
  expect(filterTest(noFilter)).toBeNull();
  expect(ids({ text: 'boom' })).toEqual([2, 4, 5]);
  expect(ids({ text: '!health' })).toEqual([2, 3, 4, 5]);
  expect(ids({ text: '!' })).toEqual([4]);
  expect(ids({ text: '^(boom|no)', isPattern: true })).toEqual([2, 3, 4]);
  expect(ids({ levels: ['error', 'none'] })).toEqual([2, 3, 4, 5]);
  expect(ids({ levels: ['error'], off: ['b'] })).toEqual([2, 4]);
});
