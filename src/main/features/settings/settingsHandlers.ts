import { os } from '../../rpc/procedures.ts';
import type { SettingsService } from './settingsService.ts';

/** Implements `settings` of the contract. */
export function settingsHandlers(service: SettingsService) {
  return {
    get: os.settings.get.handler(() => service.get()),
    change: os.settings.change.handler(({ input }) => service.change(input.changes)),
  };
}
