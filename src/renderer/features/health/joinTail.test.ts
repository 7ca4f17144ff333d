import { expect, test } from 'vitest';
import type { HistoryColumns } from '../../../shared/model/healthHistory.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { HealthPart } from '../../../shared/model/serverHealth.ts';
import { joinTail } from './joinTail.ts';
import { LiveTail } from './liveTail.ts';

const serverId = 'srv_a' as ServerId;
const stored = (stepMs: number, atMs: number[], mean: number[]): HistoryColumns => ({
  ...{ serverId, serverName: 'gpu-1', subject: '', metric: 'load1', stepMs, atMs, mean },
  ...{ min: mean.map((value) => value - 1), max: mean.map((value) => value + 1) },
});

test('live values go on where stored ones end, none of them twice', () => {
  const tail = { atMs: [5_000, 10_000, 15_000], value: [2, 3, 4] };
  expect(joinTail(stored(0, [0, 5_000, 10_000], [1, 2, 3]), tail, { fromMs: 0, toMs: 20_000 })).toEqual({
    atMs: [0, 5_000, 10_000, 15_000],
    value: [1, 2, 3, 4],
  });
});

test('behind steps live values are steps too: the last stored one is filled, others follow, and none lies after now', () => {
  const tail = { atMs: [70_000, 130_000, 140_000], value: [7, 4, 8] };
  const joined = joinTail(stored(60_000, [0, 60_000], [2, 5]), tail, { fromMs: 0, toMs: 145_000 });
  expect(joined).toEqual({ atMs: [30_000, 90_000, 145_000], value: [2, 6, 6], min: [1, 4, 4], max: [3, 7, 8] });
});

test('without anything stored live values stand alone', () => {
  expect(joinTail(null, { atMs: [5, 6], value: [1, 2] }, { fromMs: 0, toMs: 10 })).toEqual({ atMs: [5, 6], value: [1, 2] });
  expect(joinTail(null, null, { fromMs: 0, toMs: 10 })).toEqual({ atMs: [], value: [] });
});

test('the tail takes each look once', () => {
  const tail = new LiveTail();
  const look = (observedAtMs: number, value: number): HealthPart[] => [
    { kind: 'server', serverId, serverName: 'gpu-1', state: 'live', error: null, observedAtMs, intervalS: 5, gpus: [] },
    {
      kind: 'readings',
      serverId,
      source: 'host',
      part: 0,
      observedAtMs,
      stale: false,
      status: 0,
      readings: [{ subject: '', metric: 'load1', value }],
      leftOut: 0,
    },
  ];
  tail.take({ list: look(1_000, 1) });
  const version = tail.version;
  tail.take({ list: look(1_000, 1) });
  expect(tail.version).toBe(version);
  tail.take({ list: look(6_000, 2) });
  expect(tail.points(serverId, 'load1', '')).toEqual({ atMs: [1_000, 6_000], value: [1, 2] });
  expect(tail.points(serverId, 'load5', '')).toBeNull();
  tail.take({ list: look(6_000 + 2 * 3_600_000, 3) });
  expect(tail.points(serverId, 'load1', '')?.value).toEqual([1, 2, 3]);
});
