import { expect, it } from 'vitest';
import { readCast, showTimes, sizeOf } from './cast.ts';

const header = '{"version": 2, "width": 100, "height": 30, "timestamp": 1}';

it('reads output and sizes in the order of time, and leaves out what is neither', () => {
  const text = [
    header,
    '[0.5, "o", "a"]',
    '[0.2, "o", "b"]',
    '[1, "i", "secret"]',
    '[2, "m", "mark"]',
    '[3, "r", "80x24"]',
    '["x", "o", "y"]',
    '[4, "o", "cut',
  ].join('\n');
  expect(readCast(text)).toEqual({
    cols: 100,
    rows: 30,
    events: [
      { atS: 0.5, kind: 'o', data: 'a' },
      { atS: 0.5, kind: 'o', data: 'b' },
      { atS: 3, kind: 'r', data: '80x24' },
    ],
  });
});

it.each(['', 'no json', '{"version":1}', '[]', 'null'])('%j is no recording', (text) => expect(readCast(text)).toBeNull());

it('has a usable size whatever the header says', () => {
  expect(readCast('{"version":2,"width":1e9,"height":-1}')).toMatchObject({ cols: 80, rows: 24 });
  expect([sizeOf('120x40'), sizeOf('0x40'), sizeOf('9999x1'), sizeOf('x'), sizeOf('80x24;')]).toEqual([{ cols: 120, rows: 40 }, null, null, null, null]);
});

it('shortens pauses and nothing else', () => {
  const events = [1, 1.5, 61.5, 62].map((atS) => ({ atS, kind: 'o' as const, data: '' }));
  expect(showTimes(events, null)).toEqual([1, 1.5, 61.5, 62]);
  expect(showTimes(events, 2)).toEqual([1, 1.5, 3.5, 4]);
});
