import { expect, it } from 'vitest';
import { openDatabase } from '../../database/openDatabase.ts';
import { testDirectory } from '../../database/testDirectory.ts';
import { createSettingsService } from './settingsService.ts';

it('starts from defaults, keeps changes over a restart and tells listeners', () => {
  using place = testDirectory();
  const directory = place.path;
  const database = openDatabase({ directory });
  const service = createSettingsService({ database, nowMs: () => 1 });
  const heard: string[] = [];
  service.onChange((settings) => heard.push(settings.theme));
  expect(service.get().theme).toBe('system');
  service.change({ theme: 'dark', vitalsIntervalS: 30 });
  database.close();
  const again = openDatabase({ directory });
  const settings = createSettingsService({ database: again, nowMs: () => 1 }).get();
  expect(settings).toMatchObject({ theme: 'dark', vitalsIntervalS: 30, density: 'compact' });
  expect(heard).toEqual(['dark']);
  again.close();
});

it('falls back to the default of a setting whose stored value no longer fits, and of that one alone', () => {
  using place = testDirectory();
  const database = openDatabase({ directory: place.path });
  const service = createSettingsService({ database, nowMs: () => 1 });
  service.change({ theme: 'light', vitalsIntervalS: 9 });
  database.run(database.query.updateTable('settings').set({ value: '"sepia"' }).where('key', '=', 'theme'));
  expect(service.get()).toMatchObject({ theme: 'system', vitalsIntervalS: 9 });
  database.close();
});
