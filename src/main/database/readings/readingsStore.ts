import type { Database as Connection } from 'better-sqlite3';
import { connectionMetrics } from '../../../shared/model/connectionMetrics.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Reading } from '../../../shared/model/reading.ts';
import { Dictionary } from './dictionary.ts';
import { aheadMs, KeepBounds } from './keepBounds.ts';
import { lowerBound } from './lowerBound.ts';
import type { Moment } from './moments.ts';
import { MomentsTable } from './momentsTable.ts';
import { explainReadingsError, openReadingsFile, readingsFile } from './openReadingsFile.ts';
import { ReadingsQueries } from './readingsQueries.ts';
import type { FleetQuery, KeepRules, MeasuredMoment, ReadingsAnswer, SeriesName, ServerLatest, ServerQuery } from './readingsTypes.ts';
import { floorTo, minutes } from './rollupLevels.ts';
import { RollupReader } from './rollupReader.ts';
import { RollupsTable } from './rollupsTable.ts';
import { Upkeep } from './upkeep.ts';
import { WaitingMoments } from './waitingMoments.ts';
import { WrittenAndWaiting } from './writtenAndWaiting.ts';

/** As many moments of a server are written together: fewer cost more bytes each, more are lost with the process. */
const writtenTogether = 60;
/** Servers written in one transaction. */
const serversEach = 8;

/** What `ReadingsStore` needs. */
export interface ReadingsStoreOptions {
  directory: string;
  keep: KeepRules;
  log: (event: string, fields: Record<string, unknown>) => void;
  nowMs: () => number;
  /** How long a moment waits at most before it is written. */
  flushMs: number;
  /** For tests of what a connection refuses. */
  open?: typeof openReadingsFile;
}

/** The readings database, used by its worker. What was not flushed is lost with the process; all else is whole, its roll-ups included. */
export class ReadingsStore {
  readonly file: string;
  readonly #options: ReadingsStoreOptions;
  readonly #connection: Connection;
  readonly #dictionary: Dictionary;
  readonly #bounds: KeepBounds;
  readonly #written: MomentsTable;
  readonly #rollups: RollupsTable;
  readonly #waiting = new WaitingMoments();
  readonly #moments: WrittenAndWaiting;
  readonly #queries: ReadingsQueries;
  readonly #upkeep: Upkeep;

  /** Opens as `openReadingsFile` does. */
  constructor(options: ReadingsStoreOptions) {
    this.#options = options;
    this.file = readingsFile(options.directory);
    const connection = (options.open ?? openReadingsFile)(options.directory, options.log);
    const dictionary = new Dictionary(connection);
    const bounds = new KeepBounds(connection, options.keep);
    const rollups = new RollupsTable(connection);
    this.#written = new MomentsTable(connection, dictionary, options.log);
    this.#moments = new WrittenAndWaiting(dictionary, this.#written, this.#waiting);
    this.#queries = new ReadingsQueries({ dictionary, moments: this.#moments, rollups: new RollupReader(rollups, this.#moments), bounds });
    this.#upkeep = new Upkeep({ connection, dictionary, moments: this.#written, rollups, bounds });
    this.#connection = connection;
    this.#dictionary = dictionary;
    this.#bounds = bounds;
    this.#rollups = rollups;
  }

  /**
   * Keeps what was measured at a moment. More of the same moment adds to it; of one series the later value counts. Values that are no finite 32-bit
   * floats are left out, and times that are kept no longer or not yet come. Returns whether anything was kept.
   */
  append(serverId: ServerId, atMs: number, readings: readonly Reading[]): boolean {
    const [nowMs, time] = [this.#options.nowMs(), Math.round(atMs)];
    if (!(time >= this.#bounds.rawFromMs(nowMs) && time < nowMs + aheadMs)) return false;
    const values = new Map<number, number>();
    for (const { subject, metric, value } of readings) {
      const float = Math.fround(value);
      if (Number.isFinite(float)) values.set(this.#dictionary.seriesNumber(subject, metric), float);
    }
    if (values.size === 0) return false;
    const server = this.#dictionary.serverNumber(serverId);
    const layout = this.#dictionary.layoutFor(
      server,
      [...values.keys()].sort((a, b) => a - b),
    );
    this.#dictionary.use(server, layout, nowMs);
    const figures = Float32Array.from(layout.series, (series) => values.get(series) ?? Number.NaN);
    this.#waiting.add(server, { atMs: time, layout, values: figures }, nowMs, this.#dictionary.layoutOf);
    return true;
  }

  /**
   * Keeps what another recorder measured of a server: those moments from which no moment that is here already is `apartMs` or less away. Given again
   * it changes nothing. A moment that says only how the connection stood is none of them. Writes at once, so give some hundred at a time. Returns how
   * many were kept.
   */
  backfill(serverId: ServerId, moments: readonly MeasuredMoment[], apartMs: number): number {
    const server = this.#dictionary.serverNumber(serverId);
    const times = moments.map(({ atMs }) => Math.round(atMs)).filter(Number.isFinite);
    const [first, last] = [times.reduce((a, b) => Math.min(a, b), Infinity) - apartMs, times.reduce((a, b) => Math.max(a, b), -Infinity) + apartMs];
    const ofConnection = new Set(connectionMetrics.map((metric) => this.#dictionary.seriesNumber('', metric)));
    const isMeasured = ({ layout }: Moment) => layout.series.some((series) => !ofConnection.has(series));
    const here = this.#moments.read(server, first, last + 1, null).flatMap((moment) => (isMeasured(moment) ? [moment.atMs] : []));
    const isFree = (time: number) => {
      const next = here[lowerBound(here, time - apartMs)];
      return next === undefined || next > time + apartMs;
    };
    const taken = new Set<number>();
    for (const { atMs, readings } of moments) {
      const time = Math.round(atMs);
      if (!taken.has(time) && isFree(time) && this.append(serverId, time, readings)) taken.add(time);
    }
    this.#flush([server]);
    return taken.size;
  }

  /** Series of one server. */
  query(query: ServerQuery): ReadingsAnswer {
    return this.#explained(() => this.#queries.server(query, this.#options.nowMs()));
  }

  /** One metric of many servers. */
  queryFleet(query: FleetQuery): ReadingsAnswer {
    return this.#explained(() => this.#queries.fleet(query, this.#options.nowMs()));
  }

  /** Newest values since a time. */
  latest(serverIds: readonly ServerId[] | null, sinceMs: number): ServerLatest[] {
    return this.#explained(() => this.#queries.latest(serverIds, sinceMs, this.#options.nowMs()));
  }

  /** Names of a server's series. */
  seriesOf(serverId: ServerId): SeriesName[] {
    return this.#queries.seriesOf(serverId);
  }

  /** Changes how long readings are kept, from now on. */
  keep(rules: KeepRules): void {
    this.#bounds.rules = rules;
    this.#upkeep.lookAgain();
  }

  /** Does one small step of what is due: writes some servers, packs one hour, deletes some rows. False: nothing is left to do now. */
  maintain(): boolean {
    return this.#explained(() => {
      const nowMs = this.#options.nowMs();
      const due = this.#waiting.due(writtenTogether, nowMs - this.#options.flushMs);
      if (due.length > 0) this.#flush(due.slice(0, serversEach));
      return due.length > 0 || this.#upkeep.step(nowMs);
    });
  }

  /** Writes all that waits. */
  flush(): void {
    const all = this.#waiting.due(0, Infinity);
    for (let from = 0; from < all.length; from += serversEach) this.#flush(all.slice(from, from + serversEach));
  }

  /** Writes all that waits and closes the file. */
  close(): void {
    try {
      this.flush();
    } finally {
      this.#connection.close();
    }
  }

  #flush(servers: readonly number[]): void {
    const nowMs = this.#options.nowMs();
    const rawFromMs = this.#bounds.rawFromMs(nowMs);
    this.#explained(() =>
      this.#connection.transaction(() => {
        for (const server of servers) this.#write(server, rawFromMs, nowMs);
        this.#dictionary.save();
      })(),
    );
    this.#dictionary.saved();
    for (const server of servers) this.#waiting.clear(server);
  }

  #write(server: number, rawFromMs: number, nowMs: number): void {
    // Roll-ups of hours that are deleted could only be made from these few.
    const moments = this.#waiting.between(server, rawFromMs, Infinity);
    for (const moment of moments) this.#dictionary.use(server, this.#written.put(server, moment), nowMs);
    for (const window of new Set(moments.map(({ atMs }) => floorTo(atMs, minutes.spanMs)))) {
      this.#rollups.remake(server, window, this.#written.read(server, window, window + minutes.spanMs, null));
    }
    const newest = moments.at(-1);
    if (newest !== undefined) this.#moments.noteWritten(server, newest.atMs);
  }

  #explained<T>(body: () => T): T {
    try {
      return body();
    } catch (error) {
      throw explainReadingsError(error, this.file);
    }
  }
}
