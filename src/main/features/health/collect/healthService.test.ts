import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import type { ServerId } from '../../../../shared/model/ids.ts';
import { mostReadings } from '../../../../shared/model/serverHealth.ts';
import { maxFrameBytes } from '../../../../shared/model/stream.ts';
import { lookText } from '../collector/testFrames.ts';
import { createHealthService, type HealthService } from './healthService.ts';
import { settle, sourceOf, standingOf, TestServers } from './testHealth.ts';

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

describe('live health', () => {
  it('reads nothing while nobody watches, and goes on for a grace time when the last has left', async () => {
    expect(service.size).toBe(0);
    const first = service.watch([a], { intervalS: 2 });
    const second = service.watch([a], { intervalS: 10 });
    const program = await live();
    first.leave();
    pass(31);
    expect(service.size).toBe(1);
    program.host();
    second.leave();
    second.leave();
    pass(29);
    expect(service.size).toBe(1);
    service.watch([a], { intervalS: 5 });
    pass(29);
    program.host();
    pass(29);
    program.host();
    expect([service.size, servers.programs.length]).toEqual([1, 1]);
  });

  it('lets a server go after the grace time: its program ends and nothing of it is held', async () => {
    const { leave } = service.watch([a], { intervalS: 5 });
    const program = await live();
    leave();
    pass(30);
    await settle();
    expect([service.size, program.inputEnded]).toEqual([0, true]);
    const again = service.watch([a], { intervalS: 5 });
    expect(again.state.values()).toMatchObject([{ kind: 'server', state: 'opening', observedAtMs: null }]);
    expect((await servers.program(2)).intervalS).toBe(5);
  });

  it('looks as often as the most impatient wishes', async () => {
    const slow = service.watch([a, b], { intervalS: 30 });
    await servers.program(2);
    const program = servers.programs.find(({ id }) => id === a.id);
    const fast = service.watch([a], { intervalS: 1 });
    await settle();
    expect([program?.intervalS, program?.heard]).toEqual([30, ['interval 1']]);
    expect([standingOf(slow.state.values(), a.id)?.intervalS, standingOf(slow.state.values(), b.id)?.intervalS]).toEqual([1, 30]);
    fast.leave();
    await settle();
    expect(program?.heard).toEqual(['interval 1', 'interval 30']);
    const other = service.watch([a], { intervalS: 1 });
    slow.leave();
    other.leave();
    await settle();
    expect(program?.heard.slice(2)).toEqual(['interval 1', 'interval 5']);
  });

  it('shows each watcher its servers, and the metrics it wants', async () => {
    const all = service.watch([a, b], { intervalS: 5 });
    const some = service.watch([a], { intervalS: 5, metrics: ['cpuCount', 'diskUsedRatio'] });
    for (const count of [1, 2]) (await live(count)).say(lookText('d', ''));
    expect(all.state.values().map((part) => `${part.serverId} ${part.kind === 'server' ? part.state : part.source}`)).toEqual([
      'srv_a live',
      'srv_b live',
      'srv_a host',
      'srv_a containers',
      'srv_b host',
      'srv_b containers',
    ]);
    expect(some.state.values()).toMatchObject([
      { kind: 'server', serverName: 'gpu-1' },
      { source: 'host', readings: [{ subject: '', metric: 'cpuCount', value: 4 }] },
    ]);
  });

  it('keeps the readings of a server that is lost, tells their age, and goes on when it is back', async () => {
    const { state } = service.watch([a], { intervalS: 5 });
    const program = await live();
    const atMs = servers.clock.ms;
    program.say(lookText('s', 'o oom_kill 3'));
    program.fail(new AppError('ssh.connection-lost', { server: 'gpu-1' }));
    await servers.program(2);
    expect(standingOf(state.values(), a.id)).toMatchObject({ state: 'lost', error: { code: 'ssh.connection-lost' }, observedAtMs: atMs });
    pass(21);
    // What is looked at every 30 seconds is not late yet.
    expect([sourceOf(state.values(), 'host')?.stale, sourceOf(state.values(), 'disks')?.stale]).toEqual([true, false]);
    pass(80);
    expect([sourceOf(state.values(), 'disks')?.stale, sourceOf(state.values(), 'disks')?.observedAtMs]).toEqual([true, atMs]);
    await live(2);
    expect(standingOf(state.values(), a.id)).toMatchObject({ state: 'live', error: null, observedAtMs: servers.clock.ms });
    expect([sourceOf(state.values(), 'host')?.stale, sourceOf(state.values(), 'disks')?.stale]).toEqual([false, true]);
  });

  it('forgets what a later look no longer has', async () => {
    const { state } = service.watch([a], { intervalS: 5 });
    const program = await live();
    const row = (id: string, name: string) => `i ${[id, `/${name}`, 'running', 0, 0, 'false', 0, '', '2025-11-20T09:14:02Z', '', ''].join('\t')}`;
    program.say(lookText('d', `${row('ab'.repeat(32), 'web')}\n${row('cd'.repeat(32), 'api')}`));
    expect(new Set(sourceOf(state.values(), 'containers')?.readings.map(({ subject }) => subject))).toEqual(new Set(['', 'container:web', 'container:api']));
    program.say(lookText('d', '', { number: 2, status: 1 }));
    expect(sourceOf(state.values(), 'containers')).toMatchObject({ status: 1, readings: [] });
  });

  it('is bounded, whatever a server prints, and no part is larger than a frame', async () => {
    const { state } = service.watch([a], { intervalS: 5 });
    const program = await live();
    const disk = (index: number) => `b /dev/d${index} 100 50 50 50% /mnt/${'é'.repeat(100)}${index}`;
    program.say(
      lookText('s', `b Filesystem 1024-blocks Used Available Capacity Mounted on\n${Array.from({ length: 3000 }, (_, index) => disk(index)).join('\n')}`),
    );
    const parts = state.values().filter((part) => part.kind === 'readings' && part.source === 'disks');
    const readings = parts.flatMap((part) => (part.kind === 'readings' ? part.readings : []));
    expect(parts.length).toBeGreaterThan(5);
    expect(readings.length).toBeLessThanOrEqual(mostReadings);
    expect(Math.max(...parts.map((part) => Buffer.byteLength(JSON.stringify(part))))).toBeLessThan(maxFrameBytes - 2048);
    program.say(lookText('s', disk(1), { number: 2 }));
    expect(state.values().filter((part) => part.kind === 'readings' && part.source === 'disks')).toHaveLength(1);
  });

  it('waits for the first looks, or for those who cannot be reached, but not for ever', async () => {
    const watch = service.watch([a, b], { intervalS: 1 });
    let isSettled = false;
    const settled = watch.settled(60_000).then(() => {
      isSettled = true;
    });
    const programs = [await servers.program(1), await servers.program(2)];
    programs.find(({ id }) => id === b.id)?.fail(new AppError('server.untrusted', { server: 'gpu-2' }));
    const program = programs.find(({ id }) => id === a.id);
    program?.begin();
    program?.host();
    await settle();
    expect(isSettled).toBe(false);
    program?.host();
    await settled;
    await watch.settled(60_000);
    const late = service.watch([{ id: 'srv_c' as ServerId, name: 'gpu-3' }], { intervalS: 1 });
    await late.settled(1);
    await late.settled(60_000, AbortSignal.abort());
    expect(standingOf(late.state.values(), 'srv_c')?.state).toBe('opening');
  });

  it('has those that wait try again when something changed', async () => {
    service.watch([a, b], { intervalS: 5 });
    for (const count of [1, 2]) (await servers.program(count)).fail(new AppError('server.untrusted', { server: 'x' }));
    await settle();
    service.poke(a.id);
    await servers.program(3);
    expect(servers.programs.map(({ id }) => id).slice(2)).toEqual([a.id]);
    service.poke();
    await servers.program(4);
    expect(servers.programs.map(({ id }) => id).slice(3)).toEqual([b.id]);
  });
});
