import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Facts } from '../../shared/model/facts.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import { openTestDatabase } from '../database/openTestDatabase.ts';
import { inventoryServer } from '../features/alerts/testing/testAlerts.ts';
import { createWindowsService } from '../features/schedules/windowsService.ts';
import { type AlertsWiring, wireAlerts } from './wireAlerts.ts';

const nowMs = Date.UTC(2026, 10, 23, 12);
const servers = [inventoryServer('a', { jump: 'gate' }), inventoryServer('gate'), inventoryServer('new')];

/** Alerts over a fleet of which this is known. */
async function wired(change: Partial<AlertsWiring> = {}) {
  const { database } = openTestDatabase();
  const windows = createWindowsService({ database, servers: () => servers, who: () => 'Ada', nowMs: () => nowMs });
  const kept: [string, number, number][] = [];
  const told = new Set<(look: never) => void>();
  const known: Partial<AlertsWiring> = {
    ...{ database, windows, resources: join(import.meta.dirname, '../../../resources') },
    servers: () => servers,
    remote: { state: () => ({ state: 'connected' }), network: { verdict: { state: 'fine' } } } as unknown as AlertsWiring['remote'],
    feed: {
      publish: () => {},
      subscribe(listener) {
        told.add(listener as never);
        return () => told.delete(listener as never);
      },
    },
    readings: { append: (id: string, atMs: number, own: readonly unknown[]) => kept.push([id, atMs, own.length]) } as unknown as AlertsWiring['readings'],
    facts: () => null,
    stacks: () => [],
    containers: () => [],
    engines: () => [],
    probes: () => [],
    incidents: {} as AlertsWiring['incidents'],
    workflows: { list: async () => [{ id: 'triage' }] } as unknown as AlertsWiring['workflows'],
    secrets: { get: async () => null } as unknown as AlertsWiring['secrets'],
    mask: (text) => text,
    who: () => 'Ada',
    nowMs: () => nowMs,
    log: () => {},
    ...change,
  };
  const alerts = await wireAlerts(known as AlertsWiring);
  onTestFinished(() => alerts.service.close());
  return { alerts, windows, kept, told };
}
const facts = (gpus: number, zone: string | null) => ({ gpu: { devices: Array.from({ length: gpus }, () => ({})) }, time: { zone } }) as unknown as Facts;

test('a server is judged with its way, its hardware, its own clock, and what its containers, engines and probes belong to', async () => {
  const { alerts } = await wired({
    facts: (id) => (id === 'srv_a' ? facts(2, 'Europe/Berlin') : id === 'srv_gate' ? facts(0, 'Nowhere/Such') : null),
    stacks: (id) => (id === 'srv_a' ? [{ stackId: 'shop' }] : []),
    containers: (id) => (id === 'srv_a' ? [{ name: 'llm', stackId: 'shop' }] : []) as never,
    engines: ([server]) =>
      (server?.id === 'srv_a'
        ? [
            { container: 'llm', kind: 'vllm' },
            { container: 'other', kind: 'vllm', stack: 'bank' },
          ]
        : []) as never,
    probes: (id) =>
      (id === 'srv_a'
        ? [
            { id: 'p1', fields: { name: 'Gateway', stack: 'shop' }, state: 'limited' },
            { id: 'p2', fields: { name: 'Off' }, state: 'paused' },
          ]
        : []) as never,
  });
  const [a, gate, unknown] = alerts.service.judge.situation().servers;
  expect(a).toMatchObject({ via: 'srv_gate', hardware: 'gpu', zone: 'Europe/Berlin', stacks: ['shop'], engines: ['vllm'] });
  expect(a?.subjects).toEqual({
    'container:llm': { stack: 'shop' },
    'engine:llm': { engine: 'vllm', parent: 'container:llm', stack: 'shop' },
    'engine:other': { engine: 'vllm', parent: 'container:other', stack: 'bank' },
    'probe:p1': { title: 'Gateway', resting: true, stack: 'shop' },
  });
  // A zone that is not known here counts as none.
  expect([gate?.hardware, gate?.zone, unknown?.hardware, unknown?.zone]).toEqual(['cpu', null, null, null]);
});

test('a maintenance window counts for its servers while it is open', async () => {
  const { alerts, windows } = await wired();
  const when = (from: string, until: string) => ({ kind: 'once' as const, from, until, zone: 'UTC' });
  windows.add({ requestId: 'request-one' as never, fields: { name: 'now', selector: 'gate', when: when('2026-11-23T11:00', '2026-11-23T13:00') } });
  windows.add({ requestId: 'request-two' as never, fields: { name: 'later', selector: 'all', when: when('2026-11-23T12:01', '2026-11-23T13:00') } });
  expect(alerts.service.judge.situation().maintenance).toEqual([
    { name: 'now', serverIds: ['srv_gate'], fromMs: nowMs - 3_600_000, untilMs: nowMs + 3_600_000 },
  ]);
});

test('it hears what is measured and keeps how connections stand from its start on, and ends both', async () => {
  const { alerts, kept, told } = await wired();
  expect([told.size, kept]).toEqual([0, []]);
  alerts.service.start();
  expect([told.size, kept]).toEqual([1, servers.map(({ id }) => [id, nowMs, 3])]);
  await alerts.service.close();
  expect(told.size).toBe(0);
});

test('looking back asks for the series of the metric alone, and none where there is none', async () => {
  const asked: unknown[] = [];
  const readings = {
    append: () => {},
    seriesOf: async (id: ServerId) =>
      id === 'srv_a' ? ['disk:/', 'disk:/data'].map((subject) => ({ subject, metric: 'diskUsedRatio' })).concat({ subject: '', metric: 'load1' }) : [],
    query: async (query: { series: unknown[] }) => {
      asked.push(query.series);
      return { stepMs: 60_000, servers: [] };
    },
  };
  const { alerts } = await wired({ readings: readings as unknown as AlertsWiring['readings'] });
  const { problem } = await alerts.service.backtest({ id: 'disk-high', fromMs: nowMs - 1000 });
  expect(asked).toEqual([['disk:/', 'disk:/data'].map((subject) => ({ subject, metric: 'diskUsedRatio' }))]);
  expect(problem).toContain('nothing of that is stored');
  expect(alerts.marks(0)).toEqual([]);
});
