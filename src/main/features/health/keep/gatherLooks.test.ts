import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { ServerId } from '../../../../shared/model/ids.ts';
import { gatherLooks } from './gatherLooks.ts';

const look = (serverId: string, atMs: number, metric: string) => ({ serverId: serverId as ServerId, atMs, readings: [{ subject: '', metric, value: 1 }] });

it('keeps what comes in together of one moment as one, and everything else apart', async () => {
  const kept: [string, number, string][] = [];
  const { take, flush } = gatherLooks({ append: (id, atMs, readings) => void kept.push([id, atMs, readings.map(({ metric }) => metric).join(' ')]) });
  for (const each of [look('a', 1, 'load1'), look('b', 1, 'load1'), look('a', 1, 'gpuCount'), look('a', 2, 'load1')]) take(each);
  expect(kept).toEqual([['a', 1, 'load1 gpuCount']]);
  await setImmediate();
  expect(kept.slice(1)).toEqual([
    ['a', 2, 'load1'],
    ['b', 1, 'load1'],
  ]);
  take(look('a', 3, 'load1'));
  flush();
  await setImmediate();
  expect(kept.slice(3)).toEqual([['a', 3, 'load1']]);
});
