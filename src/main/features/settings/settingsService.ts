import { userInfo } from 'node:os';
import { type Settings, settingsSchema } from '../../../shared/contract/settings.ts';
import type { Database } from '../../database/database.ts';

/** Preferences of this data directory. */
export interface SettingsService {
  get(): Settings;
  /** Changes what is given and leaves the rest. */
  change(changes: { [K in keyof Settings]?: Settings[K] | undefined }): Settings;
  onChange(listener: (settings: Settings) => void): void;
}

function defaults(): Settings {
  return {
    displayName: loginName(),
    theme: 'system',
    density: 'compact',
    vitalsIntervalS: 5,
    terminalFontSizePx: 13,
    terminalScrollback: 5_000,
    notifyWhenFinished: true,
  };
}

function loginName(): string {
  try {
    return userInfo().username.slice(0, 80) || 'operator';
  } catch {
    // Some containers have a user id without a name.
    return 'operator';
  }
}

/** Makes the service. A stored value that no longer fits its schema falls back to the default, one setting at a time. */
export function createSettingsService(options: { database: Database; nowMs: () => number }): SettingsService {
  const { database, nowMs } = options;
  const { query } = database;
  const listeners = new Set<(settings: Settings) => void>();

  const get = (): Settings => {
    let settings = defaults();
    for (const row of database.all(query.selectFrom('settings').select(['key', 'value']))) {
      const candidate = settingsSchema.safeParse({ ...settings, [row.key]: JSON.parse(row.value) });
      if (candidate.success) settings = candidate.data;
    }
    return settings;
  };

  return {
    get,
    change(changes) {
      database.transaction(() => {
        for (const [key, value] of Object.entries(changes)) {
          if (value === undefined) continue;
          const changed = { value: JSON.stringify(value), updated_at_ms: nowMs() };
          database.run(
            query
              .insertInto('settings')
              .values({ key, ...changed })
              .onConflict((conflict) => conflict.column('key').doUpdateSet(changed)),
          );
        }
      });
      const settings = get();
      for (const listener of listeners) listener(settings);
      return settings;
    },
    onChange: (listener) => {
      listeners.add(listener);
    },
  };
}
