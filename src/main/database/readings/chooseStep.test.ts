import { expect, test } from 'vitest';
import { chooseStep } from './chooseStep.ts';

const hour = 3_600_000;
const kept = { rawFromMs: 0, minutesFromMs: 0 };

test.each([
  ['an hour in few values', { fromMs: 0, toMs: hour, maxPoints: 400, rawCount: 360, ...kept }, 0],
  ['an hour in too many', { fromMs: 0, toMs: hour, maxPoints: 359, rawCount: 360, ...kept }, 60_000],
  ['an hour that nobody counted', { fromMs: 0, toMs: hour, maxPoints: 400, rawCount: null, ...kept }, 60_000],
  ['an hour between minutes has one more', { fromMs: 1, toMs: hour + 1, maxPoints: 60, rawCount: null, ...kept }, 600_000],
  ['a day', { fromMs: 0, toMs: 24 * hour, maxPoints: 500, rawCount: 8640, ...kept }, 600_000],
  ['a month', { fromMs: 0, toMs: 720 * hour, maxPoints: 500, rawCount: null, ...kept }, 5_400_000],
  ['a year in one point', { fromMs: 0, toMs: 8760 * hour, maxPoints: 1, rawCount: null, ...kept }, 8760 * hour],
  ['values that are gone', { fromMs: 0, toMs: hour, maxPoints: 400, rawCount: 0, rawFromMs: 1, minutesFromMs: 0 }, 60_000],
  ['minutes that are gone', { fromMs: 0, toMs: hour, maxPoints: 400, rawCount: 0, rawFromMs: 1, minutesFromMs: 1 }, 600_000],
])('%s', (_, choice, stepMs) => expect(chooseStep(choice)).toBe(stepMs));
