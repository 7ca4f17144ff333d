import type { CollectorMetric } from '../../shared/model/metricCatalogue.ts';
import type { Readings } from '../database/readings/openReadings.ts';
import type { InventoryService } from '../features/inventory/inventoryService.ts';
import type { Log } from './fileLog.ts';

/** How much of the past a list of servers shows. */
const shownMs = 15 * 60_000;
/** A point that sums up a longer time stands for each of these in it. */
const slotMs = 15_000;
const metric = 'gpuUsedRatio' satisfies CollectorMetric;

/**
 * Gives the fleet how much GPUs were used in the last quarter of an hour, from what is stored, once. That it cannot be read is logged: figures
 * are live all the same.
 */
export async function recallGpuUse(
  readings: Pick<Readings, 'queryFleet'>,
  inventory: Pick<InventoryService, 'remember'>,
  { nowMs, log }: { nowMs: () => number; log: Log },
): Promise<void> {
  const toMs = nowMs();
  try {
    const range = { fromMs: toMs - shownMs, toMs, maxPoints: 1000, mostPoints: 300_000 };
    const { stepMs, servers } = await readings.queryFleet({ serverIds: null, metric, subject: null, ...range });
    inventory.remember(
      servers.map(({ serverId, series }) => ({
        serverId,
        points: series.flatMap(({ atMs, mean }) =>
          [...atMs].flatMap((at, n) => spread(at, Math.min(stepMs, toMs - at)).map((each) => ({ atMs: each, percent: 100 * (mean[n] ?? 0) }))),
        ),
      })),
    );
  } catch (error) {
    log('fleet.use-not-recalled', { reason: String(error) });
  }
}

/** A moment, or the slots of a stretch of time. */
const spread = (atMs: number, lengthMs: number): number[] => Array.from({ length: Math.max(1, Math.ceil(lengthMs / slotMs)) }, (_, n) => atMs + n * slotMs);
