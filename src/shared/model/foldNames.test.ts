import fc from 'fast-check';
import { expect, it } from 'vitest';
import { foldNames } from './foldNames.ts';

it.each([
  [['gpu-01', 'gpu-02', 'gpu-03', 'gpu-07'], 'gpu-[01-03,07]'],
  [['gpu-3', 'gpu-1', 'gpu-2'], 'gpu-[1-3]'],
  [['gpu-9', 'gpu-10', 'gpu-11'], 'gpu-[9-11]'],
  [['gpu-08', 'gpu-09', 'gpu-10', 'gpu-11'], 'gpu-[08-11]'],
  [['gpu-1', 'gpu-01'], 'gpu-1,gpu-01'],
  [['web', 'gpu-1', 'db'], 'web,gpu-1,db'],
  [['a1.example', 'a2.example', 'b1.example'], 'a[1-2].example,b1.example'],
  [['same', 'same'], 'same'],
  [['10.0.0.1', '10.0.0.2'], '10.0.0.[1-2]'],
  [[], ''],
])('%j → %s', (names, expected) => expect(foldNames(names)).toBe(expected));

it('names each server, none twice, none that is not there', () => {
  const unfold = (text: string) =>
    text.split(/,(?![^[]*\])/).flatMap((word) => {
      const [, before = '', ranges, after = ''] = /^(.*)\[(.*)\](.*)$/.exec(word) ?? [];
      if (ranges === undefined) return [word];
      return ranges.split(',').flatMap((range) => {
        const [from = '', to = from] = range.split('-');
        return Array.from({ length: Number(to) - Number(from) + 1 }, (_, n) => {
          const number = String(Number(from) + n);
          return `${before}${from.startsWith('0') ? number.padStart(from.length, '0') : number}${after}`;
        });
      });
    });
  const name = fc.tuple(
    fc.constantFrom('gpu-', 'web', 'a.b-'),
    fc.constantFrom('', '1', '2', '3', '9', '10', '11', '01', '02', '09', '099'),
    fc.constantFrom('', '.x'),
  );
  fc.assert(
    fc.property(
      fc.uniqueArray(
        name.map((parts) => parts.join('')),
        { minLength: 1 },
      ),
      (names) => {
        expect(unfold(foldNames(names)).sort()).toEqual([...names].sort());
      },
    ),
  );
});
