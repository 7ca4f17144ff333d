import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { StoredHeartbeat } from './channelsRepo.ts';
import { createHeartbeatSender } from './heartbeatSender.ts';

/** Somebody who listens for signs of life, and answers as it is told to. */
async function listener() {
  const heard: string[] = [];
  const statuses: number[] = [];
  const server = createServer((request, response) => {
    heard.push(`${request.method} ${request.url}`);
    response.writeHead(statuses.shift() ?? 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { heard, statuses, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping/let-in` };
}

function sender(address: () => Promise<string | null>, change: Partial<StoredHeartbeat['fields']> = {}) {
  const stored: StoredHeartbeat = { fields: { enabled: true, method: 'GET', intervalS: 60, ...change }, host: 'hc.example' };
  const made = createHeartbeatSender({ stored: () => stored, address, nowMs: Date.now, timeoutMs: 1000 });
  onTestFinished(() => made.close());
  return made;
}

test('it is sent as it is set, and three failures in a row are one too many', async () => {
  const { heard, statuses, url } = await listener();
  const heartbeat = sender(async () => url, { method: 'POST' });
  expect(await heartbeat.sendNow()).toMatchObject({ outcome: 'sent', problem: null });
  expect([heard, heartbeat.view().failing]).toEqual([['POST /ping/let-in'], false]);
  statuses.push(500, 404, 500);
  for (const [outcome, failing] of [
    ['failed', false],
    ['refused', false],
    ['failed', true],
  ] as const) {
    expect(await heartbeat.sendNow()).toMatchObject({ outcome, problem: expect.stringMatching(/^HTTP/) });
    expect(heartbeat.view()).toMatchObject({ failing, lastSentAtMs: expect.any(Number) });
  }
  await heartbeat.sendNow();
  expect(heartbeat.view()).toMatchObject({ failing: false, failures: 0 });
});

test('it begins at once, and not where it is off or leads nowhere', async () => {
  const { heard, url } = await listener();
  sender(async () => url, { enabled: false }).restart();
  const nowhere = createHeartbeatSender({ stored: () => null, address: async () => url, nowMs: Date.now, timeoutMs: 1000 });
  nowhere.restart();
  sender(async () => url).restart();
  await expect.poll(() => heard.length).toBe(1);
  await delay(50);
  expect(heard).toHaveLength(1);
});

test('an address that cannot be opened is a failure like another; without one there is nothing to send', async () => {
  const locked = sender(async () => Promise.reject(new Error('the keystore is locked')));
  locked.restart();
  await expect.poll(() => locked.view().failures).toBe(1);
  expect(locked.view().last).toMatchObject({ outcome: 'failed', problem: 'the keystore is locked' });
  expect(await sender(async () => null).sendNow()).toBeNull();
});

test('a receiver that hangs does not keep the program from ending', async () => {
  const server = createServer(() => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = async () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const stored: StoredHeartbeat = { fields: { enabled: true, method: 'GET', intervalS: 60 }, host: 'hc.example' };
  const heartbeat = createHeartbeatSender({ stored: () => stored, address, nowMs: Date.now, timeoutMs: 60_000 });
  const begunAt = performance.now();
  const asked = once(server, 'request');
  const sending = heartbeat.sendNow();
  await asked;
  heartbeat.close();
  expect(await sending).toMatchObject({ outcome: 'unknown', problem: 'it was cut off here' });
  expect(performance.now() - begunAt).toBeLessThan(5000);
});
