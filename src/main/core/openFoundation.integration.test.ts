import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { openTestDatabase } from '../database/openTestDatabase.ts';
import type { Readings } from '../database/readings/openReadings.ts';
import { testDirectory } from '../database/testDirectory.ts';
import { keyFileKeystore } from '../features/secrets/keystores.ts';
import { startTestSshd } from '../remote/testSshd.ts';
import { openFoundation } from './openFoundation.ts';

afterEach(() => vi.unstubAllEnvs());

/** What everything stands on, in a directory and a home of its own; with all that was logged. */
function open() {
  const { path, [Symbol.dispose]: remove } = testDirectory();
  const home = join(path, 'home');
  mkdirSync(join(home, '.ssh'), { recursive: true });
  vi.stubEnv('HOME', home);
  const logged: [string, unknown][] = [];
  const { database } = openTestDatabase();
  const base = openFoundation(
    {
      ...{ directory: path, resources: '', database, readings: {} as Readings, keystores: [keyFileKeystore(path)], environment: {}, background: false },
      log: (event, fields) => void logged.push([event, fields]),
    },
    () => {},
  );
  onTestFinished(async () => {
    base.stopWatchingComputer();
    await base.operations.close();
    await base.remote.close();
    remove();
  });
  return { base, logged, home };
}

test('a secret that was opened is masked in all that is logged and shown from then on; one that is not there is an error', async () => {
  const { base, logged } = open();
  await expect(base.openSecret('hub')).rejects.toMatchObject({ code: 'secret.not-found', data: { name: 'hub' } });
  await base.secrets.set('hub', 'hf_sesame_open');
  expect(await base.openSecret('hub')).toBe('hf_sesame_open');
  base.log('tried', { with: { header: 'Bearer hf_sesame_open' } });
  expect(base.mask('said hf_sesame_open')).not.toContain('sesame');
  expect(JSON.stringify(logged)).toContain('tried');
  expect(JSON.stringify(logged)).not.toContain('sesame');
});

test.each(['known_hosts', 'known_hosts2'])('a host key that stands in the person’s %s is one that is known', async (file) => {
  const { base, home } = open();
  const sshd = await startTestSshd();
  onTestFinished(() => sshd.stop());
  const scan = async () => (await base.remote.scanHostKey({ ...sshd.target(), hostKeys: [] })).knownHosts;
  expect(await scan()).toBe('absent');
  const [type, key] = sshd.hostKeyLine.split(' ');
  writeFileSync(join(home, '.ssh', file), `[127.0.0.1]:${sshd.port} ${type} ${key}\n`);
  expect(await scan()).toBe('match');
});
