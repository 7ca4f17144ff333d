import { expect, it } from 'vitest';
import { render } from 'vitest-browser-react';
import { Bars, barHeights } from './Bars.tsx';

it('bars are as high as their shares, one px at least, and nothing where there is no share', () => {
  expect(barHeights([0, 0.5, 1, 7, -1, null], 14)).toEqual([1, 7, 14, 14, 1, 0]);
});

it('is one picture with words, as wide as its bars', async () => {
  const screen = await render(<Bars shares={[0.5, null, 1]} label="GPU 0 50%, GPU 2 100%" height={14} />);
  const picture = screen.getByRole('img', { name: 'GPU 0 50%, GPU 2 100%' }).element() as HTMLElement;
  expect(picture.getBoundingClientRect().width).toBe(11);
  expect(picture.style.backgroundSize).toBe('3px 7px, 0px 0px, 3px 14px');
});
