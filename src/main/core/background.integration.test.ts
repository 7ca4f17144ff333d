import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSshd, type TestSshd } from '../remote/testSshd.ts';
import { addTestServer, startTestCore, type TestCore } from './testCore.ts';

let core: TestCore;
let sshd: TestSshd;

beforeAll(async () => {
  sshd = await startTestSshd();
  core = await startTestCore();
  await addTestServer(core.client, sshd, { environment: 'production' });
});
afterAll(async () => {
  await core.close();
  await sshd.stop();
});

const kept = async () => (await core.client.health.series({ selector: 'box' })).servers[0]?.series.length ?? 0;

test('a core that a command started reads nothing in the background until a window looks at the fleet, and may end all the same', async () => {
  const { client } = core;
  await expect.poll(async () => (await client.servers.facts({ name: 'box' })).facts !== null, { timeout: 20_000 }).toBe(true);
  expect(await kept()).toBe(0);
  const leave = new AbortController();
  const fleet = (await client.servers.watch({}, { signal: leave.signal }))[Symbol.asyncIterator]();
  await fleet.next();
  await expect.poll(kept, { timeout: 20_000 }).toBeGreaterThan(10);
  leave.abort();
  // The core has heard of it before the connection ends.
  await client.system.hello({});
  core.leave();
  await expect.poll(() => core.busy(), { timeout: 20_000 }).toBe(false);
  await core.join();
});
