import { expect, test } from 'vitest';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Reading } from '../../../shared/model/reading.ts';
import type { HealthPart, HealthSource } from '../../../shared/model/serverHealth.ts';
import { FleetFiguresBook } from './fleetFigures.ts';
import { containerState } from './ServerContainers.tsx';

const head = (id: string, state: 'live' | 'lost' = 'live'): HealthPart => ({
  ...{ kind: 'server', serverId: id as ServerId, serverName: id, state, error: null, observedAtMs: 5_000, intervalS: 5, gpus: [] },
});
const look = (id: string, source: HealthSource, readings: Reading[], stale = false): HealthPart => ({
  ...{ kind: 'readings', serverId: id as ServerId, source, part: 0, observedAtMs: 5_000, stale, status: 0, readings, leftOut: 0 },
});
const book = (parts: Record<string, HealthPart>) => new Map(Object.entries(parts));

test('a server is summed up: means of GPUs, the hottest, the fullest, the slowest', () => {
  const gpu = (index: number, used: number, heat: number): Reading[] => [
    { subject: `gpu:${index}`, metric: 'gpuUsedRatio', value: used },
    { subject: `gpu:${index}`, metric: 'gpuTemperatureCelsius', value: heat },
  ];
  const disk = (subject: string, value: number): Reading => ({ subject, metric: 'diskUsedRatio', value });
  const lines = new FleetFiguresBook().take(
    book({
      a: head('a'),
      'a/gpus/0': look('a', 'gpus', [...gpu(0, 0.2, 51), ...gpu(1, 0.6, 79)]),
      'a/disks/0': look('a', 'disks', [disk('disk:/', 0.4), disk('disk:/data', 0.91)]),
      'a/engines/0': look('a', 'engines', [{ subject: 'engine:x', metric: 'firstTokenP95S', value: 0.4 }], true),
    }),
  );
  expect(lines.get('a')).toEqual({
    ...{ state: 'live', observedAtMs: 5_000, gpus: [0.2, 0.6], gpuUsed: 0.4, vramRatio: null, temperatureC: 79, load1: null, diskRatio: 0.91 },
    // Engines should have been asked anew long ago.
    firstTokenS: null,
  });
});

test('a line stays the same object until something of its server comes in, and goes with it', () => {
  const figures = new FleetFiguresBook();
  const [a, b] = [head('a'), head('b')];
  const first = figures.take(book({ a, b }));
  const second = figures.take(book({ a, b: head('b', 'lost') }));
  expect(second.get('a')).toBe(first.get('a'));
  expect(second.get('b')?.state).toBe('lost');
  expect([...figures.take(book({ b })).keys()]).toEqual(['b']);
});

test('a container is in one state, the worst that is known of it', () => {
  const state = (of: Record<string, number>) => containerState((metric) => of[metric] ?? null).state;
  expect(state({ containerRunning: 1, containerHealthy: 1 })).toBe('healthy');
  expect(state({ containerRunning: 1 })).toBe('runs');
  expect(state({ containerRunning: 1, containerHealthy: 0, containerRestartsRecent: 2 })).toBe('unhealthy');
  expect(state({ containerRunning: 1, containerRestartsRecent: 2 })).toBe('just restarted');
  expect(state({ containerRunning: 0, containerExitCode: 137 })).toBe('ended with 137');
  expect(state({ containerRunning: 0, containerOomKilled: 1 })).toBe('killed for memory');
  expect(state({})).toBe('unknown');
});
