import { expect, it, vi } from 'vitest';
import { keepSamples } from './keepSamples.ts';

const hour = 3_600_000;
const nowMs = () => 100 * 24 * hour;

it('hands over the last quarter of an hour and prunes what is over 30 days, daily', async () => {
  vi.useFakeTimers();
  const series = [{ serverId: 'srv_1' as never, samples: [] }];
  const samples = { queryAll: vi.fn(async () => series), prune: vi.fn(async () => 0) };
  const remember = vi.fn();
  const stop = keepSamples(samples, remember, { nowMs, log: () => {} });
  await vi.advanceTimersByTimeAsync(25 * hour);
  expect(samples.queryAll).toHaveBeenCalledWith(nowMs() - hour / 4, nowMs());
  expect(remember).toHaveBeenCalledWith(series);
  expect(samples.prune.mock.calls).toEqual([[70 * 24 * hour], [70 * 24 * hour]]);
  stop();
  await vi.advanceTimersByTimeAsync(48 * hour);
  expect(samples.prune).toHaveBeenCalledTimes(2);
  vi.useRealTimers();
});

it('logs that the series cannot be read, and goes on', async () => {
  const log = vi.fn();
  const broken = { queryAll: () => Promise.reject(new Error('gone')), prune: () => Promise.reject(new Error('gone')) };
  const stop = keepSamples(broken, () => {}, { nowMs, log });
  await expect.poll(() => log.mock.calls.length).toBe(2);
  expect(log).toHaveBeenCalledWith('samples.unavailable', { reason: 'Error: gone' });
  stop();
});
