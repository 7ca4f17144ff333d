import { expect, test } from 'vitest';
import type { BackupHealth } from '../../../shared/model/backup.ts';
import { bySeverity, placeWords } from './backupWords.ts';

test('the worst come first, then by server and stack', () => {
  const row = (state: BackupHealth['state'], serverName: string) => ({ state, serverName, stackId: 's' }) as BackupHealth;
  const rows = [row('good', 'a'), row('missing', 'z'), row('untried', 'b'), row('bad', 'c'), row('missing', 'b'), row('stale', 'd')];
  expect(rows.sort(bySeverity).map(({ state, serverName }) => `${state} ${serverName}`)).toEqual([
    'missing b',
    'missing z',
    'bad c',
    'stale d',
    'untried b',
    'good a',
  ]);
});

test('a place says on which machine it is', () => {
  expect(placeWords({ kind: 'here', path: '/b' }, 'db-1')).toBe('db-1, /b');
  expect(placeWords({ kind: 'server', server: 'vault', path: '/b' }, 'db-1')).toBe('vault, /b');
  expect(placeWords({ kind: 'computer', path: '/b' }, 'db-1')).toBe('this computer, /b');
});
