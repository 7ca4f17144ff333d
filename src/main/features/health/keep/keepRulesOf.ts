import type { Settings } from '../../../../shared/contract/settings.ts';
import { defaultKeepRules, type KeepRules } from '../../../database/readings/readingsTypes.ts';

/** How long readings are kept, by the settings. */
export function keepRulesOf({ keptReadings }: Pick<Settings, 'keptReadings'>): KeepRules {
  return { ...defaultKeepRules, ...keptReadings };
}
