import { call } from '@orpc/server';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import { measuredMetrics } from '../../../shared/model/measuredMetrics.ts';
import type { HealthPart } from '../../../shared/model/serverHealth.ts';
import type { StateFrame } from '../../../shared/model/stream.ts';
import { ClientSession } from '../../rpc/clientSession.ts';
import { createHealthService, type HealthService } from './collect/healthService.ts';
import { settle, TestServers } from './collect/testHealth.ts';
import { healthHandlers } from './healthHandlers.ts';

let servers: TestServers;
let service: HealthService;
let handlers: ReturnType<typeof healthHandlers>;
const nothing = async () => ({ stepMs: 0, servers: [] });
const noReadings = { query: nothing, queryFleet: nothing, latest: async () => [], seriesOf: async () => [] };
let inventoryChanged: (() => void) | null = null;
let picked: { id: ServerId; name: string }[] = [];
const context = { client: new ClientSession(() => {}) };

beforeEach(() => {
  servers = new TestServers();
  picked = [{ id: 'srv_a' as ServerId, name: 'gpu-1' }];
  service = createHealthService(servers.ports);
  handlers = healthHandlers({
    ...{
      service,
      readings: noReadings,
      marks: () => [],
      nowMs: () => 0,
      onServers: (listener) => {
        inventoryChanged = listener;
        return () => (inventoryChanged = null);
      },
    },
    select: async (selector) => {
      if (selector === 'none' || picked.length === 0) throw new AppError('selector.no-match', { selector });
      return picked;
    },
  });
});
afterEach(() => service.close());

it('lists what is measured with its unit', async () => {
  const { metrics } = await call(handlers.metrics, {}, { context });
  expect(metrics).toHaveLength(measuredMetrics.length);
  expect(metrics).toContainEqual({
    ...{ name: 'cpuUsedRatio', label: 'CPU used', unit: 'ratio', kind: 'rate', subjects: ['host'], bad: 'high' },
    exported: [{ subject: 'host', name: 'pilothouse_host_cpu_used_ratio', labels: ['server'] }],
  });
  expect(metrics.find(({ name }) => name === 'firstTokenP95S')).toMatchObject({
    ...{ unit: 'seconds', subjects: ['engine'], label: 'First token, 95 of 100 below' },
    exported: [{ subject: 'engine', name: 'pilothouse_engine_first_token_p95_seconds', labels: ['server', 'engine'] }],
  });
});

it('gives one look, when there is one, and reads nothing after it', async () => {
  const stream = await call(handlers.snapshot, { selector: 'gpu-1', metrics: ['cpuCount'] }, { context });
  const frames: StateFrame<HealthPart>[] = [];
  const reading = (async () => {
    for await (const frame of stream) frames.push(frame);
  })();
  const program = await servers.program(1);
  program.begin();
  program.host();
  await settle();
  expect([program.intervalS, frames]).toEqual([1, []]);
  program.host();
  await reading;
  expect(frames).toMatchObject([
    { type: 'open' },
    {
      type: 'snapshot',
      last: true,
      items: [
        { kind: 'server', state: 'live' },
        { source: 'host', readings: [{ metric: 'cpuCount', value: 4 }] },
      ],
    },
  ]);
  expect(context.client.openStreams).toBe(0);
  servers.clock.ms += 30_000;
  service.tick();
  expect(service.size).toBe(0);
});

it('watches for as long as the stream is read', async () => {
  const leave = new AbortController();
  const stream = await call(handlers.watch, { selector: 'gpu-1', intervalS: 2 }, { context, signal: leave.signal });
  // Whoever never reads costs nothing.
  expect(service.size).toBe(0);
  const frames = stream[Symbol.asyncIterator]();
  expect((await frames.next()).value).toMatchObject({ type: 'open' });
  expect((await frames.next()).value).toMatchObject({ type: 'snapshot', items: [{ kind: 'server', state: 'opening', intervalS: 2 }] });
  const program = await servers.program(1);
  program.begin();
  program.host();
  expect((await frames.next()).value).toMatchObject({ type: 'patch', upsert: [{ source: 'host' }, { kind: 'server', state: 'live' }] });
  leave.abort();
  expect((await frames.next()).done).toBe(true);
  servers.clock.ms += 30_000;
  service.tick();
  expect([service.size, context.client.openStreams]).toEqual([0, 0]);
});

it('follows whom the selector picks while it is read, also when that is nobody', async () => {
  const leave = new AbortController();
  const frames = (await call(handlers.watch, { selector: 'all' }, { context, signal: leave.signal }))[Symbol.asyncIterator]();
  await frames.next();
  await frames.next();
  picked.push({ id: 'srv_b' as ServerId, name: 'gpu-2' });
  inventoryChanged?.();
  expect((await frames.next()).value).toMatchObject({ type: 'patch', upsert: [{ kind: 'server', serverId: 'srv_b' }] });
  picked = [];
  inventoryChanged?.();
  expect((await frames.next()).value).toMatchObject({ type: 'patch', remove: ['srv_a', 'srv_b'] });
  leave.abort();
  expect([(await frames.next()).done, inventoryChanged]).toEqual([true, null]);
});

it('refuses what it does not know', async () => {
  await expect(call(handlers.watch, { selector: 'none' }, { context })).rejects.toMatchObject({ code: 'selector.no-match' });
  for (const input of [
    { selector: 'gpu-1', intervalS: 0 },
    { selector: 'gpu-1', intervalS: 61 },
    { selector: 'gpu-1', intervalS: 1.5 },
    { selector: 'gpu-1', metrics: ['happiness'] },
    { selector: 'gpu-1', metrics: [] },
  ])
    await expect(call(handlers.watch, input, { context })).rejects.toMatchObject({ code: 'input.invalid' });
  await expect(call(handlers.snapshot, { selector: 'gpu-1', waitS: 61 }, { context })).rejects.toMatchObject({ code: 'input.invalid' });
  expect(servers.programs).toEqual([]);
});
