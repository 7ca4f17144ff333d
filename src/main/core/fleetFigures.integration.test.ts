import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FleetRow } from '../../shared/contract/servers.ts';
import { startTestSshd, type TestSshd, type TestSshdOptions } from '../remote/testSshd.ts';
import { addTestServer, startTestCore, type TestCore } from './testCore.ts';

const uuid = 'GPU-5a1e8c1c-7d35-4f0e-9f2b-3f6f6f8f0a01';
const gpu = `#!/bin/sh
case $1 in
  --query-gpu=index,uuid*) echo '0, ${uuid}, 00000000:3B:00.0, 42, 7, 23034, 1000, 55, [N/A], 30.10, 70.00, 585, 1590, 5000, 0x0000000000000001, 0, 0, [N/A], P0, [N/A], Tesla T4' ;;
  *) exit 9 ;;
esac
`;

let core: TestCore;
let sshds: TestSshd[];
const requestId = () => randomUUID() as never;

beforeEach(async () => {
  sshds = [];
  core = await startTestCore();
});
afterEach(async () => {
  await core.close();
  for (const sshd of sshds) await sshd.stop();
});

async function startSshd(options: TestSshdOptions = {}): Promise<TestSshd> {
  const sshd = await startTestSshd(options);
  sshds.push(sshd);
  return sshd;
}
const trust = (name: string, { hostKey }: TestSshd) => core.client.servers.trust({ requestId: requestId(), name, fingerprint: hostKey.fingerprint });
const trusted = (sshd: TestSshd, name = 'box') => addTestServer(core.client, sshd, { name, environment: 'development' });
/** A window that looks at the fleet until its connection ends. */
async function look() {
  const frames = await core.client.servers.watch({});
  await frames[Symbol.asyncIterator]().next();
}
async function rowWhere(isWanted: (row: FleetRow) => boolean, name = 'box'): Promise<FleetRow> {
  const { client } = core;
  await expect.poll(async () => isWanted(await client.servers.get({ name })), { timeout: 30_000, interval: 100 }).toBe(true);
  return client.servers.get({ name });
}

test('figures come live over the one channel, come back after the connection was cut, and wait when the host key changed', async () => {
  const sshd = await startSshd({ programs: { 'nvidia-smi': gpu } });
  await trusted(sshd);
  await look();
  const first = await rowWhere(({ vitals }) => (vitals?.gpus.length ?? 0) > 0 && vitals?.diskUsedRatio !== null);
  expect(first.vitals?.gpus).toEqual([{ index: 0, utilizationPercent: 42, vramUsedMib: 1000, vramTotalMib: 23_034, temperatureC: 55, powerW: 30.1 }]);
  expect(first.vitals?.memoryTotalMib).toBeGreaterThan(100);
  expect(first).toMatchObject({ health: expect.stringMatching(/healthy|warning|critical/) });
  expect(first.utilizationHistory.at(-1)).toBe(42);

  sshd.dropConnections();
  const cutAtMs = Date.now();
  await rowWhere(({ vitals }) => (vitals?.observedAtMs ?? 0) > cutAtMs + 1000);

  await sshd.changeHostKey();
  await rowWhere(({ connection: state }) => state === 'key-changed');
  const changedAtMs = Date.now();
  await trust('box', sshd);
  await rowWhere(({ vitals }) => (vitals?.observedAtMs ?? 0) > changedAtMs);
});

test('what GPUs did before a restart is in the row after it', async () => {
  const sshd = await startSshd({ programs: { 'nvidia-smi': gpu } });
  await trusted(sshd);
  await look();
  await rowWhere(({ utilizationHistory }) => utilizationHistory.at(-1) === 42);
  await core.stop();
  await core.start();
  const { vitals } = await rowWhere(({ utilizationHistory }) => utilizationHistory.includes(42));
  expect(vitals).toBeNull();
});

test('figures of many servers need no connections of their own', async () => {
  const sshd = await startSshd({ config: ['MaxStartups 200'] });
  const names = Array.from({ length: 24 }, (_, i) => `box-${i}`);
  for (const name of names) await trusted(sshd, name);
  for (const name of names) await rowWhere(({ facts }) => facts !== null, name);
  const before = sshd.connections();
  expect(before).toBeGreaterThanOrEqual(names.length);
  await look();
  for (const name of names) await rowWhere(({ vitals }) => vitals !== null, name);
  // One whose commands have to wait for long may get a second; figures on connections of their own would be one more for each.
  expect(sshd.connections() - before).toBeLessThan(names.length / 2);
});
