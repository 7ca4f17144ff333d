import type { FleetRow } from '../../src/shared/contract/servers.ts';
import { containerSeries } from './healthContainers.ts';
import { engineSeries } from './healthEngines.ts';
import { demand, type FigureSeries, noise, share } from './healthNoise.ts';

const mib = 1024 * 1024;
const gib = 1024 * mib;
const minute = 60_000;
const hour = 60 * minute;

/** The server whose third GPU is too hot, as its fan is stuck. */
const isHotGpu = ({ server }: FleetRow, index: number) => server.name.endsWith('-01') && index === 2;

function hostSeries(row: FleetRow): FigureSeries[] {
  const { name } = row.server;
  const memory = (row.vitals?.memoryTotalMib ?? 0) * mib;
  const memoryRatio = (atMs: number) => 0.28 + 0.3 * share(`${name} memory`) + 0.06 * noise(`${name} memory`, atMs, 40 * minute);
  const used = (atMs: number) => 0.05 + 0.5 * demand(row, atMs) * (0.5 + share(`${name} cpu`) / 2);
  const cores = row.facts?.cpu.logicalCores ?? 16;
  const waits = (atMs: number) => 0.002 + 0.05 * Math.max(0, noise(`${name} drives`, atMs, 6 * minute) - 0.62);
  const host = (metric: string, at: (atMs: number) => number | null): FigureSeries => ({ source: 'host', subject: '', metric, at });
  const disk = (atMs: number) => Math.min(0.99, (row.vitals?.diskUsedRatio ?? 0.5) - 0.02 + (0.02 * (atMs % (24 * hour))) / (24 * hour));
  return [
    host('cpuCount', () => cores),
    host('cpuUsedRatio', used),
    host('cpuSystemRatio', (atMs) => used(atMs) / 6),
    host('cpuWaitRatio', waits),
    host('cpuStolenRatio', () => 0),
    host('load1', (atMs) => used(atMs) * cores * 1.1),
    host('load1PerCpu', (atMs) => used(atMs) * 1.1),
    host('memoryTotalBytes', () => memory),
    host('memoryUsedBytes', (atMs) => memoryRatio(atMs) * memory),
    host('memoryUsedRatio', memoryRatio),
    host('swapUsedRatio', () => 0),
    host('ioPressureRatio', (atMs) => waits(atMs) * 2.2),
    host('memoryPressureRatio', (atMs) => 0.004 * noise(`${name} pressure`, atMs, 9 * minute)),
    host('cpuPressureRatio', (atMs) => used(atMs) * 0.06),
    host('driveReadBytesPerSecond', (atMs) => 40 * mib * noise(`${name} read`, atMs, 4 * minute) ** 3),
    host('driveWrittenBytesPerSecond', (atMs) => 18 * mib * noise(`${name} written`, atMs, 3 * minute) ** 2),
    host('receivedBytesPerSecond', (atMs) => 9 * mib * demand(row, atMs)),
    host('sentBytesPerSecond', (atMs) => 31 * mib * demand(row, atMs)),
    { source: 'disks', subject: 'disk:/', metric: 'diskUsedRatio', at: disk },
    { source: 'disks', subject: 'disk:/', metric: 'diskTotalBytes', at: () => 1788 * gib },
    { source: 'disks', subject: 'disk:/', metric: 'diskUsedBytes', at: (atMs) => disk(atMs) * 1788 * gib },
    { source: 'disks', subject: 'disk:/', metric: 'inodesUsedRatio', at: () => 0.04 },
    { source: 'disks', subject: 'disk:/var/lib/docker', metric: 'diskUsedRatio', at: (atMs) => 0.4 + 0.3 * share(name) + 0.01 * noise(name, atMs, hour) },
    { source: 'clock', subject: '', metric: 'clockSkewSeconds', at: () => 0 },
  ];
}

function gpuSeries(row: FleetRow): FigureSeries[] {
  const { name } = row.server;
  const devices = row.facts?.gpu.devices ?? [];
  const all = devices.flatMap(({ uuid, index, powerLimitW, vramMib }): FigureSeries[] => {
    const own = `${name} gpu${index}`;
    const isIdle = row.stacks.length === 0 || (!isHotGpu(row, index) && share(`${own} idle`) < 0.1);
    const isHot = isHotGpu(row, index);
    const heat = (atMs: number) => (isHot ? 0.45 + 0.55 * noise(`${own} heat`, atMs, 40 * minute) : 0);
    const isSlowed = (atMs: number) => heat(atMs) > 0.86;
    const used = (atMs: number) =>
      isIdle
        ? 0.01 * share(`${own}${Math.floor(atMs / 30_000)}`)
        : Math.min(
            1,
            (0.2 + 0.75 * share(`${own} base`)) * (0.45 + 0.45 * demand(row, atMs) + 0.4 * noise(own, atMs, 7 * minute)) * (isSlowed(atMs) ? 0.72 : 1),
          );
    const vram = (atMs: number) => (isIdle ? 0.0002 : 0.8 + 0.14 * share(`${own} vram`) + 0.015 * noise(`${own} cache`, atMs, 30 * minute));
    const cap = powerLimitW ?? 400;
    const total = (vramMib ?? 0) * mib;
    const gpu = (metric: string, at: (atMs: number) => number | null): FigureSeries => ({ source: 'gpus', subject: `gpu:${uuid}`, metric, at });
    return [
      gpu('gpuUsedRatio', used),
      gpu('vramTotalBytes', () => total),
      gpu('vramUsedBytes', (atMs) => vram(atMs) * total),
      gpu('vramUsedRatio', vram),
      gpu('gpuTemperatureCelsius', (atMs) =>
        Math.round(33 + 26 * used(atMs - 30_000) + 8 * share(own) + 4 * noise(`${own} air`, atMs, 20 * minute) + 44 * heat(atMs)),
      ),
      gpu('gpuPowerWatts', (atMs) => cap * (0.13 + 0.72 * used(atMs))),
      gpu('gpuPowerLimitWatts', () => cap),
      gpu('gpuThrottledByHeat', (atMs) => Number(isSlowed(atMs))),
      gpu('gpuThrottledByPower', (atMs) => Number(used(atMs) > 0.93)),
      gpu('gpuThrottledByHardware', () => 0),
      gpu('gpuThrottleReasons', (atMs) => (isSlowed(atMs) ? 0x20 : 0) | (used(atMs) > 0.93 ? 0x4 : 0) | (isIdle ? 1 : 0)),
      gpu('xidErrorsRecent', () => 0),
      gpu('eccUncorrectedErrors', () => 0),
      gpu('gpuProcessCount', () => (isIdle ? 0 : 1 + Math.floor(2 * share(`${own} processes`)))),
      gpu('gpuMigEnabled', () => 0),
    ];
  });
  const host = (metric: string, value: number): FigureSeries => ({ source: 'gpus', subject: '', metric, at: () => value });
  return [host('gpuCount', devices.length), host('gpuVanishedCount', 0), host('gpuQueryFailed', 0), ...all];
}

const made = new Map<string, { of: unknown; series: FigureSeries[] }>();

/** All figures of a server. They do not depend on when they are asked for, so that what is live goes on where the past ends. */
export function figuresOf(row: FleetRow): FigureSeries[] {
  const before = made.get(row.server.id);
  if (before !== undefined && before.of === row.facts) return before.series;
  const series = [...hostSeries(row), ...gpuSeries(row), ...containerSeries(row), ...engineSeries(row)];
  made.set(row.server.id, { of: row.facts, series });
  return series;
}
