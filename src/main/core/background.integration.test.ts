import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSshd, type TestSshd } from '../remote/testSshd.ts';
import { type CoreConnection, connectToCore } from '../transport/coreClient.ts';
import { socketAddress } from '../transport/socketAddress.ts';
import { type StartedCore, startCore } from './startCore.ts';

let directory: string;
let core: StartedCore;
let connection: CoreConnection;
let sshd: TestSshd;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ph-background-'));
  sshd = await startTestSshd();
  core = await startCore({ directory, environment: {} });
  connection = await connectToCore(socketAddress(directory));
  const { client } = connection;
  const fields = {
    ...{ name: 'box', host: sshd.host, port: sshd.port, user: sshd.user, auth: { kind: 'key' as const, path: sshd.keyPath }, jump: null },
    ...{ environment: 'production' as const, tags: [], groups: [], sudo: 'none' as const },
  };
  await client.servers.add({ requestId: 'request-add-box' as never, fields });
  await client.servers.trust({ requestId: 'request-trust-box' as never, name: 'box', fingerprint: sshd.hostKey.fingerprint });
});
afterAll(async () => {
  connection.close();
  await core.close();
  await sshd.stop();
  rmSync(directory, { recursive: true, force: true });
});

const kept = async () => (await connection.client.health.series({ selector: 'box' })).servers[0]?.series.length ?? 0;

test('a core that a command started reads nothing in the background until a window looks at the fleet, and may end all the same', async () => {
  const { client } = connection;
  await expect.poll(async () => (await client.servers.facts({ name: 'box' })).facts !== null, { timeout: 20_000 }).toBe(true);
  expect(await kept()).toBe(0);
  const leave = new AbortController();
  const fleet = (await client.servers.watch({}, { signal: leave.signal }))[Symbol.asyncIterator]();
  await fleet.next();
  await expect.poll(kept, { timeout: 20_000 }).toBeGreaterThan(10);
  leave.abort();
  // The core has heard of it before the connection ends.
  await client.system.hello({});
  connection.close();
  await expect.poll(() => core.busy(), { timeout: 20_000 }).toBe(false);
  connection = await connectToCore(socketAddress(directory));
});
