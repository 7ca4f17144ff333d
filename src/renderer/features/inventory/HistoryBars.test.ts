import { expect, it } from 'vitest';
import { meansOf } from './HistoryBars.tsx';

it('values are drawn together in pieces of equal length, the latest last', () => {
  expect(meansOf([1, 3, 5, 7, 20, 40], 3)).toEqual([2, 6, 30]);
  expect(meansOf([1, 2, 3, 4, 6], 2)).toEqual([1.5, 13 / 3]);
});
it('what is not known does not count, and a piece without anything is none', () => expect(meansOf([null, 4, null, null], 2)).toEqual([4, null]));
it('fewer values are as many pieces', () => expect(meansOf([8, 9], 17)).toEqual([8, 9]));
