import { expect, test } from 'vitest';
import { packHour, unpackHour } from './hourBlock.ts';

const hourStart = 1_780_000_000_000;
const atMs = Array.from({ length: 360 }, (_, index) => hourStart + index * 10_000 + ((index * 7) % 13));
const load = Float32Array.from(atMs, (_, index) => ((index * 31) % 97) / 100);
const memory = Float32Array.from(atMs, (_, index) => 64 * 2 ** 30 + Math.round(Math.sin(index / 40) * 1000) * 4096);
const rare = Float32Array.from(atMs, (_, index) => (index % 50 === 0 ? index : Number.NaN));
const block = packHour(hourStart, { atMs, values: [load, memory, rare] });

test('chosen columns come back with their times, and one that is not there is absent', () => {
  expect(unpackHour(hourStart, block, [2, null, 0])).toEqual({ atMs, values: [rare, new Float32Array(360).fill(Number.NaN), load] });
  expect(unpackHour(hourStart, block, [1]).values).toEqual([memory]);
  expect(unpackHour(hourStart, block, []).atMs).toEqual(atMs);
});

test('an hour of three series takes less than two bytes a value', () => expect(block.length / (360 * 3)).toBeLessThan(2));

test('a damaged hour, another version and a column too many are refused', () => {
  expect(() => unpackHour(hourStart, Uint8Array.of(2, ...block.subarray(1)), [0])).toThrow('version');
  expect(() => unpackHour(hourStart, block.subarray(0, 60), [0])).toThrow();
  expect(() => unpackHour(hourStart, new Uint8Array(0), [0])).toThrow();
  expect(() => unpackHour(hourStart, block, [3])).toThrow('fewer columns');
});
