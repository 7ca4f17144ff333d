import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pack } from './packing.ts';

const item = (size: number, spread = 1, only?: number[]) => ({ name: '', size, spread, ...(only === undefined ? {} : { only }) });

test('finds the only way there is', () => {
  expect(pack([item(8), item(24), item(8)], [24, 24])).toEqual([[1], [0], [1]]);
  expect(pack([item(14), item(14), item(14)], [24, 24])).toBeNull();
  expect(pack([item(40, 2), item(4)], [24, 24])).not.toBeNull();
  expect(pack([item(10, 1, [1]), item(10, 1, [1])], [24, 12])).toBeNull();
  expect(pack([item(1, 3)], [9, 9])).toBeNull();
});

test('what it finds overflows nothing, and it ends', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ size: fc.integer({ min: 1, max: 40 }), spread: fc.integer({ min: 1, max: 3 }) }), { maxLength: 14 }),
      fc.array(fc.integer({ min: 8, max: 80 }), { maxLength: 8 }),
      (items, bins) => {
        const placed = pack(
          items.map(({ size, spread }) => item(size, spread)),
          bins,
        );
        if (placed === null || placed === 'unknown') return;
        for (const [bin, room] of bins.entries()) {
          const load = items.reduce((sum, { size, spread }, index) => sum + (placed[index]?.includes(bin) ? size / spread : 0), 0);
          expect(load).toBeLessThanOrEqual(room + 1e-6);
        }
        expect(placed.map((chosen) => new Set(chosen).size)).toEqual(items.map(({ spread }) => spread));
      },
    ),
  );
});
