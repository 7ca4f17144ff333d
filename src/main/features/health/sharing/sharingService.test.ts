import { expect, it } from 'vitest';
import { openTestDatabase } from '../../../database/openTestDatabase.ts';
import { createHealthFeed } from '../feed/healthFeed.ts';
import { createSharingService } from './sharingService.ts';

function opened() {
  const { database } = openTestDatabase();
  const feed = createHealthFeed(() => {});
  const begin = () =>
    createSharingService({
      ...{ database, feed, nameOf: () => 'gpu-1', openSecret: async () => 'x', mask: (text) => text, nowMs: () => 7, log: () => {} },
    });
  const rows = () => JSON.stringify(database.all(database.query.selectFrom('settings').selectAll()));
  return { begin, feed, rows };
}

it('gives the page to the token that it made last, of which it keeps a hash alone', async () => {
  const { begin, rows } = opened();
  const service = begin();
  expect([service.judge(''), service.status()]).toEqual(['off', { scrape: null, remoteWrite: null }]);
  const before = service.scrape(true) ?? '';
  const token = service.scrape(true) ?? '';
  expect([service.judge(before), service.judge(token), service.judge('')]).toEqual(['refused', 'given', 'refused']);
  expect(rows()).not.toContain(token);
  await service.close();
  const again = begin();
  expect([again.judge(token), again.status().scrape]).toEqual(['given', { sinceMs: 7 }]);
  expect([again.scrape(false), again.judge(token)]).toEqual([null, 'off']);
  await again.close();
});

it('goes on writing elsewhere after a restart, until it is told not to', async () => {
  const { begin, feed } = opened();
  const service = begin();
  const target = { url: 'http://127.0.0.1:1/api/v1/write', auth: { kind: 'bearer' as const, secret: 'prometheus' } };
  await service.remoteWrite(target);
  await service.close();
  const again = begin();
  feed.publish({ serverId: 'srv_a' as never, atMs: 1, readings: [{ subject: '', metric: 'load1', value: 1 }] });
  expect(again.status().remoteWrite).toMatchObject({ ...target, sinceMs: 7, counts: { waitingSamples: 1, sentSamples: 0 } });
  await again.remoteWrite(null);
  expect(again.status().remoteWrite).toBeNull();
  await again.close();
});

it('ends with the target that came last, of several that come at once, and writes to no other', async () => {
  const { begin, feed } = opened();
  const service = begin();
  const to = (port: number) => ({ url: `http://127.0.0.1:${port}/`, auth: { kind: 'none' as const } });
  await service.remoteWrite(to(1));
  await Promise.all([service.remoteWrite(to(2)), service.remoteWrite(null), service.remoteWrite(to(3))]);
  expect(service.status().remoteWrite?.url).toBe('http://127.0.0.1:3/');
  feed.publish({ serverId: 'srv_a' as never, atMs: 1, readings: [{ subject: '', metric: 'load1', value: 1 }] });
  expect(service.status().remoteWrite?.counts.waitingSamples).toBe(1);
  await service.close();
});
