import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ServerId } from '../../../../shared/model/ids.ts';
import { createHealthService, type HealthService } from './healthService.ts';
import { settle, standingOf, TestServers } from './testHealth.ts';

const a = { id: 'srv_a' as ServerId, name: 'gpu-1' };
const b = { id: 'srv_b' as ServerId, name: 'gpu-2' };
let servers: TestServers;
let service: HealthService;

beforeEach(() => {
  servers = new TestServers();
  service = createHealthService(servers.ports);
});
afterEach(() => service.close());

const pass = (seconds: number) => servers.pass(service, seconds);
const live = (count?: number) => servers.live(count);

it('reads servers in the background, faster while somebody looks, and at the old pace afterwards', async () => {
  service.keep([{ ...a, intervalS: 15 }]);
  const program = await live(1);
  expect(program.intervalS).toBe(15);
  const watch = service.watch([a], { intervalS: 1 });
  const idle = service.watch([a], { intervalS: 30 });
  await settle();
  expect(standingOf(watch.state.values(), a.id)?.intervalS).toBe(1);
  watch.leave();
  await settle();
  expect(program.heard.filter((line) => line.startsWith('interval'))).toEqual(['interval 1', 'interval 15']);
  idle.leave();
  for (let index = 0; index < 4; index += 1) {
    pass(20);
    program.host();
  }
  expect([service.size, servers.programs.length]).toEqual([1, 1]);
});

it('follows the servers that are to be read: another pace, another name, one more, one less', async () => {
  service.keep([{ ...a, intervalS: 5 }]);
  const watch = service.watch([a, b], { intervalS: 60 });
  const first = await live(1);
  service.keep([
    { ...a, name: 'gpu-one', intervalS: 10 },
    { ...b, intervalS: 5 },
  ]);
  await settle();
  expect(first.heard).toContain('interval 10');
  expect(standingOf(watch.state.values(), a.id)).toMatchObject({ serverName: 'gpu-one', intervalS: 10 });
  expect(standingOf(watch.state.values(), b.id)).toMatchObject({ intervalS: 5 });
  watch.leave();
  service.keep([{ ...b, intervalS: 5 }]);
  pass(30);
  await settle();
  expect([service.size, first.inputEnded]).toEqual([1, true]);
  service.keep([]);
  pass(30);
  expect(service.size).toBe(0);
});

it('shows a watcher other servers once others are chosen', async () => {
  const watch = service.watch([a], { intervalS: 2 });
  await live(1);
  watch.choose([b]);
  await live(2);
  expect([standingOf(watch.state.values(), a.id), standingOf(watch.state.values(), b.id)?.state]).toEqual([undefined, 'live']);
  watch.choose([]);
  expect(watch.state.values()).toEqual([]);
  watch.leave();
  watch.choose([a]);
  pass(30);
  expect(service.size).toBe(0);
});
