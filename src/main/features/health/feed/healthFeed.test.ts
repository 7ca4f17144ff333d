import { expect, test } from 'vitest';
import type { ServerId } from '../../../../shared/model/ids.ts';
import { createHealthFeed } from './healthFeed.ts';

const look = { serverId: 'a' as ServerId, atMs: 1, readings: [{ subject: '', metric: 'load1', value: 1 }] };

test('listeners hear looks until they leave, and one that throws keeps nobody from hearing', () => {
  const logged: unknown[] = [];
  const heard: number[] = [];
  const feed = createHealthFeed((event) => logged.push(event));
  feed.subscribe(() => {
    throw new Error('no');
  });
  const leave = feed.subscribe(({ atMs }) => heard.push(atMs));
  feed.publish(look);
  feed.publish({ ...look, atMs: 2, readings: [] });
  leave();
  feed.publish({ ...look, atMs: 3 });
  expect(heard).toEqual([1]);
  expect(logged).toHaveLength(2);
});
