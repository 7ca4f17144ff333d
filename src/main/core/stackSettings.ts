import type { Settings } from '../../shared/contract/settings.ts';
import { defaultMargins, type Margins } from '../features/stacks/rollout/performanceRules.ts';
import { defaultSoakS } from '../features/stacks/rollout/rolloutSteps.ts';

/** Good releases that a prune leaves. */
const usualKeptReleases = 5;

/** What settings say of releases, read anew each time; what they leave open is as usual, each figure by itself. */
export function stackSettings(settings: () => Settings): { keptReleases(): number; margins(): Margins; soakS(): number } {
  return {
    keptReleases: () => settings().keptReleases ?? usualKeptReleases,
    margins() {
      const { firstTokenMarginPercent, tokensPerSecondMarginPercent } = settings();
      return {
        firstTokenPercent: firstTokenMarginPercent ?? defaultMargins.firstTokenPercent,
        tokensPerSPercent: tokensPerSecondMarginPercent ?? defaultMargins.tokensPerSPercent,
      };
    },
    soakS: () => settings().soakS ?? defaultSoakS,
  };
}
