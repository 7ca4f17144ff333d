import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addTestServer } from '../../core/testCore.ts';
import { startTestSshd, type TestSshd } from '../../remote/testSshd.ts';
import { testSystemctl } from '../../remote/testSystemctl.ts';
import { startTestCli, type TestCli } from './testCli.ts';

/** A recorder put on a server by the command line, through the real core, on a real sshd with a stand-in for systemd. */

let cli: TestCli;
let units: string;
let sshd: TestSshd;

beforeAll(async () => {
  cli = await startTestCli();
  units = join(cli.directory, 'units');
  mkdirSync(units);
  sshd = await startTestSshd({ programs: { systemctl: testSystemctl, loginctl: '#!/bin/sh\nexit 0\n' }, environment: { PILOTHOUSE_UNIT_DIR: units } });
  await addTestServer(cli.client, sshd, { environment: 'production' });
});
afterAll(async () => {
  await run('health', 'recorder', 'remove', 'box', '--confirm', 'box');
  await cli.close();
  await sshd.stop();
});

const run = (...argv: string[]) => cli.run(...argv);

test('a recorder is put there once it is confirmed, stands in the status, and goes without a trace', async () => {
  expect((await run('health', 'recorder', 'status', 'box')).out).toMatch(/box\s+absent/);
  expect((await run('health', 'recorder', 'install', 'box')).code).toBe(5);
  expect(existsSync(join(units, 'pilothouse-recorder.service'))).toBe(false);
  const installed = await run('health', 'recorder', 'install', 'box', '--interval', '5', '--max-mib', '8', '--confirm', 'box');
  expect(installed.code, installed.err + installed.out).toBe(0);
  const unit = readFileSync(join(units, 'pilothouse-recorder.service'), 'utf8');
  expect(unit).toContain('Environment=PH_INTERVAL_S=5 PH_RING_BYTES=8388608');
  const { out } = await run('--json', 'health', 'recorder', 'status', 'box');
  const [status] = (JSON.parse(out) as { servers: { state: string; bytes: number; lastAtMs: number; directory: string }[] }).servers;
  expect(status).toMatchObject({ state: 'recording', error: null });
  expect(status?.bytes).toBeGreaterThan(500);
  expect(Math.abs((status?.lastAtMs ?? 0) - Date.now())).toBeLessThan(20_000);
  const pid = () => readFileSync(join(sshd.directory, 'unit.pid'), 'utf8');
  const before = pid();
  const again = await run('health', 'recorder', 'install', 'box', '--interval', '5', '--max-mib', '8', '--confirm', 'box');
  // The one that records goes on.
  expect([again.code, pid()]).toEqual([0, before]);
  expect((await run('health', 'recorder', 'remove', 'box', '--confirm', 'box')).code).toBe(0);
  expect((await run('health', 'recorder', 'status', 'box')).out).toMatch(/box\s+absent/);
  expect([existsSync(join(units, 'pilothouse-recorder.service')), existsSync(status?.directory ?? '/')]).toEqual([false, false]);
});
