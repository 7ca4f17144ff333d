import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packColumn, packWhole, unpackColumn, unpackWhole } from './columnCodec.ts';

const column = fc.float32Array({ maxLength: 60 }).map((values) => values.map((value) => (Object.is(value, -0) ? 0 : value)));
const smooth = fc.array(fc.integer({ min: -500, max: 500 }), { maxLength: 60 }).map((values) => Float32Array.from(values, (value) => value / 100));

test.each([
  ['any floats', column],
  ['figures of two decimals', smooth],
])('%s come back, absent ones as absent', (_, arbitrary) => {
  fc.assert(
    fc.property(arbitrary, (values) => void expect(unpackColumn(packColumn(values), values.length)).toEqual(values)),
    { numRuns: 500 },
  );
});

test('whole numbers of 32 bits come back, whatever lies between them', () => {
  fc.assert(fc.property(fc.int32Array({ maxLength: 60 }), (numbers) => void expect(unpackWhole(packWhole(numbers), numbers.length)).toEqual(numbers)));
});

const hundred = (value: (index: number) => number) => Float32Array.from({ length: 100 }, (_, index) => value(index));
test.each([
  ['nothing', hundred(() => Number.NaN), 2],
  ['one value', hundred(() => 0.1), 6],
  ['one value, every other absent', hundred((index) => (index % 2 === 0 ? 7 : Number.NaN)), 19],
  ['temperatures', hundred((index) => 60 + (index % 7)), 108],
  ['shares of a hundredth', hundred((index) => ((index * 37) % 101) / 100), 108],
  ['memory in pages, beyond 32 bits', hundred((index) => 2 ** 36 + index * 8192), 108],
  ['what grows slowly in all its bits', hundred((index) => Math.PI + index * 1e-6), 107],
])('%s takes few bytes', (_, values, bytes) => {
  const packed = packColumn(values);
  expect(packed.length).toBeLessThanOrEqual(bytes);
  expect(unpackColumn(packed, 100)).toEqual(values);
});

test('what is cut off or of another form is refused', () => {
  const packed = packColumn(hundred((index) => index * 300));
  expect(() => unpackColumn(packed.subarray(0, 50), 100)).toThrow(RangeError);
  expect(() => unpackColumn(Uint8Array.of(9, 0, 0), 1)).toThrow(RangeError);
  expect(() => unpackColumn(Uint8Array.of(2, 0, 99, 0), 1)).toThrow(RangeError);
});
