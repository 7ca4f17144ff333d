import type { SerializedError } from '../../../shared/errors.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { FleetQuery, KeepRules, MeasuredMoment, ReadingsAnswer, SeriesName, ServerLatest, ServerQuery } from './readingsTypes.ts';
import type { NumberedReadings } from './seriesWords.ts';

/** How the readings worker is set up. */
export interface ReadingsWorkerData {
  directory: string;
  keep: KeepRules;
  flushMs: number;
}

/** What the worker is asked, with what it answers. */
export interface ReadingsAsks {
  backfill: { input: { serverId: ServerId; moments: readonly MeasuredMoment[]; apartMs: number }; result: number };
  query: { input: ServerQuery; result: ReadingsAnswer };
  queryFleet: { input: FleetQuery; result: ReadingsAnswer };
  latest: { input: { serverIds: readonly ServerId[] | null; sinceMs: number }; result: ServerLatest[] };
  seriesOf: { input: ServerId; result: SeriesName[] };
  flush: { input: null; result: null };
  close: { input: null; result: null };
}

/** The name of a question. */
export type ReadingsAsk = keyof ReadingsAsks;

/** A moment of a server; its readings are the next so many of those that come with it. */
export interface AppendedMoment {
  serverId: ServerId;
  atMs: number;
  count: number;
}

/** What the worker is told. Questions have an id and are answered. */
export type ReadingsCall =
  | { call: 'append'; moments: readonly AppendedMoment[]; readings: NumberedReadings }
  | { call: 'keep'; keep: KeepRules }
  | { [A in ReadingsAsk]: { call: 'ask'; ask: A; id: number; input: ReadingsAsks[A]['input'] } }[ReadingsAsk];

/** What the worker says. An error that is not one of the registry comes with `error` null and its text for the log. */
export type ReadingsSaid =
  | { said: 'opened' }
  | { said: 'log'; event: string; fields: Record<string, unknown> }
  | { said: 'result'; id: number; result: ReadingsAsks[ReadingsAsk]['result'] }
  | { said: 'failure'; id: number | null; error: SerializedError | null; text: string };
