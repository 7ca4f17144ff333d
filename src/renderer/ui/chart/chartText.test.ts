import { expect, test } from 'vitest';
import { valueRange } from './chartScale.ts';
import { axisText, chartText } from './chartText.ts';
import type { ChartUnit } from './chartTypes.ts';

test.each<[number | null, ChartUnit, string]>([
  [null, 'ratio', '—'],
  [0.931, 'ratio', '93%'],
  [0.0034, 'ratio', '0.3%'],
  [0, 'ratio', '0%'],
  [0.4021, 'seconds', '402 ms'],
  [0.0042, 'seconds', '4.2 ms'],
  [8.12, 'seconds', '8.12 s'],
  [7_200, 'seconds', '2 h'],
  [3_221_225_472, 'bytes', '3.0 GiB'],
  [79.4, 'celsius', '79 °C'],
  [1.25, 'cores', '1.25 cores'],
  [12_400, 'count', '12.4k'],
  [1, 'flag', 'yes'],
  [61.2, 'days', '61 d'],
])('%d as %s is %s', (value, unit, words) => expect(chartText(value, unit)).toBe(words));

test('an axis has room for little', () => {
  expect([0, 0.25, 1].map((value) => axisText(value, 'ratio'))).toEqual(['0%', '25%', '100%']);
  expect([0, 0.5, 1.5].map((value) => axisText(value, 'seconds'))).toEqual(['0', '500 ms', '1.5 s']);
});

test('an axis shows zero and all of a share; of nothing it shows little, and noise stays small', () => {
  expect(valueRange('ratio', 'whole', [0.2, 0.4])).toEqual([0, 1]);
  expect(valueRange('ratio', 'data', [0, 0.001])).toEqual([0, 0.05]);
  expect(valueRange('seconds', 'data', [0.2, 1])).toEqual([0, 1.12]);
  expect(valueRange('celsius', 'data', [34, 79])).toEqual([20, 95]);
  expect(valueRange('count', 'data', null)).toEqual([0, 1]);
});
