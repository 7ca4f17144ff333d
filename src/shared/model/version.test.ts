import fc from 'fast-check';
import { expect, it } from 'vitest';
import { versionAtLeast } from './version.ts';

it.each([
  ['27.3.1', '27.3.1', true],
  ['28.0', '27.3.1', true],
  ['27.3', '27.3.1', false],
  ['9.0', '10.0', false],
  ['26.1.5+dfsg1', '26.1.5', true],
  ['v2.29.7', '2.0', true],
  ['535.54.03', '535', true],
  ['470.256.02', '535', false],
  ['12.10', '12.2', true],
  ['2.26.1-4', '2', true],
  ['v2.0.0', '2.0', true],
  ['1.29.2', '2', false],
])('%s against %s', (version, minimum, expected) => expect(versionAtLeast(version, minimum)).toBe(expected));

it('orders versions as their numbers are ordered, whatever else they hold', () => {
  const numbers = fc.array(fc.nat(500), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(numbers, numbers, (a, b) => {
      const larger = a.findIndex((part, index) => part !== b[index]);
      expect(versionAtLeast(`${a.join('.')}-rc`, b.join('.'))).toBe(larger < 0 || (a[larger] ?? 0) > (b[larger] ?? 0));
    }),
  );
  fc.assert(fc.property(fc.string(), fc.string(), (a, b) => typeof versionAtLeast(a, b) === 'boolean'));
});
