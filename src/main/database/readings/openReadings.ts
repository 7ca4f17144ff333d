import { Worker } from 'node:worker_threads';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Reading } from '../../../shared/model/reading.ts';
import { ReadingsClient } from './readingsClient.ts';
import type { ReadingsWorkerData } from './readingsProtocol.ts';
import {
  defaultKeepRules,
  type FleetQuery,
  type KeepRules,
  type MeasuredMoment,
  type ReadingsAnswer,
  type SeriesName,
  type ServerLatest,
  type ServerQuery,
} from './readingsTypes.ts';

/** What `openReadings` needs. */
export interface ReadingsOptions {
  /** Data directory; the file is `readings.db` in it. */
  directory: string;
  log: (event: string, fields: Record<string, unknown>) => void;
  keep?: KeepRules;
  /** How long a moment waits at most before it is written. A server's are written earlier once 60 wait. */
  flushMs?: number;
  /** The worker's module, where it is not beside this one. */
  worker?: URL;
}

/** Readings of servers over time, in a database of their own behind a worker thread. */
export interface Readings {
  /**
   * Keeps what was measured at a moment. Returns at once; what a crash catches before it is written is lost. More of the same moment adds to it; of
   * one series the later value counts. What is no finite number is left out.
   */
  append(serverId: ServerId, atMs: number, readings: readonly Reading[]): void;
  /** Keeps those moments from which none that is here is `apartMs` or less away; given again it changes nothing. Returns how many were kept. */
  backfill(serverId: ServerId, moments: readonly MeasuredMoment[], apartMs: number): Promise<number>;
  /** Chosen series of one server. */
  query(query: ServerQuery): Promise<ReadingsAnswer>;
  /** One metric of many servers. */
  queryFleet(query: FleetQuery): Promise<ReadingsAnswer>;
  /** The newest value of every series that has one since a time, but an hour back at most; of some servers or, with null, of all. */
  latest(serverIds: readonly ServerId[] | null, sinceMs: number): Promise<ServerLatest[]>;
  /** Which series a server has or had within the time for which anything is kept. */
  seriesOf(serverId: ServerId): Promise<SeriesName[]>;
  /** Changes how long readings are kept. */
  keep(rules: KeepRules): void;
  /** Writes what waits, as before the computer sleeps. */
  flush(): Promise<void>;
  /** Writes what waits and ends the worker. */
  close(): Promise<void>;
}

/**
 * Opens the readings in a worker. Throws `database.from-future`, `local.disk-full`, or `core.unavailable` where the worker cannot start; a worker
 * that dies later makes every question `core.unavailable` and appends go nowhere, with one line in the log.
 */
export async function openReadings(options: ReadingsOptions): Promise<Readings> {
  const workerData: ReadingsWorkerData = { directory: options.directory, keep: options.keep ?? defaultKeepRules, flushMs: options.flushMs ?? 300_000 };
  const worker = new Worker(options.worker ?? new URL('./readingsWorker.ts', import.meta.url), { workerData });
  const client = new ReadingsClient(worker, options.log);
  await client.opened;
  return client;
}
