import { expect, test } from 'vitest';
import type { ServerId } from '../../../shared/model/ids.ts';
import { a, b, day, hostReadings, hour, named, plain, rowsOf, settle, start, testStore } from './testReadings.ts';

const all = { fromMs: start, toMs: start + 2 * day, maxPoints: 20_000 };

test('values come back by time, those that wait and those that are written alike; the end is not in the range', () => {
  const { store } = testStore();
  for (const [at, load1] of [
    [3000, 3],
    [1000, 1],
    [2000, 0.1],
  ] as const)
    store.append(a, start + at, hostReadings({ load1 }));
  const query = { serverId: a, series: named('load1'), fromMs: start + 1000, toMs: start + 3000, maxPoints: 10 };
  const expected = {
    load1: [
      [1000, 1],
      [2000, 0.1],
    ],
  };
  expect(plain(store.query(query))).toEqual(expected);
  store.flush();
  expect(plain(store.query(query))).toEqual(expected);
  store.append(a, start + 2500, hostReadings({ load1: 9 }));
  expect(plain(store.query(query))).toEqual({ load1: [...expected.load1, [2500, 9]] });
});

test('what is absent is no zero: in a wider layout, in another one, and where a value is no number', () => {
  const { store, directory } = testStore();
  store.append(a, start + 1000, hostReadings({ load1: 0, load5: 2, oomKills: 0 }));
  store.append(a, start + 2000, hostReadings({ load1: 1, oomKills: 1, load5: Number.NaN }));
  store.append(a, start + 3000, hostReadings({ load1: 2, uptimeSeconds: Infinity, cpuCount: 1e300 }));
  store.append(a, start + 4000, hostReadings({ load15: Number.NaN }));
  store.flush();
  const found = plain(store.query({ serverId: a, series: named('load5', 'load1', 'uptimeSeconds', 'load15', 'cpuCount'), ...all }));
  expect(found).toEqual({
    load5: [[1000, 2]],
    load1: [
      [1000, 0],
      [2000, 1],
      [3000, 2],
    ],
  });
  // The second of them fits the first's layout, the third has a third of it only.
  expect(rowsOf(directory, 'SELECT at_ms - (SELECT min(at_ms) FROM moments), layout, length(figures) FROM moments')).toEqual([
    [0, 1, 12],
    [1000, 1, 12],
    [2000, 2, 4],
  ]);
});

test('servers with the same series share a layout, a changed set makes a new one', () => {
  const { store, directory } = testStore();
  const gpu = (uuid: string) => [{ subject: `gpu:${uuid}`, metric: 'gpuUsedRatio', value: 0.5 }];
  store.append(a, start, hostReadings({ load1: 1, load5: 1 }));
  store.append(b, start, hostReadings({ load5: 2, load1: 2 }));
  store.append(b, start + 1, [...hostReadings({ load5: 2, load1: 2 }), ...gpu('x')]);
  store.flush();
  expect(rowsOf(directory, 'SELECT server, layout FROM moments')).toEqual([
    [1, 1],
    [2, 1],
    [2, 2],
  ]);
  expect(store.seriesOf(b)).toEqual([...named('load1', 'load5'), { subject: 'gpu:x', metric: 'gpuUsedRatio' }]);
});

test('more of the same moment adds to it, before and after it is written and packed', () => {
  const { store, clock } = testStore();
  const series = named('load1', 'load5', 'load15', 'cpuCount');
  store.append(a, start, hostReadings({ load1: 1, load5: 5 }));
  store.append(a, start, hostReadings({ load1: 2 }));
  store.flush();
  store.append(a, start, hostReadings({ load15: 15 }));
  store.flush();
  expect(plain(store.query({ serverId: a, series, ...all }))).toEqual({ load1: [[0, 2]], load5: [[0, 5]], load15: [[0, 15]] });
  clock.nowMs += 1;
  settle(store);
  store.append(a, start, hostReadings({ cpuCount: 4, load5: 6 }));
  const expected = { load1: [[0, 2]], load5: [[0, 6]], load15: [[0, 15]], cpuCount: [[0, 4]] };
  expect(plain(store.query({ serverId: a, series, ...all }))).toEqual(expected);
  settle(store);
  store.flush();
  settle(store);
  expect(plain(store.query({ serverId: a, series, ...all }))).toEqual(expected);
});

test('points are so few as are asked for: values, minutes, tens of minutes and more', () => {
  const { store } = testStore();
  for (let at = 0; at < hour; at += 20_000) store.append(a, start + at, hostReadings({ load1: at / 20_000 }));
  const query = (maxPoints: number) => store.query({ serverId: a, series: named('load1'), fromMs: start, toMs: start + hour, maxPoints });
  const check = () => {
    expect([query(180), query(179), query(59), query(5)].map(({ stepMs }) => stepMs)).toEqual([0, 60_000, 600_000, 1_200_000]);
    expect(plain(query(180))['load1']).toHaveLength(180);
    expect(plain(query(179))['load1']?.slice(0, 2)).toEqual([
      [0, 3, 0, 2, 1, 2],
      [60_000, 3, 3, 5, 4, 5],
    ]);
    expect(plain(query(6))['load1']?.at(-1)).toEqual([3_000_000, 30, 150, 179, 164.5, 179]);
    expect(plain(query(2))['load1']).toEqual([
      [0, 90, 0, 89, 44.5, 89],
      [1_800_000, 90, 90, 179, 134.5, 179],
    ]);
  };
  check();
  settle(store);
  check();
  store.flush();
  settle(store);
  check();
});

test('a short time within a packed hour is told value by value', () => {
  const { store } = testStore();
  for (let at = 0; at < 3 * hour; at += 10_000) store.append(a, start + at, hostReadings({ load1: at / 10_000 }));
  settle(store);
  const ask = (fromMs: number, toMs: number, maxPoints: number) =>
    store.query({ serverId: a, series: named('load1'), fromMs: start + fromMs, toMs: start + toMs, maxPoints });
  expect(plain(ask(hour - 20_000, hour + 10_000, 3))).toEqual({
    load1: [
      [hour - 20_000, 358],
      [hour - 10_000, 359],
      [hour, 360],
    ],
  });
  expect(ask(60_000, 120_000, 6).stepMs).toBe(0);
  expect(ask(60_000, 120_000, 5).stepMs).toBe(60_000);
  expect(ask(hour / 2, 2.5 * hour, 720).stepMs).toBe(0);
  expect(ask(hour / 2, 2.5 * hour, 719).stepMs).toBe(60_000);
});

test('what another recorder kept is taken where nothing is, and once', () => {
  const { store } = testStore();
  for (const at of [0, 10_000, 60_000]) store.append(a, start + at, hostReadings({ load1: 1 }));
  const recorded = Array.from({ length: 14 }, (_, index) => ({ atMs: start + index * 5000 + 400, readings: hostReadings({ load1: 2 }) }));
  // Of the connection something is known meanwhile; nothing was measured by that.
  for (const { atMs } of recorded) store.append(a, atMs + 1, [{ subject: '', metric: 'serverReachable', value: 0 }]);
  expect(store.backfill(a, recorded, 5000)).toBe(9);
  const times = plain(store.query({ serverId: a, series: named('load1'), ...all }))['load1']?.map(([at]) => at);
  expect(times).toEqual([0, 10_000, 15_400, 20_400, 25_400, 30_400, 35_400, 40_400, 45_400, 50_400, 60_000, 65_400]);
  expect(store.backfill(a, recorded, 5000)).toBe(0);
  expect(store.backfill(a, recorded, 0)).toBe(5);
  expect(store.backfill(a, [], 5000)).toBe(0);
  expect(store.backfill(b, [recorded, recorded].flat(), 0)).toBe(14);
  expect(plain(store.query({ serverId: b, series: named('load1'), ...all }))['load1']).toHaveLength(14);
});

test('one metric of many servers: of one subject, of every one, of chosen servers', () => {
  const { store } = testStore();
  const gpus = (...values: number[]) => values.map((value, index) => ({ subject: `gpu:${index}`, metric: 'gpuUsedRatio', value }));
  store.append(a, start, [...gpus(0.25, 0.5), ...hostReadings({ load1: 1 })]);
  store.append(b, start, gpus(0.75));
  const range = { fromMs: start, toMs: start + hour, maxPoints: 100 };
  const shapes = (answer: ReturnType<typeof store.queryFleet>) =>
    answer.servers.map(({ serverId, series }) => [serverId, ...series.map(({ subject, last }) => [subject, ...last])]);
  expect(shapes(store.queryFleet({ serverIds: null, metric: 'gpuUsedRatio', subject: null, ...range }))).toEqual([
    [a, ['gpu:0', 0.25], ['gpu:1', 0.5]],
    [b, ['gpu:0', 0.75]],
  ]);
  expect(shapes(store.queryFleet({ serverIds: null, metric: 'gpuUsedRatio', subject: 'gpu:1', ...range }))).toEqual([[a, ['gpu:1', 0.5]]]);
  expect(shapes(store.queryFleet({ serverIds: [b, 'srv_none' as ServerId, b], metric: 'gpuUsedRatio', subject: null, ...range }))).toHaveLength(1);
  expect(store.queryFleet({ serverIds: null, metric: 'none', subject: null, ...range })).toEqual({ stepMs: 0, servers: [] });
  expect(store.queryFleet({ serverIds: null, metric: 'load1', subject: '', ...range, maxPoints: 0 }).stepMs).toBe(0);
  expect(store.queryFleet({ serverIds: null, metric: 'load1', subject: '', fromMs: 0, toMs: Infinity, maxPoints: 3 }).servers).toHaveLength(1);
});

test('the newest values are of each series its own last one', () => {
  const { store, clock } = testStore();
  const before = clock.nowMs - 60_000;
  store.append(a, before, hostReadings({ load1: 1, cpuCount: 4 }));
  store.flush();
  store.append(a, before + 5000, hostReadings({ load1: 2 }));
  store.append(b, before - 2 * hour, hostReadings({ load1: 3 }));
  expect(store.latest(null, before)).toEqual([
    {
      serverId: a,
      readings: [
        { subject: '', metric: 'load1', value: 2, atMs: before + 5000 },
        { subject: '', metric: 'cpuCount', value: 4, atMs: before },
      ],
    },
  ]);
  expect(store.latest([b], 0)).toEqual([]);
});

test('odd questions have empty answers', () => {
  const { store } = testStore();
  store.append(a, start, hostReadings({ load1: 1 }));
  const none = { stepMs: 0, servers: [] };
  expect(store.query({ serverId: 'srv_none' as ServerId, series: named('load1'), ...all })).toEqual(none);
  expect(store.query({ serverId: a, series: named('none'), ...all })).toEqual(none);
  expect(store.query({ serverId: a, series: named('load1'), ...all, toMs: start })).toEqual(none);
  expect(store.query({ serverId: a, series: named('load1'), ...all, fromMs: Number.NaN })).toEqual(none);
  expect(store.seriesOf('srv_none' as ServerId)).toEqual([]);
});
