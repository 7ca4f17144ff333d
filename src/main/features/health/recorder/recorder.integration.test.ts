import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServerId } from '../../../../shared/model/ids.ts';
import { openReadings, type Readings } from '../../../database/readings/openReadings.ts';
import { testDirectory } from '../../../database/testDirectory.ts';
import { openTestRemote, type TestRemote } from '../../../remote/testRemote.ts';
import { startTestSshd, type TestSshd } from '../../../remote/testSshd.ts';
import { GapFiller } from './gapFiller.ts';
import { createRecorderService, type RecorderService } from './recorderService.ts';

const resources = new URL('../../../../../resources/health/', import.meta.url).pathname;

describe.each(['system', 'dash', 'busybox'] as const)('a recorder behind a real sshd with the %s userland', (userland) => {
  const directory = testDirectory();
  let sshd: TestSshd;
  let remote: TestRemote;
  let readings: Readings;
  let service: RecorderService;
  let recorder: ChildProcess;
  let place: string;
  let id: ServerId;
  const signal = new AbortController().signal;

  const stored = async () => {
    const nowMs = Date.now();
    const range = { fromMs: nowMs - 600_000, toMs: nowMs + 1000, maxPoints: 20_000 };
    const { servers } = await readings.queryFleet({ serverIds: [id], metric: 'cpuUsedRatio', subject: '', ...range });
    return [...(servers[0]?.series[0]?.atMs ?? [])];
  };
  const ring = () => (existsSync(join(place, 'ring/current')) ? readFileSync(join(place, 'ring/current'), 'utf8') : '');
  const looks = () => ring().match(/^h\) /gm)?.length ?? 0;

  beforeAll(async () => {
    sshd = await startTestSshd({ userland });
    const target = sshd.target();
    id = target.serverId;
    remote = openTestRemote([target]);
    readings = await openReadings({ directory: directory.path, log: () => undefined });
    const server = remote.server(target);
    const state = await server.stateDirectory();
    place = join(state.path, 'recorder');
    mkdirSync(place, { recursive: true });
    for (const name of ['recorder.sh', 'collector.sh']) cpSync(join(resources, name), join(place, name));
    service = createRecorderService({
      ...{ operations: { register: () => undefined } as never, programs: { recorder: async () => '', collector: async () => '' } },
      ...{ remote: () => server, select: () => [], backfill: (...given) => readings.backfill(...given), who: () => 'Mara', nowMs: Date.now },
    });
    // Its own group, as a unit has: all of it is ended together.
    const env = { ...process.env, PH_INTERVAL_S: '1', PH_RING_BYTES: '80000' };
    const [shell, ...words] = userland === 'busybox' ? ['busybox', 'sh'] : userland === 'dash' ? ['dash'] : ['sh'];
    recorder = spawn(shell ?? 'sh', [...words, 'recorder.sh'], { cwd: place, env, detached: true, stdio: 'ignore' });
  });
  afterAll(async () => {
    if (recorder.pid !== undefined) process.kill(-recorder.pid, 'SIGKILL');
    await remote.remote.close();
    await sshd.stop();
    await readings.close();
    directory[Symbol.dispose]();
  });

  it('fills the time in which nobody read, once', async () => {
    const startedMs = Date.now();
    await expect.poll(looks, { timeout: 30_000, interval: 200 }).toBeGreaterThan(11);
    // What was read live: the beginning, and again from now on.
    readings.append(id, startedMs, [{ subject: '', metric: 'cpuUsedRatio', value: 0.5 }]);
    const backMs = Date.now();
    readings.append(id, backMs, [{ subject: '', metric: 'cpuUsedRatio', value: 0.5 }]);
    const filled = await service.fill(id, startedMs, backMs, signal);
    const added = filled?.added ?? 0;
    const times = await stored();
    expect(added).toBeGreaterThanOrEqual(4);
    expect(times.length).toBe(added + 2);
    expect(filled?.moments.length).toBeGreaterThanOrEqual(added);
    expect(times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0))).toBe(true);
    expect(await service.fill(id, startedMs, backMs, signal)).toMatchObject({ added: 0 });
    expect(await stored()).toEqual(times);
    console.log(`recorder, ${userland}: ${looks()} looks kept, ${added} filled in, ${times.length} moments, none twice`);
  });

  it('keeps no more than it may', async () => {
    await expect.poll(() => existsSync(join(place, 'ring/older')), { timeout: 60_000, interval: 200 }).toBe(true);
    const bytes = ['older', 'current'].reduce((sum, name) => sum + (statSync(join(place, 'ring', name), { throwIfNoEntry: false })?.size ?? 0), 0);
    expect(bytes).toBeLessThan(90_000);
    expect(statSync(join(place, 'ring')).mode & 0o077).toBe(0);
  });

  it('notices by itself that a server was silent', async () => {
    const asked: [number, number][] = [];
    const events: string[] = [];
    const told: (number | null)[] = [];
    const filler = new GapFiller({
      recorder: {
        fill: async (_id, fromMs, toMs) => {
          asked.push([fromMs, toMs]);
          return asked.length > 2 ? null : { added: 3, moments: [{ atMs: fromMs + 1, readings: [] }] };
        },
      },
      lastStored: async () => 1_000,
      filled: (_id, moments) => told.push(moments === null ? null : moments.length),
      log: (event) => events.push(event),
    });
    const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
    filler.heard(id, 500_000);
    await settle();
    for (let atMs = 505_000; atMs <= 560_000; atMs += 5_000) filler.heard(id, atMs);
    filler.heard(id, 900_000);
    await settle();
    filler.heard(id, 990_000);
    await settle();
    filler.heard(id, 1_990_000);
    await settle();
    expect(asked).toEqual([
      [1_000, 500_000],
      [560_000, 900_000],
      [900_000, 990_000],
    ]);
    expect(events).toEqual(['recorder.filled', 'recorder.filled']);
    // Of the third and the fourth nothing is known, and that is told too.
    expect(told).toEqual([1, 1, null, null]);
    filler.close();
  });
});
