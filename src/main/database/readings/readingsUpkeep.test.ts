import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openReadingsFile } from './openReadingsFile.ts';
import { a, b, day, freshDirectory, hostReadings, hour, named, plain, rowsOf, settle, start, testStore } from './testReadings.ts';

const all = { fromMs: start, toMs: start + 2 * day, maxPoints: 20_000 };

test('what is older than is kept, or has not come yet, is not taken', () => {
  const { store, clock } = testStore();
  expect(store.append(a, clock.nowMs - day - 1, hostReadings({ load1: 1 }))).toBe(false);
  expect(store.append(a, clock.nowMs + 2 * hour, hostReadings({ load1: 1 }))).toBe(false);
  expect(store.append(a, Number.NaN, hostReadings({ load1: 1 }))).toBe(false);
  expect(store.append(a, clock.nowMs - day, hostReadings({ load1: 1 }))).toBe(true);
});

test('values are kept for days, minutes and tens of minutes for longer, then nothing is left of them', () => {
  const { store, clock, directory } = testStore();
  store.append(a, start + 1000, hostReadings({ load1: 1 }));
  store.append(a, start + day - 1000, hostReadings({ load1: 3 }));
  store.flush();
  const found = () =>
    [1, 1440, 20_000].map((maxPoints) => {
      const { stepMs, servers } = store.query({ serverId: a, series: named('load1'), fromMs: start, toMs: start + day, maxPoints });
      return [stepMs, servers[0]?.series[0]?.atMs.length ?? 0];
    });
  settle(store);
  expect(found()).toEqual([
    [day, 1],
    [0, 2],
    [0, 2],
  ]);
  clock.nowMs += hour;
  // Not deleted yet, and not given any more.
  expect(found()).toEqual([
    [day, 1],
    [60_000, 2],
    [60_000, 2],
  ]);
  settle(store);
  expect(rowsOf(directory, 'SELECT moments FROM hours')).toEqual([]);
  expect(rowsOf(directory, 'SELECT count(*) FROM moments')).toEqual([[1]]);
  clock.nowMs += day;
  settle(store);
  expect(found().slice(0, 2)).toEqual([
    [day, 1],
    [600_000, 2],
  ]);
  expect(rowsOf(directory, 'SELECT level, count(*) FROM rollups GROUP BY level')).toEqual([
    [1, 1],
    [2, 2],
  ]);
  clock.nowMs += 3 * day;
  settle(store);
  expect(rowsOf(directory, 'SELECT count(*) FROM rollups')).toEqual([[0]]);
  clock.nowMs += 4 * day;
  settle(store);
  for (const table of ['servers', 'series', 'layouts', 'held', 'hours'])
    expect([table, ...rowsOf(directory, `SELECT count(*) FROM ${table}`)]).toEqual([table, [0]]);
});

test('a longer time in the settings does not have roll-ups made from what is left', () => {
  const { store, clock } = testStore();
  const tens = () => plain(store.query({ serverId: a, series: named('load1'), fromMs: start, toMs: start + hour, maxPoints: 6 }));
  store.append(a, start, hostReadings({ load1: 1 }));
  store.flush();
  clock.nowMs += hour;
  settle(store);
  store.keep({ hotHours: 2, rawDays: 3, minuteDays: 3, tenMinuteDays: 4 });
  expect(store.append(a, start + 1000, hostReadings({ load1: 9 }))).toBe(false);
  settle(store);
  expect(tens()).toEqual({ load1: [[0, 1, 1, 1, 1, 1]] });
});

test('a step of upkeep is small: one hour of one server, some rows', () => {
  const { store, directory } = testStore();
  for (const server of [a, b]) for (let at = 0; at < 6 * hour; at += 60_000) store.append(server, start + at, hostReadings({ load1: at }));
  store.flush();
  for (let steps = 1; steps <= 3; steps += 1) {
    expect(store.maintain()).toBe(true);
    expect(rowsOf(directory, 'SELECT count(*) FROM hours')).toEqual([[steps]]);
  }
  expect(settle(store)).toBeGreaterThanOrEqual(9);
  expect(store.maintain()).toBe(false);
});

test('a full disk has its own code, loses nothing that waits, and is got over', () => {
  let limit = (_pages: number): void => undefined;
  const { store } = testStore({
    open: (...options) => {
      const connection = openReadingsFile(...options);
      limit = (pages) => void connection.pragma(`max_page_count = ${pages}`);
      return connection;
    },
  });
  limit(1);
  for (let at = 0; at < 2000; at += 1) store.append(a, start + at * 1000, hostReadings({ load1: at % 7, load5: at % 11 }));
  const query = { serverId: a, series: named('load1'), ...all };
  const before = plain(store.query(query));
  expect(() => store.maintain()).toThrow(expect.objectContaining({ code: 'local.disk-full' }));
  expect(plain(store.query(query))).toEqual(before);
  limit(1_000_000);
  settle(store);
  expect(plain(store.query(query))).toEqual(before);
  expect(before['load1']).toHaveLength(2000);
});

test('a damaged file is set aside and told of', () => {
  const directory = freshDirectory();
  writeFileSync(join(directory, 'readings.db'), 'no database at all'.repeat(500));
  const { store, events } = testStore({ directory });
  expect(store.append(a, start, hostReadings({ load1: 1 }))).toBe(true);
  expect(events.map(({ event }) => event)).toEqual(['database.readings-set-aside']);
  expect(existsSync(join(directory, 'readings.db.unreadable'))).toBe(true);
});

test('an hour that is damaged is as none, and told of', () => {
  const { store, events, directory } = testStore();
  for (const at of [0, hour]) store.append(a, start + at, hostReadings({ load1: 1 }));
  store.flush();
  settle(store);
  const raw = new Sqlite(join(directory, 'readings.db'));
  raw.exec(`UPDATE hours SET block = x'010203' WHERE hour = ${start}`);
  raw.close();
  expect(plain(store.query({ serverId: a, series: named('load1'), ...all }))).toEqual({ load1: [[hour, 1]] });
  expect(events.map(({ event }) => event)).toEqual(['database.readings-hour-unreadable']);
});

test('a file from the future is refused', () => {
  const directory = freshDirectory();
  const raw = new Sqlite(join(directory, 'readings.db'));
  raw.pragma('user_version = 7');
  raw.close();
  expect(() => testStore({ directory })).toThrow(expect.objectContaining({ code: 'database.from-future', data: expect.objectContaining({ found: 7 }) }));
});

test('moments that come late change the roll-ups, also of an hour that is packed', () => {
  const { store, directory } = testStore();
  const tens = () => plain(store.query({ serverId: a, series: named('load1'), fromMs: start, toMs: start + 600_000, maxPoints: 1 }))['load1'];
  for (const at of [0, 60_000]) store.append(a, start + at, hostReadings({ load1: 10 }));
  store.flush();
  settle(store);
  expect(rowsOf(directory, 'SELECT hour, moments FROM hours')).toEqual([[start, 2]]);
  expect(rowsOf(directory, 'SELECT count(*) FROM moments')).toEqual([[0]]);
  store.append(a, start + 30_000, hostReadings({ load1: 40 }));
  expect(tens()).toEqual([[0, 3, 10, 40, 20, 10]]);
  store.flush();
  expect(tens()).toEqual([[0, 3, 10, 40, 20, 10]]);
  settle(store);
  store.append(a, start + 70_000, hostReadings({ load1: 0 }));
  expect(tens()).toEqual([[0, 4, 0, 40, 15, 0]]);
});
