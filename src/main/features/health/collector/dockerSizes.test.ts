import { expect, it } from 'vitest';
import { dockerSizeOrNull, dockerSizePair } from './dockerSizes.ts';

it.each([
  ['0B', 0],
  ['8.19kB', 8190],
  ['9.523MiB', 9_985_589],
  ['31.26GiB', 33_565_169_418],
  ['2.35GB', 2_350_000_000],
  ['1e+03kB', 1_000_000],
  ['1.5TiB', 1_649_267_441_664],
  ['--', null],
  ['', null],
  ['12', null],
  ['-1B', null],
  ['1XB', null],
  ['1e99B', 1e99],
  [undefined, null],
])('%s is %s bytes', (text, expected) => expect(dockerSizeOrNull(text)).toBe(expected));

it('takes pairs apart', () => {
  expect(dockerSizePair('512MiB / 2GiB')).toEqual([536_870_912, 2_147_483_648]);
  expect(dockerSizePair('-- / --')).toEqual([null, null]);
  expect(dockerSizePair(undefined)).toEqual([null, null]);
});
