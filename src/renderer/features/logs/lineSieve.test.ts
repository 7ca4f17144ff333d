import { expect, it } from 'vitest';
import { type HeldLine, mergeLines } from './heldLines.ts';
import { LineSieve } from './lineSieve.ts';
import { testLine } from './testLines.ts';

function setUp(count: number) {
  const list = { lines: Array.from({ length: count }, (_, index) => testLine(index * 10)) };
  const gates: (() => void)[] = [];
  let changes = 0;
  const sieve = new LineSieve(
    list,
    () => {
      changes += 1;
    },
    () => new Promise((resolve) => gates.push(resolve)),
  );
  const add = (...fresh: HeldLine[]) => {
    mergeLines(list.lines, fresh);
    return sieve.added(fresh);
  };
  return { list, sieve, add, gates, changes: () => changes, ids: () => sieve.lines.map((line) => line.id) };
}
const even = (line: HeldLine) => line.id % 20 === 0;
/** A test that takes so long that the work has to be cut into slices. */
const slow = (line: HeldLine) => {
  const untilMs = performance.now() + 0.02;
  while (performance.now() < untilMs);
  return even(line);
};

it('gives the very list it draws from where there is no test', () => {
  const { list, sieve, add } = setUp(3);
  expect(sieve.lines).toBe(list.lines);
  expect(add(testLine(40))).toHaveLength(1);
  expect(sieve.lines).toBe(list.lines);
});

it('keeps up with new lines, also with those in the middle, and with what is let go', async () => {
  const { list, sieve, add, ids } = setUp(5);
  await sieve.set(even);
  expect(ids()).toEqual([0, 20, 40]);
  expect(add(testLine(50), testLine(60)).map((line) => line.id)).toEqual([60]);
  add(testLine(100, 'late', { orderMs: 25 }));
  expect(ids()).toEqual([0, 20, 100, 40, 60]);
  list.lines.splice(0, 4);
  sieve.letGo();
  expect(ids()).toEqual([40, 60]);
  await sieve.set(null);
  expect(sieve.lines).toBe(list.lines);
});

it('tests all in slices: what was shown stays, what comes and goes meanwhile is right, and the last test wins', async () => {
  const { list, sieve, add, gates, ids } = setUp(4_000);
  const first = sieve.set((line) => slow(line) && line.id < 0);
  expect(gates.length).toBe(1);
  expect(sieve.isBusy).toBe(true);
  const second = sieve.set(slow);
  expect(ids()).toHaveLength(4_000);
  gates.shift()?.();
  await first;
  add(testLine(40_020), testLine(40_030));
  list.lines.splice(0, 100);
  sieve.letGo();
  const open = setInterval(() => gates.shift()?.(), 1);
  await second;
  clearInterval(open);
  expect(sieve.isBusy).toBe(false);
  expect([ids()[0], ids().at(-1), ids().length]).toEqual([1_000, 40_020, 1_951]);
});
