import { expect, test } from 'vitest';
import type { Settings } from '../../shared/contract/settings.ts';
import { stackSettings } from './stackSettings.ts';

const told = (settings: Partial<Settings>) => {
  const { keptReleases, margins, soakS } = stackSettings(() => settings as Settings);
  return { keptReleases: keptReleases(), ...margins(), soakS: soakS() };
};
const usual = { keptReleases: 5, firstTokenPercent: 25, tokensPerSPercent: 15, soakS: 20 };

test.each<[Partial<Settings>, Partial<typeof usual>]>([
  [{}, {}],
  [{ keptReleases: 2 }, { keptReleases: 2 }],
  [{ firstTokenMarginPercent: 50 }, { firstTokenPercent: 50 }],
  [{ tokensPerSecondMarginPercent: 1 }, { tokensPerSPercent: 1 }],
  [{ soakS: 0 }, { soakS: 0 }],
])('of %j the rest is as usual', (settings, changed) => expect(told(settings)).toEqual({ ...usual, ...changed }));

test('a setting counts from the moment that it is changed', () => {
  let settings: Partial<Settings> = {};
  const { soakS, margins } = stackSettings(() => settings as Settings);
  settings = { soakS: 60, firstTokenMarginPercent: 10 };
  expect([soakS(), margins().firstTokenPercent]).toEqual([60, 10]);
});
