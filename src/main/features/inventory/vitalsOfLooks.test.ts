import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../shared/model/facts.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Reading } from '../../../shared/model/reading.ts';
import { VitalsOfLooks } from './vitalsOfLooks.ts';

const mib = 2 ** 20;
const serverId = 'srv_a' as ServerId;
const of = (subject: string, values: Record<string, number>): Reading[] => Object.entries(values).map(([metric, value]) => ({ subject, metric, value }));
const host = (atMs: number, more: Record<string, number> = {}) => ({ serverId, atMs, readings: of('', { uptimeSeconds: 9, load1: 1.5, ...more }) });
const disks = (atMs: number, ...ratios: number[]) => ({ serverId, atMs, readings: ratios.flatMap((diskUsedRatio, n) => of(`disk:/${n}`, { diskUsedRatio })) });
const gpus = (atMs: number, used: Record<string, number>, failed = 0) => ({
  ...{ serverId, atMs },
  readings: [
    ...of('', { gpuQueryFailed: failed }),
    ...Object.entries(used).flatMap(([uuid, gpuUsedRatio]) => of(`gpu:${uuid}`, { gpuUsedRatio, vramUsedBytes: 10 * mib, vramTotalBytes: 40 * mib })),
  ],
  gpus: Object.keys(used).map((uuid) => ({ uuid, index: Number(uuid.slice(-1)) })),
});
const facts = { gpu: { devices: [0, 1].map((index) => ({ index, uuid: `GPU-${index}` })) } } as unknown as Facts;
const used = (vitals: ReturnType<VitalsOfLooks['take']>) => vitals?.gpus.map(({ index, utilizationPercent }) => [index, utilizationPercent]);

describe('vitals', () => {
  it('are one set for each look at the kernel, with the latest of all else', () => {
    const own = new VitalsOfLooks();
    expect(own.take(host(1000, { memoryTotalBytes: 1024 * mib, memoryUsedBytes: 768 * mib }), null)).toEqual({
      ...{ observedAtMs: 1000, load1: 1.5, memoryUsedMib: 768, memoryTotalMib: 1024, diskUsedRatio: null, firstTokenS: null, gpus: [] },
    });
    // What is seen for the first time is shown at once.
    expect(own.take(disks(1100, 0.3, 0.9, 0.5), null)).toMatchObject({ observedAtMs: 1000, diskUsedRatio: 0.9 });
    expect(used(own.take(gpus(1200, { 'GPU-0': 0.29 }), null))).toEqual([[0, 29]]);
    expect(own.take(disks(5900, 0.4), null)).toBeNull();
    expect(own.take(gpus(5950, { 'GPU-0': 0.5 }), null)).toBeNull();
    expect(own.take(host(6000), null)).toEqual({
      ...{ observedAtMs: 6000, load1: 1.5, memoryUsedMib: null, memoryTotalMib: null, diskUsedRatio: 0.4, firstTokenS: null },
      gpus: [{ index: 0, utilizationPercent: 50, vramUsedMib: 10, vramTotalMib: 40, temperatureC: null, powerW: null }],
    });
    expect(own.latest?.observedAtMs).toBe(6000);
  });

  it('have the first token of the slowest engine for as long as engines tell', () => {
    const own = new VitalsOfLooks();
    const engines = (atMs: number, ...times: number[]) => ({
      ...{ serverId, atMs },
      readings: [...of('engine:idle', { up: 1 }), ...times.flatMap((firstTokenP95S, n) => of(`engine:${n}`, { firstTokenP95S }))],
    });
    own.take(host(1000), null);
    expect(own.take(engines(2000, 0.2, 1.5), null)).toMatchObject({ observedAtMs: 1000, firstTokenS: 1.5 });
    expect(own.take(host(61_000), null)?.firstTokenS).toBe(1.5);
    expect(own.take(host(63_000), null)?.firstTokenS).toBeNull();
    own.take(engines(64_000, 0.3), null);
    expect(own.take(host(65_000), null)?.firstTokenS).toBe(0.3);
    own.take(engines(66_000), null);
    expect(own.take(host(67_000), null)?.firstTokenS).toBeNull();
  });

  it('are not touched by what probes measure', () => {
    const own = new VitalsOfLooks();
    own.take(host(1000), null);
    expect(own.take({ serverId, atMs: 2000, readings: of('probe:chat', { up: 1, firstTokenS: 9 }) }, null)).toBeNull();
    expect(own.latest?.observedAtMs).toBe(1000);
  });

  it('name GPUs of the facts that do not answer', () => {
    const own = new VitalsOfLooks();
    own.take(gpus(900, { 'GPU-1': 0.2 }), facts);
    expect(used(own.take(host(1000), facts))).toEqual([
      [0, null],
      [1, 20],
    ]);
  });

  it('say that no GPU answers when nvidia-smi fails, hangs, or is not there any more', () => {
    const silent = [
      [0, null],
      [1, null],
    ];
    const begun = () => {
      const own = new VitalsOfLooks();
      own.take(gpus(900, { 'GPU-0': 0.2, 'GPU-1': 0.2 }), null);
      own.take(host(1000), null);
      return own;
    };
    const fails = begun();
    fails.take(gpus(5900, {}, 1), null);
    expect(used(fails.take(host(6000), null))).toEqual(silent);
    expect(used(begun().take(host(6000, { gpuQueryFailed: 1 }), null))).toEqual(silent);
    const gone = begun();
    expect(used(gone.take(host(60_000), null))).not.toEqual(silent);
    expect(used(gone.take(host(61_000), null))).toEqual(silent);
    const back = begun();
    back.take(host(61_000), null);
    back.take(gpus(61_100, { 'GPU-0': 0.7 }), null);
    expect(used(back.take(host(66_000), null))).toEqual([[0, 70]]);
  });

  it('have none of a server whose driver works and finds no GPU', () => {
    const own = new VitalsOfLooks();
    own.take(gpus(900, {}), null);
    expect(own.take(host(1000), null)?.gpus).toEqual([]);
  });

  it('keep GPUs for longer where nvidia-smi is slow, and so is asked rarely', () => {
    const own = new VitalsOfLooks();
    own.take(gpus(1000, { 'GPU-0': 0.2 }), null);
    own.take(gpus(81_000, { 'GPU-0': 0.3 }), null);
    expect(used(own.take(host(200_000), null))).toEqual([[0, 30]]);
    expect(used(own.take(host(242_000), null))).toEqual([[0, null]]);
  });
});
