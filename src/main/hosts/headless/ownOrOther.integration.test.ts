import { afterEach, beforeEach, expect, test } from 'vitest';
import { addTestServer, startTestCore, type TestCore } from '../../core/testCore.ts';
import { startTestSshd, type TestSshd } from '../../remote/testSshd.ts';
import { OwnOrOther } from './ownOrOther.ts';

let core: TestCore;
let sshd: TestSshd;
let access: OwnOrOther;

beforeEach(async () => {
  sshd = await startTestSshd();
  // As a command starts it: it is not there to watch.
  core = await startTestCore();
  await addTestServer(core.client, sshd, { environment: 'production' });
  access = new OwnOrOther(core.directory);
});
afterEach(async () => {
  await access.close();
  await core.close();
  await sshd.stop();
});

const kept = async () => (await core.client.health.series({ selector: 'box' })).servers[0]?.series.length ?? 0;

test('a core that a command started watches once a host is there to, stays for it, and is followed by the own one where it ends', async () => {
  const { client } = core;
  await expect.poll(async () => (await client.servers.facts({ name: 'box' })).facts !== null, { timeout: 20_000 }).toBe(true);
  expect(await kept()).toBe(0);
  await access.reach();
  expect(access.isOwn).toBe(false);
  await expect.poll(kept, { timeout: 20_000 }).toBeGreaterThan(10);
  core.leave();
  expect(core.busy()).toBe(true);

  await core.stop();
  await expect.poll(() => access.isOwn, { timeout: 20_000 }).toBe(true);
  await core.join();
  const before = (await core.client.servers.get({ name: 'box' })).vitals?.observedAtMs ?? 0;
  await expect.poll(async () => (await core.client.servers.get({ name: 'box' })).vitals?.observedAtMs ?? 0, { timeout: 20_000 }).toBeGreaterThan(before);
  core.leave();
  await access.close();
  access = new OwnOrOther(core.directory);
  await core.start();
});

test('a host that leaves lets the core of a command go', async () => {
  await access.reach();
  core.leave();
  await access.close();
  await expect.poll(() => core.busy(), { timeout: 20_000 }).toBe(false);
  access = new OwnOrOther(core.directory);
});
