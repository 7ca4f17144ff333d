import { expect, test } from 'vitest';
import { containerState } from './ServerContainers.tsx';

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
