import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Vitals } from '../../shared/model/facts.ts';
import { packVitals, unpackVitals } from './packVitals.ts';

const figure = fc.option(fc.float({ noNaN: true, noDefaultInfinity: true, min: 0, max: 2 ** 24 }), { nil: null });
const gpu = fc.record({ index: fc.nat(65_535), utilizationPercent: figure, vramUsedMib: figure, vramTotalMib: figure, temperatureC: figure, powerW: figure });
const vitals: fc.Arbitrary<Vitals> = fc.record({
  observedAtMs: fc.nat(),
  ...{ load1: figure, memoryUsedMib: figure, memoryTotalMib: figure, diskUsedRatio: figure },
  gpus: fc.array(gpu, { maxLength: 16 }),
});

test('figures come back to seven digits, nulls as nulls', () => {
  fc.assert(
    fc.property(vitals, (sample) => {
      const back = unpackVitals(packVitals(sample), sample.observedAtMs);
      const rounded = JSON.parse(JSON.stringify(sample), (key, value) =>
        typeof value === 'number' && key !== 'observedAtMs' && key !== 'index' ? Number(value.toPrecision(7)) : value,
      );
      expect(back).toEqual(rounded);
    }),
  );
});

test('common figures come back exactly, in 39 bytes with one GPU', () => {
  const sample: Vitals = {
    ...{ observedAtMs: 5, load1: 0.35, memoryUsedMib: 64_123, memoryTotalMib: 2_063_872, diskUsedRatio: 0.1 },
    gpus: [{ index: 0, utilizationPercent: 99, vramUsedMib: 81_559, vramTotalMib: 81_559, temperatureC: 54, powerW: 699.9 }],
  };
  expect(packVitals(sample)).toHaveLength(39);
  expect(unpackVitals(packVitals(sample), 5)).toEqual(sample);
});

test('what another version packed is nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      if (bytes[0] === 1) bytes[0] = 2;
      expect(unpackVitals(bytes, 0)).toBeNull();
    }),
  );
});
