import { describe, expect, it } from 'vitest';
import { courseOf } from './courseModel.ts';

describe('the course of a value against its limit', () => {
  it('is laid out by time, the limit in sight though no value comes near it', () => {
    const { path, limitY, min, max } = courseOf(
      [
        [0, 10],
        [300, 10],
        [400, 20],
      ],
      90,
    );
    expect(path).toMatch(/^M0\.00 [\d.]+L75\.00 [\d.]+L100\.00 [\d.]+$/);
    expect(limitY).toBeGreaterThan(0);
    expect(limitY).toBeLessThan(20);
    expect([min < 10, max > 90]).toEqual([true, true]);
  });

  it('lies in the middle where nothing moves, and draws no single point', () => {
    expect(
      courseOf(
        [
          [0, 5],
          [10, 5],
        ],
        5,
      ),
    ).toMatchObject({ path: 'M0.00 50.00L100.00 50.00', limitY: 50 });
    expect(
      courseOf(
        [
          [0, 0],
          [10, 0],
        ],
        null,
      ),
    ).toMatchObject({ path: 'M0.00 50.00L100.00 50.00', limitY: null });
    expect(courseOf([[7, 1]], 2).path).toBe('');
    expect(courseOf([], null)).toMatchObject({ path: '', min: 0, max: 1 });
  });

  it('holds what is yes or no until it is not', () => {
    const values = [
      [0, 0],
      [10, 1],
    ] as const;
    expect(courseOf(values, 1, true).path).toMatch(/^M0\.00 [\d.]+H100\.00V[\d.]+$/);
  });
});
