import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerId } from '../../shared/model/ids.ts';
import type { CollectorMetric } from '../../shared/model/metricCatalogue.ts';
import type { Server } from '../../shared/model/server.ts';
import type { Readings } from '../database/readings/openReadings.ts';
import type { HealthFeed } from '../features/health/feed/healthFeed.ts';
import { GapFiller } from '../features/health/recorder/gapFiller.ts';
import { recorderHandlers } from '../features/health/recorder/recorderHandlers.ts';
import { createRecorderService, type RecorderService } from '../features/health/recorder/recorderService.ts';
import type { RecordedMoment } from '../features/health/recorder/recording.ts';
import type { Operations } from '../operations/operations.ts';
import type { Remote } from '../remote/remote.ts';

/** What recorders are wired to. */
export interface RecorderWiring {
  resources: string;
  operations: Operations;
  remote: Remote;
  readings: Pick<Readings, 'backfill' | 'queryFleet'>;
  feed: HealthFeed;
  /** Takes what was filled in of a server, or null where nothing is known of its gap. */
  filled(id: ServerId, moments: readonly RecordedMoment[] | null): void;
  select(selector: string): readonly Server[];
  who(): string;
  nowMs(): number;
  log(event: string, fields: Record<string, unknown>): void;
}

/** Every look of the kernel's counters has it. */
const heardBy = 'cpuUsedRatio' satisfies CollectorMetric;
const weekMs = 7 * 86_400_000;

/** Makes recorders; `begin` lets gaps be filled as servers come back. Close it before the remote layer. */
export function wireRecorder(wiring: RecorderWiring): {
  service: RecorderService;
  handlers: ReturnType<typeof recorderHandlers>;
  begin(): void;
  close(): void;
} {
  const { resources, operations, remote, readings, feed, filled, select, who, nowMs, log } = wiring;
  const text = (name: string) => () => readFile(join(resources, 'health', name), 'utf8');
  const service = createRecorderService({
    ...{ operations, select, who, nowMs },
    programs: { recorder: text('recorder.sh'), collector: text('collector.sh') },
    remote: (id) => remote.server(id),
    backfill: (id, moments, apartMs) => readings.backfill(id, moments, apartMs),
  });
  const filler = new GapFiller({ recorder: service, lastStored: (id, beforeMs) => lastStored(readings, id, beforeMs), filled, log });
  const stop = operations.onChange((id) => {
    const { kind, targets, finishedAtMs } = operations.get(id);
    if (kind === 'recorder-install' && finishedAtMs !== null) for (const { serverId } of targets) filler.changed(serverId);
  });
  let stopHearing = () => {};
  return {
    service,
    handlers: recorderHandlers(service),
    begin() {
      stopHearing = feed.subscribe(({ serverId, atMs, readings: measured }) => {
        if (measured.some(({ metric, subject }) => metric === heardBy && subject === '')) filler.heard(serverId, atMs);
      });
    },
    close() {
      stop();
      stopHearing();
      filler.close();
    },
  };
}

/** Found in steps first, then to the look within that step, as far as looks are still kept by themselves. */
async function lastStored(readings: Pick<Readings, 'queryFleet'>, id: ServerId, beforeMs: number): Promise<number | null> {
  const lastIn = async (fromMs: number, toMs: number) => {
    const { stepMs, servers } = await readings.queryFleet({ serverIds: [id], metric: heardBy, subject: '', fromMs, toMs, maxPoints: 20_000 });
    const atMs = servers[0]?.series[0]?.atMs.at(-1);
    return atMs === undefined ? null : { atMs, stepMs };
  };
  const coarse = await lastIn(beforeMs - weekMs, beforeMs);
  if (coarse === null || coarse.stepMs === 0) return coarse?.atMs ?? null;
  const endMs = Math.min(beforeMs, coarse.atMs + coarse.stepMs);
  const fine = await lastIn(coarse.atMs, endMs);
  return fine !== null && fine.stepMs === 0 ? fine.atMs : endMs;
}
