import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addStep, addValue, emptySpan, packSpan, replaceStep, type Span, unpackSpan } from './rollupSpan.ts';

const figure = fc.float({ noNaN: true, noDefaultInfinity: true, min: -(2 ** 20), max: 2 ** 20 });
const ofValues = (values: readonly (readonly number[])[]): Span => {
  const span = emptySpan(values.length);
  for (const [step, own] of values.entries()) for (const value of own) addValue(span, step, value);
  return span;
};
const rounded = (span: Span): Span =>
  ({
    count: span.count,
    ...Object.fromEntries((['min', 'max', 'mean', 'last'] as const).map((column) => [column, span[column].map((value) => Math.fround(value) + 0)])),
  }) as Span;

test('packed spans come back as 32-bit floats', () => {
  fc.assert(
    fc.property(fc.array(fc.array(figure, { maxLength: 4 }), { minLength: 10, maxLength: 10 }), (values) => {
      const span = ofValues(values);
      const back = unpackSpan(packSpan(span), 10);
      expect(rounded(back)).toEqual(rounded(span));
    }),
  );
});

test('one value throughout takes two bytes a step, others eighteen, empty ends none', () => {
  const flat = ofValues([[5, 5], [], [5], [], []]);
  expect(packSpan(flat)).toHaveLength(5 + 3 * 2);
  expect(unpackSpan(packSpan(flat), 5)).toEqual({ ...flat, min: [5, 5, 5, 0, 0], max: [5, 5, 5, 0, 0], mean: [5, 5, 5, 0, 0], last: [5, 5, 5, 0, 0] });
  expect(packSpan(ofValues([[5], [6], []]))).toHaveLength(1 + 2 * 18);
  expect(packSpan(emptySpan(24))).toHaveLength(5);
});

test('steps taken together are as if their values had come to one step', () => {
  fc.assert(
    fc.property(fc.array(figure, { minLength: 1, maxLength: 9 }), fc.nat(9), (values, at) => {
      const parts = ofValues([values.slice(0, at), values.slice(at)]);
      const together = emptySpan(1);
      for (const step of [0, 1]) addStep(together, 0, parts, step);
      const whole = ofValues([values]);
      expect({ ...together, mean: [] }).toEqual({ ...whole, mean: [] });
      expect(together.mean[0]).toBeCloseTo(whole.mean[0] ?? Number.NaN, 3);
      replaceStep(parts, 1, whole, 0);
      expect([parts.count[1], parts.last[1]]).toEqual([values.length, values.at(-1)]);
    }),
  );
});

test('what is no span is an empty one', () => {
  for (const bytes of [Uint8Array.of(), Uint8Array.of(7, 1, 2), Uint8Array.of(0), Uint8Array.of(1, 1)]) expect(unpackSpan(bytes, 3)).toEqual(emptySpan(3));
});
