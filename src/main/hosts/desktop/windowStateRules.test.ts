import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Bounds, fitToDisplays, parseWindowState } from './windowStateRules.ts';

const laptop: Bounds = { x: 0, y: 25, width: 1440, height: 875 };
const desk: Bounds = { x: 1440, y: 0, width: 2560, height: 1400 };

test('the first window is centred on the primary display', () => {
  expect(fitToDisplays(null, [desk])).toEqual({ bounds: { x: 2000, y: 250, width: 1440, height: 900 }, maximized: false });
});

test('a window keeps its place and size on the display it was on', () => {
  const stored = { bounds: { x: 1600, y: 100, width: 1200, height: 800 }, maximized: true };
  expect(fitToDisplays(stored, [laptop, desk])).toEqual(stored);
});

test('a window whose display is gone comes to the primary one, no larger than it', () => {
  const stored = { bounds: { x: 1600, y: 100, width: 2400, height: 1300 }, maximized: false };
  expect(fitToDisplays(stored, [laptop])).toEqual({ bounds: { x: 0, y: 25, width: 1440, height: 875 }, maximized: false });
});

test('a window that only peeks in is brought back', () => {
  const stored = { bounds: { x: 1400, y: 100, width: 1200, height: 800 }, maximized: false };
  expect(fitToDisplays(stored, [laptop]).bounds).toMatchObject({ x: 120, width: 1200 });
});

test('a title bar above the screen is pulled down to it', () => {
  expect(fitToDisplays({ bounds: { x: 50, y: -300, width: 1200, height: 800 }, maximized: false }, [laptop]).bounds.y).toBe(25);
});

test('a display smaller than the smallest window is filled', () => {
  expect(fitToDisplays(null, [{ x: 0, y: 0, width: 800, height: 600 }]).bounds).toEqual({ x: 0, y: 0, width: 800, height: 600 });
});

const side = fc.integer({ min: -10_000, max: 10_000 });
const bounds = fc.record({ x: side, y: side, width: fc.integer({ min: 1, max: 9000 }), height: fc.integer({ min: 1, max: 9000 }) });
const area = fc.record({ x: side, y: side, width: fc.integer({ min: 640, max: 6000 }), height: fc.integer({ min: 480, max: 4000 }) });

test('whatever was stored, the window can be got hold of', () => {
  fc.assert(
    fc.property(bounds, fc.array(area, { minLength: 1, maxLength: 3 }), (stored, areas) => {
      const fitted = fitToDisplays({ bounds: stored, maximized: false }, areas as [Bounds, ...Bounds[]]).bounds;
      return areas.some((display) => {
        const width = Math.min(fitted.x + fitted.width, display.x + display.width) - Math.max(fitted.x, display.x);
        return width >= 100 && fitted.y >= display.y && fitted.y < display.y + display.height - 30;
      });
    }),
  );
});

test.each([
  '',
  '{',
  'null',
  '{"bounds":{"x":0}}',
  '{"bounds":{"x":0,"y":0,"width":0,"height":5},"maximized":false}',
  '{"bounds":{"x":1e999,"y":0,"width":1,"height":5},"maximized":false}',
])('a damaged state %s is no state', (text) => {
  expect(parseWindowState(text)).toBeNull();
});

test('reads what was stored', () => {
  const state = { bounds: { x: 1, y: 2, width: 1100, height: 800 }, maximized: true };
  expect(parseWindowState(JSON.stringify(state))).toEqual(state);
});
