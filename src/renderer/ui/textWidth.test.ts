import { describe, expect, it } from 'vitest';
import { cutToFit, textWidth } from './textWidth.ts';

const face = { size: 13 };

describe('cutToFit', () => {
  const name = 'gpu-production-frankfurt-017';
  it('leaves what fits as it is', () => expect(cutToFit(name, 1_000, face)).toBe(name));
  it.each([150, 90, 60, 30])('says as much of the beginning as %i px hold', (room) => {
    const cut = cutToFit(name, room, face);
    expect(cut.endsWith('…')).toBe(true);
    const length = cut.length - 1;
    expect(name.startsWith(cut.slice(0, -1))).toBe(true);
    expect(textWidth(cut, face)).toBeLessThanOrEqual(room);
    expect(textWidth(`${name.slice(0, length + 1)}…`, face)).toBeGreaterThan(room);
  });
  it('says nothing where not a letter fits', () => expect(cutToFit(name, 3, face)).toBe(''));
  it('cuts no letter in two', () => expect(cutToFit('🚀'.repeat(40), 60, face)).toMatch(/^(🚀)+…$/u));
});

it('measures each face by itself', () => {
  expect(textWidth('mmm', { size: 26 })).toBeGreaterThan(textWidth('mmm', face));
  expect(textWidth('iii', { size: 13, mono: true })).toBeGreaterThan(textWidth('iii', face));
});
