import type { ServerId } from '../../../shared/model/ids.ts';
import { chooseStep } from './chooseStep.ts';
import type { Dictionary } from './dictionary.ts';
import { aheadMs, type KeepBounds } from './keepBounds.ts';
import { layoutFor } from './moments.ts';
import { PointsMaker, rawPoints } from './pointsOf.ts';
import type { FleetQuery, ReadingsAnswer, ReadingsRange, SeriesName, SeriesPoints, ServerLatest, ServerQuery, ServerSeries } from './readingsTypes.ts';
import { floorTo, minutes, type RollupLevel, tenMinutes } from './rollupLevels.ts';
import type { RollupReader, WaitingRollups } from './rollupReader.ts';
import type { WrittenAndWaiting } from './writtenAndWaiting.ts';

const mostSeriesPoints = 20_000;
/** For all servers of an answer together: about 50 MB. */
const mostFleetPoints = 2_000_000;
const mostSeries = 500;
/** A fleet's values as measured are only asked for over a time in which they can be read. */
const fleetRawMs = 3_600_000;

/** How far back the newest values are looked for. */
const mostLatestMs = 3_600_000;

interface RolledSeries {
  server: number;
  number: number;
  name: SeriesName;
  level: RollupLevel;
  stepMs: number;
  waiting: WaitingRollups;
}

/** Answers what is asked of the stored readings, written or waiting alike. */
export class ReadingsQueries {
  readonly #dictionary: Dictionary;
  readonly #moments: WrittenAndWaiting;
  readonly #rollups: RollupReader;
  readonly #bounds: KeepBounds;

  constructor(parts: { dictionary: Dictionary; moments: WrittenAndWaiting; rollups: RollupReader; bounds: KeepBounds }) {
    this.#dictionary = parts.dictionary;
    this.#moments = parts.moments;
    this.#rollups = parts.rollups;
    this.#bounds = parts.bounds;
  }

  /** Chosen series of one server, in the order asked for. Of more than 500 the rest is left out. */
  server({ serverId, series, ...asked }: ServerQuery, nowMs: number): ReadingsAnswer {
    const range = this.#kept(asked, nowMs);
    const server = this.#dictionary.servers.get(serverId);
    const numbers = series.slice(0, mostSeries).flatMap(({ subject, metric }) => this.#dictionary.seriesOfMetric(metric, subject));
    if (server === undefined || numbers.length === 0 || !(range.toMs > range.fromMs)) return { stepMs: 0, servers: [] };
    const { fromMs, toMs } = range;
    const maxPoints = boundedPoints(range.maxPoints, mostFleetPoints);
    const stepMs = this.#stepOf({ fromMs, toMs, maxPoints }, this.#moments.count(server, fromMs, toMs), nowMs);
    const found = this.#seriesOf(server, [...new Set(numbers)], { fromMs, toMs, stepMs }, nowMs);
    return { stepMs, servers: found.length === 0 ? [] : [{ serverId, series: found }] };
  }

  /** One metric of many servers. */
  fleet({ serverIds, metric, subject, mostPoints = mostFleetPoints, ...asked }: FleetQuery, nowMs: number): ReadingsAnswer {
    const range = this.#kept(asked, nowMs);
    const numbers = new Set(this.#dictionary.seriesOfMetric(metric, subject));
    const chosen = this.#serversOf(serverIds).flatMap(([serverId, server]) => {
      const held = this.#dictionary.heldBy(server);
      const own = numbers.size < held.size ? [...numbers].filter((number) => held.has(number)) : [...held].filter((number) => numbers.has(number));
      return own.length === 0 ? [] : [{ serverId, server, own }];
    });
    const { fromMs, toMs } = range;
    if (chosen.length === 0 || !(toMs > fromMs)) return { stepMs: 0, servers: [] };
    const series = chosen.reduce((sum, { own }) => sum + own.length, 0);
    const maxPoints = boundedPoints(range.maxPoints, Math.min(mostPoints, mostFleetPoints) / series);
    const stepMs = this.#stepOf({ fromMs, toMs, maxPoints }, this.#mostCounted(chosen, fromMs, toMs, maxPoints), nowMs);
    const servers: ServerSeries[] = [];
    for (const { serverId, server, own } of chosen) {
      const found = this.#seriesOf(server, own, { fromMs, toMs, stepMs }, nowMs);
      if (found.length > 0) servers.push({ serverId, series: found });
    }
    return { stepMs, servers };
  }

  /** The newest value of every series that has one since a time, but an hour back at most; of some servers or, with null, of all. */
  latest(serverIds: readonly ServerId[] | null, sinceMs: number, nowMs: number): ServerLatest[] {
    const fromMs = Math.max(sinceMs, nowMs - mostLatestMs, this.#bounds.rawFromMs(nowMs));
    return this.#serversOf(serverIds).flatMap(([serverId, server]) => {
      const newest = new Map<number, { atMs: number; value: number }>();
      for (const { atMs, layout, values } of this.#moments.read(server, fromMs, Number.MAX_SAFE_INTEGER, null)) {
        for (const [place, series] of layout.series.entries()) {
          const value = values[place] ?? Number.NaN;
          if (!Number.isNaN(value)) newest.set(series, { atMs, value });
        }
      }
      const readings = [...newest].map(([series, { atMs, value }]) => ({ ...this.#dictionary.seriesName(series), value, atMs }));
      return readings.length === 0 ? [] : [{ serverId, readings }];
    });
  }

  /** Which series a server has or had within the time for which anything is kept. */
  seriesOf(serverId: ServerId): SeriesName[] {
    const server = this.#dictionary.servers.get(serverId);
    return server === undefined ? [] : [...this.#dictionary.heldBy(server)].map((number) => this.#dictionary.seriesName(number));
  }

  /** Without the time of which nothing can be stored. */
  #kept({ fromMs, toMs, maxPoints }: ReadingsRange, nowMs: number): ReadingsRange {
    return { fromMs: Math.max(fromMs, this.#bounds.tenMinutesFromMs(nowMs)), toMs: Math.min(toMs, nowMs + aheadMs), maxPoints };
  }

  #serversOf(serverIds: readonly ServerId[] | null): [ServerId, number][] {
    const all = this.#dictionary.servers;
    if (serverIds === null) return [...all];
    return [...new Set(serverIds)].flatMap((serverId): [ServerId, number][] => {
      const server = all.get(serverId);
      return server === undefined ? [] : [[serverId, server]];
    });
  }

  #stepOf(range: ReadingsRange, rawCount: number | null, nowMs: number): number {
    return chooseStep({ ...range, rawCount, rawFromMs: this.#bounds.rawFromMs(nowMs), minutesFromMs: this.#bounds.minutesFromMs(nowMs) });
  }

  #mostCounted(chosen: readonly { server: number }[], fromMs: number, toMs: number, enough: number): number | null {
    if (toMs - fromMs > fleetRawMs) return null;
    let most = 0;
    for (const { server } of chosen) {
      most = Math.max(most, this.#moments.count(server, fromMs, toMs));
      if (most > enough) return null;
    }
    return most;
  }

  #seriesOf(
    server: number,
    numbers: readonly number[],
    { fromMs, toMs, stepMs }: { fromMs: number; toMs: number; stepMs: number },
    nowMs: number,
  ): SeriesPoints[] {
    const wanted = layoutFor(numbers.toSorted((a, b) => a - b));
    const named = numbers.map((number) => ({ number, name: this.#dictionary.seriesName(number) }));
    if (stepMs === 0) {
      const moments = this.#moments.read(server, Math.max(fromMs, this.#bounds.rawFromMs(nowMs)), toMs, wanted);
      const points = rawPoints(
        wanted.series.map((number) => this.#dictionary.seriesName(number)),
        moments,
      );
      return numbers.flatMap((number) => points[wanted.placeOf.get(number) ?? -1] ?? []);
    }
    const level: RollupLevel = stepMs < tenMinutes.stepMs ? minutes : tenMinutes;
    const keptMs = level.number === 1 ? this.#bounds.minutesFromMs(nowMs) : this.#bounds.tenMinutesFromMs(nowMs);
    const range = { fromMs: Math.max(floorTo(fromMs, stepMs), keptMs), toMs: Math.ceil(toMs / stepMs) * stepMs };
    const waiting = this.#rollups.waiting(server, Math.max(range.fromMs, this.#bounds.rawFromMs(nowMs)), range.toMs, wanted);
    return named.flatMap(({ number, name }) => this.#rolled({ server, number, name, level, stepMs, waiting }, range) ?? []);
  }

  #rolled({ server, number, name, level, stepMs, waiting }: RolledSeries, { fromMs, toMs }: { fromMs: number; toMs: number }): SeriesPoints | null {
    // One more: the first may begin within a step.
    const points = new PointsMaker(stepMs, Math.ceil((toMs - fromMs) / stepMs) + 1);
    for (let start = floorTo(fromMs, level.spanMs); start < toMs; start += level.spanMs) {
      const span = this.#rollups.read(level, server, start, number, waiting);
      if (span === null) continue;
      const first = Math.max(0, Math.ceil((fromMs - start) / level.stepMs));
      const end = Math.min(level.steps, Math.ceil((toMs - start) / level.stepMs));
      for (let step = first; step < end; step += 1) points.add(start + step * level.stepMs, span, step);
    }
    return points.finish(name);
  }
}

function boundedPoints(asked: number, room: number): number {
  const most = Math.min(mostSeriesPoints, Math.floor(room));
  return Math.max(1, Math.min(Math.floor(asked) || 1, most));
}
