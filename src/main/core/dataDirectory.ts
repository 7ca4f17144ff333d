import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Where Pilothouse keeps inventory, journal and logs: `--data`, else `PILOTHOUSE_DATA`, else the platform's place for data of this
 * user. Always absolute, so that every host finds the same core.
 */
export function dataDirectory(
  given: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home = homedir(),
): string {
  const named = given ?? environment['PILOTHOUSE_DATA'];
  if (named !== undefined && named !== '') return resolve(named);
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Pilothouse');
  if (platform === 'win32') return join(environment['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Pilothouse');
  return join(environment['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'pilothouse');
}
