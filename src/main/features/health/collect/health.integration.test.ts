import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { latestReadings, type ReadingsPart, readingKey } from '../../../../shared/model/serverHealth.ts';
import { openTestRemote, type TestRemote } from '../../../remote/testRemote.ts';
import { startTestSshd, type TestSshd } from '../../../remote/testSshd.ts';
import { createHealthService, type HealthService, type HealthWatch } from './healthService.ts';
import { sourceOf, standingOf } from './testHealth.ts';

const script = readFileSync(new URL('../../../../../resources/health/collector.sh', import.meta.url), 'utf8');

/** Resolves when what a watcher sees is as wanted. */
function seen<T>({ state }: HealthWatch, find: () => T | undefined): Promise<T> {
  return new Promise((resolve) => {
    const look = () => {
      const found = find();
      if (found === undefined) return;
      stop();
      resolve(found);
    };
    const stop = state.subscribe(look);
    look();
  });
}

/** Processes that were started in sessions of a server. */
function processesOf({ directory }: TestSshd): number {
  const mark = `PILOTHOUSE_STATE_DIR=${directory}/`;
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark);
    } catch {
      return false;
    }
  }).length;
}

describe.each(['system', 'dash', 'busybox'] as const)('live health of a real server with the %s userland', (userland) => {
  let sshd: TestSshd;
  let remote: TestRemote;
  let health: HealthService;
  let server: { id: ReturnType<TestSshd['target']>['serverId']; name: string };

  beforeAll(async () => {
    sshd = await startTestSshd({ userland });
    const target = sshd.target();
    server = { id: target.serverId, name: target.name };
    remote = openTestRemote([target]);
    health = createHealthService({
      remote: (id) => remote.remote.server(id),
      script: async () => script,
      gpus: () => [],
      nowMs: Date.now,
      log: () => undefined,
    });
  });
  afterAll(async () => {
    health.close();
    await remote.remote.close();
    await sshd.stop();
  });

  const readings = ({ state }: HealthWatch) => latestReadings(state.values().filter((part): part is ReadingsPart => part.kind === 'readings'));
  const hostAt = (watch: HealthWatch) => sourceOf(watch.state.values(), 'host')?.observedAtMs;

  it('tells the truth of this machine at one look', async () => {
    const watch = health.watch([server], { intervalS: 1 });
    await watch.settled(20_000);
    const value = (metric: string, subject = '') => readings(watch).get(readingKey(subject, metric))?.value;
    const memoryKib = /^MemTotal:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
    expect(standingOf(watch.state.values(), server.id)).toMatchObject({ state: 'live', error: null, intervalS: 1 });
    expect(value('cpuCount')).toBe(cpus().length);
    expect(value('memoryTotalBytes')).toBe(Number(memoryKib) * 1024);
    expect(value('cpuUsedRatio')).toBeGreaterThan(0);
    expect(value('diskTotalBytes', 'disk:/')).toBeGreaterThan(0);
    watch.leave();
  });

  it('goes on over one channel, and over another when the connection was lost', async () => {
    const watch = health.watch([server], { intervalS: 1 });
    const times = new Set<number>();
    await seen(watch, () => {
      const atMs = hostAt(watch);
      if (atMs !== undefined) times.add(atMs);
      return times.size >= 4 ? true : undefined;
    });
    expect(sshd.connections()).toBe(1);
    await seen(watch, () => (readings(watch).get(readingKey('', 'clockSkewSeconds'))?.value === 0 ? true : undefined));

    expect(sshd.dropConnections()).toBeGreaterThan(0);
    const lost = await seen(watch, () => {
      const standing = standingOf(watch.state.values(), server.id);
      return standing?.state === 'lost' ? standing : undefined;
    });
    expect(lost.error?.code).toBe('ssh.connection-lost');
    const lostAtMs = Date.now();
    await seen(watch, () => (standingOf(watch.state.values(), server.id)?.state === 'live' ? true : undefined));
    await seen(watch, () => ((hostAt(watch) ?? 0) > lostAtMs ? true : undefined));
    watch.leave();
  });

  it('leaves nothing running there when it ends', async () => {
    const watch = health.watch([server], { intervalS: 1 });
    await watch.settled(20_000);
    expect(processesOf(sshd)).toBeGreaterThan(0);
    health.close();
    await expect.poll(() => processesOf(sshd), { timeout: 10_000 }).toBe(0);
    watch.leave();
  });
});
