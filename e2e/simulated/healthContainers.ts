import type { FleetRow } from '../../src/shared/contract/servers.ts';
import { demand, type FigureSeries, noise, share } from './healthNoise.ts';

const minute = 60_000;
const gib = 1024 ** 3;
const services = ['gateway', 'model', 'web', 'cache'] as const;

/** Some containers die once in three hours and take a minute to come back; null: it has not died in the last three hours. */
export function sinceRestartMs(container: string, atMs: number): number | null {
  if (share(`${container} dies`) > 0.22) return null;
  return (atMs + share(container) * 180 * minute) % (180 * minute);
}

/** Whether it is down at a time: for a minute after it died. */
export const isDown = (container: string, atMs: number): boolean => (sinceRestartMs(container, atMs) ?? minute) < minute;

/** Figures of the containers of a server: of each stack that it runs a gateway, a model, a web page and a cache. */
export function containerSeries(row: FleetRow): FigureSeries[] {
  const found = row.stacks.flatMap(({ stackId, health }) =>
    services.flatMap((service, index): FigureSeries[] => {
      const container = `ph-${stackId}-${service}-1`;
      const own = `${row.server.name} ${container}`;
      const isOff = health === 'down' || health === 'absent';
      const runs = (atMs: number) => !isOff && !isDown(own, atMs);
      const up = (atMs: number) => Math.min(1, (sinceRestartMs(own, atMs) ?? 30 * minute) / (6 * minute));
      const memory = [0.6, 11, 0.4, 2.2][index] ?? 1;
      const figure = (metric: string, at: (atMs: number) => number | null): FigureSeries => ({
        source: 'containers',
        subject: `container:${container}`,
        metric,
        at,
      });
      const used = (atMs: number) => (runs(atMs) ? memory * gib * (0.35 + 0.6 * up(atMs) + 0.05 * noise(own, atMs, 12 * minute)) : null);
      return [
        figure('containerRunning', (atMs) => Number(runs(atMs))),
        figure('containerHealthy', (atMs) => (runs(atMs) ? Number(health !== 'degraded' || index !== 1) : null)),
        figure('containerRestarts', () => (sinceRestartMs(own, Date.now()) === null ? 0 : 3)),
        figure('containerRestartsRecent', (atMs) => Number((sinceRestartMs(own, atMs) ?? 11 * minute) < 10 * minute)),
        figure('containerOomKilled', () => 0),
        figure('containerUptimeSeconds', (atMs) => (runs(atMs) ? (sinceRestartMs(own, atMs) ?? 9 * 86_400_000) / 1000 : null)),
        figure('containerCpuCores', (atMs) =>
          runs(atMs) ? ([1.4, 3.1, 0.5, 0.25][index] ?? 1) * (0.15 + demand(row, atMs) * noise(own, atMs, 3 * minute)) : null,
        ),
        figure('containerMemoryUsedBytes', used),
        figure('containerMemoryLimitBytes', () => (index === 1 ? 16 * gib : null)),
        figure('containerMemoryUsedRatio', (atMs) => (index === 1 ? (used(atMs) ?? 0) / (16 * gib) : null)),
        figure('containerProcessCount', () => 4 + index * 7),
        figure('containerReceivedBytesPerSecond', (atMs) => (runs(atMs) ? 2e6 * demand(row, atMs) : null)),
        figure('containerSentBytesPerSecond', (atMs) => (runs(atMs) ? 5e6 * demand(row, atMs) : null)),
      ];
    }),
  );
  return [{ source: 'containers', subject: '', metric: 'containerCount', at: () => row.stacks.length * services.length }, ...found];
}
