import { expect, test } from 'vitest';
import { unknownKeys } from './unknownKeys.ts';

test('names what a schema dropped, however deep', () => {
  expect(unknownKeys({ a: 1, b: [{ c: 1, d: 2 }], e: { f: 1 } }, { a: 1, b: [{ c: 1 }], e: {} })).toEqual(['b.0.d', 'e.f']);
});

test('finds nothing where everything was read', () => {
  expect(unknownKeys({ a: [1, 'x', null] }, { a: [1, 'x', null], filledIn: true })).toEqual([]);
});
