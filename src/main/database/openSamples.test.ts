import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { Vitals } from '../../shared/model/facts.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import { openSamples, type SamplesOptions } from './openSamples.ts';
import { testDirectory } from './testDirectory.ts';

const a = 'srv_a' as ServerId;
const b = 'srv_b' as ServerId;
const sample = (observedAtMs: number, load1 = 1): Vitals => ({ observedAtMs, load1, memoryUsedMib: 10, memoryTotalMib: null, diskUsedRatio: 0.5, gpus: [] });

function directory(): string {
  const made = testDirectory();
  onTestFinished(() => made[Symbol.dispose]());
  return made.path;
}

async function opened(path: string, change: Partial<SamplesOptions> = {}) {
  const samples = await openSamples({ directory: path, log: () => {}, ...change });
  onTestFinished(() => samples.close());
  return samples;
}

test('samples come back by server and time, flushed or not', async () => {
  const path = directory();
  const samples = await opened(path);
  for (const time of [3000, 1000, 2000]) samples.append(a, sample(time));
  samples.append(b, sample(1500));
  expect((await samples.query(a, 1000, 3000)).map(({ observedAtMs }) => observedAtMs)).toEqual([1000, 2000]);
  expect(await samples.query('srv_none' as ServerId, 0, 9000)).toEqual([]);
  await samples.close();
  const again = await opened(path);
  again.append(a, sample(4000));
  expect(await again.queryAll(0, 9000)).toEqual([
    { serverId: a, samples: [sample(1000), sample(2000), sample(3000), sample(4000)] },
    { serverId: b, samples: [sample(1500)] },
  ]);
});

test('a second sample of the same time replaces the first', async () => {
  const path = directory();
  const first = await opened(path);
  first.append(a, sample(1000, 1));
  await first.close();
  const second = await opened(path);
  second.append(a, sample(1000, 2));
  expect(await second.query(a, 0, 9000)).toEqual([sample(1000, 2)]);
  await second.close();
  expect(await (await opened(path)).query(a, 0, 9000)).toEqual([sample(1000, 2)]);
});

test('flushes by itself after its time', async () => {
  const path = directory();
  const samples = await opened(path, { flushMs: 10 });
  samples.append(a, sample(1000));
  const reader = new Sqlite(join(path, 'samples.db'), { readonly: true });
  onTestFinished(() => void reader.close());
  await expect.poll(() => reader.prepare('SELECT count(*) FROM vitals').pluck().get()).toBe(1);
});

test('retention deletes what is older, and servers without samples', async () => {
  const path = directory();
  const first = await opened(path);
  first.append(a, sample(1000));
  first.append(b, sample(1000));
  first.append(b, sample(2000));
  await first.close();
  const samples = await opened(path);
  expect(await samples.prune(2000)).toBe(2);
  expect(await samples.queryAll(0, 9000)).toEqual([{ serverId: b, samples: [sample(2000)] }]);
  await samples.close();
  const raw = new Sqlite(join(path, 'samples.db'));
  expect(raw.prepare('SELECT id FROM servers').pluck().all()).toEqual([b]);
  raw.close();
});

test('a damaged file is set aside and told of', async () => {
  const path = directory();
  writeFileSync(join(path, 'samples.db'), 'no database at all'.repeat(500));
  const events: string[] = [];
  const samples = await opened(path, { log: (event) => events.push(event) });
  samples.append(a, sample(1000));
  expect(await samples.query(a, 0, 9000)).toEqual([sample(1000)]);
  expect(events).toEqual(['database.samples-set-aside']);
  expect(existsSync(join(path, 'samples.db.unreadable'))).toBe(true);
});

test('a file from the future is refused', async () => {
  const path = directory();
  const raw = new Sqlite(join(path, 'samples.db'));
  raw.pragma('user_version = 7');
  raw.close();
  await expect(openSamples({ directory: path, log: () => {} })).rejects.toMatchObject({ code: 'database.from-future', data: { found: 7, supported: 1 } });
});

test('a worker that cannot start is unavailable', async () => {
  const path = directory();
  const worker = new URL(`file://${join(path, 'none.js')}`);
  await expect(openSamples({ directory: path, log: () => {}, worker })).rejects.toMatchObject({ code: 'core.unavailable' });
});

test('a worker that dies makes queries unavailable, and appends harmless', async () => {
  const path = directory();
  const worker = join(path, 'dying.mjs');
  writeFileSync(
    worker,
    "import { parentPort } from 'node:worker_threads'; parentPort.postMessage({ answer: 'opened' }); parentPort.on('message', () => process.exit(3));",
  );
  const events: string[] = [];
  const samples = await opened(path, { worker: new URL(`file://${worker}`), log: (event) => events.push(event) });
  await expect(samples.query(a, 0, 1)).rejects.toMatchObject({ code: 'core.unavailable' });
  samples.append(a, sample(1));
  await expect(samples.prune(1)).rejects.toMatchObject({ code: 'core.unavailable' });
  expect(events).toEqual(['database.samples-lost']);
});
