import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { ServerId } from '../../../shared/model/ids.ts';
import { openReadings, type ReadingsOptions } from './openReadings.ts';
import { a, b, crashImage, freshDirectory, hostReadings, named } from './testReadings.ts';

const minute = 60_000;

async function opened(directory: string, change: Partial<ReadingsOptions> = {}) {
  const readings = await openReadings({ directory, log: () => {}, ...change });
  onTestFinished(() => readings.close());
  return readings;
}

const count = (found: { servers: { series: { atMs: Float64Array }[] }[] }) => found.servers[0]?.series[0]?.atMs.length ?? 0;

test('readings go to the worker and come back, also after it was closed', async () => {
  const directory = freshDirectory();
  const from = Date.now() - 10 * minute;
  const readings = await opened(directory);
  for (let tick = 0; tick < 10; tick += 1) readings.append(a, from + tick * 5000, hostReadings({ load1: tick }));
  const range = { fromMs: from, toMs: from + 10 * minute, maxPoints: 100 };
  const query = { serverId: a, series: named('load1'), ...range };
  expect((await readings.query(query)).servers[0]?.series[0]?.last).toEqual(Float32Array.from({ length: 10 }, (_, tick) => tick));
  const recorded = Array.from({ length: 700 }, (_, index) => ({ atMs: from - minute * 60 + index * 1000, readings: hostReadings({ load1: 1 }) }));
  expect(await readings.backfill(b, recorded, 0)).toBe(700);
  expect(await readings.backfill(b, recorded, 0)).toBe(0);
  await readings.close();
  const again = await opened(directory);
  expect(count(await again.query(query))).toBe(10);
  expect((await again.queryFleet({ serverIds: null, metric: 'load1', subject: '', ...range })).servers.map(({ serverId }) => serverId)).toEqual([a]);
  expect((await again.latest([a], from))[0]?.readings).toEqual([{ subject: '', metric: 'load1', value: 9, atMs: from + 45_000 }]);
  expect(await again.seriesOf(b)).toEqual(named('load1'));
});

test('sixty moments of a server are written together, others after their time', async () => {
  const directory = freshDirectory();
  const readings = await opened(directory);
  const from = Date.now() - 10 * minute;
  for (let tick = 0; tick < 60; tick += 1) readings.append(a, from + tick * 5000, hostReadings({ load1: tick }));
  for (let tick = 0; tick < 59; tick += 1) readings.append(b, from + tick * 5000, hostReadings({ load1: tick }));
  const reader = new Sqlite(join(directory, 'readings.db'), { readonly: true });
  onTestFinished(() => void reader.close());
  const written = () => reader.prepare('SELECT count(*) FROM moments').pluck().get();
  await expect.poll(written).toBe(60);
  await readings.flush();
  expect(written()).toBe(119);
});

test('a crash loses what was not written, and nothing else', async () => {
  const directory = freshDirectory();
  const readings = await opened(directory);
  const from = Date.now() - 30 * minute;
  const range = { fromMs: from, toMs: from + 30 * minute };
  for (let tick = 0; tick < 40; tick += 1) {
    readings.append(a, from + tick * 5000, hostReadings({ load1: tick }));
    if (tick === 24) await readings.flush();
  }
  const query = { serverId: a, series: named('load1'), ...range };
  expect(count(await readings.query({ ...query, maxPoints: 100 }))).toBe(40);
  const again = await opened(crashImage(directory));
  expect(count(await again.query({ ...query, maxPoints: 100 }))).toBe(25);
  const { series } = (await again.query({ ...query, maxPoints: 4 })).servers[0] ?? { series: [] };
  expect(series[0]?.count.reduce((sum, own) => sum + own, 0)).toBe(25);
});

test('the rules can be changed', async () => {
  const directory = freshDirectory();
  const readings = await opened(directory);
  const from = Date.now() - 5 * 3_600_000;
  readings.append(a, from, hostReadings({ load1: 1 }));
  await readings.flush();
  readings.keep({ hotHours: 1, rawDays: 1, minuteDays: 1, tenMinuteDays: 1 });
  const reader = new Sqlite(join(directory, 'readings.db'), { readonly: true });
  onTestFinished(() => void reader.close());
  await expect.poll(() => reader.prepare('SELECT count(*) FROM hours').pluck().get()).toBe(1);
});

test('a file from the future is refused', async () => {
  const directory = freshDirectory();
  const raw = new Sqlite(join(directory, 'readings.db'));
  raw.pragma('user_version = 7');
  raw.close();
  await expect(openReadings({ directory, log: () => {} })).rejects.toMatchObject({ code: 'database.from-future', data: { found: 7, supported: 1 } });
});

test('a worker that cannot start is unavailable', async () => {
  const directory = freshDirectory();
  const worker = new URL(`file://${join(directory, 'none.js')}`);
  await expect(openReadings({ directory, log: () => {}, worker })).rejects.toMatchObject({ code: 'core.unavailable' });
});

test('a worker that dies makes questions unavailable, and appends harmless', async () => {
  const directory = freshDirectory();
  const worker = join(directory, 'dying.mjs');
  writeFileSync(
    worker,
    "import { parentPort } from 'node:worker_threads'; parentPort.postMessage({ said: 'opened' }); parentPort.on('message', () => process.exit(3));",
  );
  const events: string[] = [];
  const readings = await opened(directory, { worker: new URL(`file://${worker}`), log: (event) => events.push(event) });
  await expect(readings.seriesOf(a)).rejects.toMatchObject({ code: 'core.unavailable' });
  readings.append('srv_b' as ServerId, 1, hostReadings({ load1: 1 }));
  readings.keep({ hotHours: 1, rawDays: 1, minuteDays: 1, tenMinuteDays: 1 });
  await expect(readings.latest(null, 0)).rejects.toMatchObject({ code: 'core.unavailable' });
  expect(events).toEqual(['database.readings-lost']);
});
