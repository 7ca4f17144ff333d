import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import { openReadings, type Readings } from '../database/readings/openReadings.ts';
import { recallGpuUse } from './recallGpuUse.ts';

const nowMs = Math.floor(Date.now() / 60_000) * 60_000;
const server = 'srv_a' as ServerId;
const use = (value: number, gpu = 'GPU-1') => [{ subject: `gpu:${gpu}`, metric: 'gpuUsedRatio', value }];

let directory: string;
let readings: Readings;
let remembered: { serverId: ServerId; points: readonly { atMs: number; percent: number }[] }[];
let logged: string[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ph-recall-'));
  readings = await openReadings({ directory, log: () => {} });
  remembered = [];
  logged = [];
});
afterEach(async () => {
  await readings.close();
  rmSync(directory, { recursive: true, force: true });
});

const recall = (from: Pick<Readings, 'queryFleet'> = readings) =>
  recallGpuUse(from, { remember: (series) => void remembered.push(...series) }, { nowMs: () => nowMs, log: (event) => void logged.push(event) });

test('the last quarter of an hour of each GPU is told, and nothing else', async () => {
  readings.append(server, nowMs - 16 * 60_000, use(0.9));
  readings.append(server, nowMs - 60_000, [...use(0.5), ...use(0.25, 'GPU-2'), { subject: '', metric: 'load1', value: 7 }]);
  await recall();
  expect(remembered).toHaveLength(1);
  expect(remembered[0]?.points.map(({ percent }) => percent).sort()).toEqual([25, 50]);
});

test('what is stored in steps fills the time that each stands for, up to now', async () => {
  const floats = (...values: number[]) => Float32Array.from(values);
  const series = { subject: 'gpu:GPU-1', metric: 'gpuUsedRatio', atMs: Float64Array.from([nowMs - 90_000, nowMs - 30_000]), count: Uint32Array.from([4, 2]) };
  const mean = floats(0.5, 0.75);
  await recall({
    queryFleet: async () => ({ stepMs: 60_000, servers: [{ serverId: server, series: [{ ...series, mean, min: mean, max: mean, last: mean }] }] }),
  });
  expect(remembered[0]?.points.map(({ atMs, percent }) => [(nowMs - atMs) / 1000, percent])).toEqual([
    ...[90, 75, 60, 45].map((ago) => [ago, 50]),
    ...[30, 15].map((ago) => [ago, 75]),
  ]);
});

test('readings that cannot be read are logged', async () => {
  await recall({ queryFleet: () => Promise.reject(new AppError('core.unavailable', { reason: 'gone' })) });
  expect([remembered, logged]).toEqual([[], ['fleet.use-not-recalled']]);
});
