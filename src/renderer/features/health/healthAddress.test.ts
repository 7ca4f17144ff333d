import { expect, test } from 'vitest';
import { boundedRange, healthSearch, moveMs, spans } from './healthAddress.ts';

test('what makes no sense in an address is left out', () => {
  expect(healthSearch({ on: 'gpu-*', range: '24h', charts: 'host', by: 'server' })).toEqual({ on: 'gpu-*', range: '24h', charts: 'host', by: 'server' });
  expect(healthSearch({ on: '', range: '2y', fromMs: 5, charts: 3, by: 'rack' })).toEqual({});
  expect(healthSearch({ fromMs: 10_000, toMs: 5_000 })).toEqual({});
  expect(healthSearch({ fromMs: 10_000.4, toMs: 50_000 })).toEqual({ fromMs: 10_000, toMs: 50_000 });
});

test('a time is neither shorter than ten seconds, nor after now, nor longer than 90 days', () => {
  expect(boundedRange({ fromMs: 50_000, toMs: 51_000 }, 1e9)).toEqual({ fromMs: 41_000, toMs: 51_000 });
  expect(boundedRange({ fromMs: 900_000, toMs: 2_000_000 }, 1_000_000)).toEqual({ fromMs: 900_000, toMs: 1_000_000 });
  expect(boundedRange({ fromMs: 0, toMs: 1e12 }, 1e12).fromMs).toBe(1e12 - 90 * 86_400_000);
});

test('a live chart moves by about a pixel', () => expect([moveMs(spans['15m']), moveMs(spans['6h']), moveMs(spans['7d'])]).toEqual([2_000, 48_000, 60_000]));
