import { call } from '@orpc/server';
import { expect, test, vi } from 'vitest';
import type { ServerId } from '../../shared/model/ids.ts';
import type { EnginesService } from '../features/health/engines/enginesService.ts';
import { ClientSession } from '../rpc/clientSession.ts';
import { enginesHandlers, isConnected } from './wireEngines.ts';

const server = { id: 'srv_a' as ServerId, name: 'gpu-1' };

function played(settled: () => Promise<void>) {
  const leave = vi.fn();
  const watch = vi.fn(() => ({ leave }));
  const engines = { settled: vi.fn(settled), list: vi.fn(() => []) } as unknown as EnginesService;
  return { leave, watch, engines, handlers: enginesHandlers(engines, { watch } as never, () => [server]) };
}
const context = { client: new ClientSession(() => {}) };

test('servers are read for as long as it takes to find their engines, and let go then', async () => {
  const { leave, watch, engines, handlers } = played(async () => {});
  expect(await call(handlers.engines, { selector: 'gpu-1', waitS: 7 }, { context })).toEqual({ engines: [] });
  expect(watch).toHaveBeenCalledWith([server], { intervalS: 5 });
  expect(vi.mocked(engines.settled).mock.calls[0]?.slice(0, 2)).toEqual([[server.id], 7000]);
  expect(leave).toHaveBeenCalledTimes(1);
});

test('without a time to wait what is known is told at once', async () => {
  const { engines, leave, handlers } = played(async () => {});
  await call(handlers.engines, { selector: 'gpu-1' }, { context });
  expect([vi.mocked(engines.settled).mock.calls.length, leave.mock.calls.length]).toEqual([0, 1]);
});

test('servers are let go where that fails, too', async () => {
  const { leave, handlers } = played(() => Promise.reject(new Error('gone')));
  await expect(call(handlers.engines, { selector: 'gpu-1', waitS: 1 }, { context })).rejects.toThrow();
  expect(leave).toHaveBeenCalledTimes(1);
});

test.each([
  ['connected', true],
  ['degraded', true],
  ['reconnecting', false],
  ['unreachable', false],
])('a server that is %s', (state, expected) => {
  expect(isConnected({ state: () => ({ state, error: null }) } as never, server.id)).toBe(expected);
});
