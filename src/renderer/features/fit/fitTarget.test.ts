import { expect, it } from 'vitest';
import type { Fit, FitRequirement } from '../../../shared/model/fit.ts';
import { fitCounts, parseTarget, targetText } from './fitTarget.ts';

it.each(['minimum', 'recommended', 'optimal', 'stack:privaxai'])('%s survives the way through an address', (text) =>
  expect(targetText(parseTarget(text))).toBe(text),
);
it.each([undefined, '', 'huge', 'stack:', 'stack:../x'])('%j is the middle tier', (text) =>
  expect(parseTarget(text)).toEqual({ kind: 'tier', id: 'recommended' }),
);

it('counts what is required and not met', () => {
  const need = (verdict: FitRequirement['verdict'], level: FitRequirement['level'] = 'required') => ({ verdict, level }) as FitRequirement;
  const counts = (...requirements: FitRequirement[]) => fitCounts({ requirements } as Fit);
  expect([counts(need('meets')), counts(need('short'), need('short'), need('unknown')), counts(need('short', 'advised'))]).toEqual([
    '',
    '2 short, 1 unknown',
    '',
  ]);
});
