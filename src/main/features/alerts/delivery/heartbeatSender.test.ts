import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createHeartbeatSender } from './heartbeatSender.ts';

test('a receiver that hangs does not keep the program from ending', async () => {
  const server = createServer(() => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const fields = { enabled: true, method: 'GET' as const, intervalS: 60 };
  const sender = createHeartbeatSender({
    ...{ stored: () => ({ fields, host: '127.0.0.1' }), address: async () => `http://127.0.0.1:${port}/`, nowMs: Date.now, timeoutMs: 60_000 },
  });
  const begunAt = performance.now();
  const asked = once(server, 'request');
  const sending = sender.sendNow();
  await asked;
  sender.close();
  expect(await sending).toMatchObject({ outcome: 'unknown', problem: 'it was cut off here' });
  expect(performance.now() - begunAt).toBeLessThan(5000);
});
