import type { ServerId } from '../../../shared/model/ids.ts';
import type { Reading } from '../../../shared/model/reading.ts';

/** What was measured of a server at one moment. */
export interface MeasuredMoment {
  atMs: number;
  readings: readonly Reading[];
}

/** What one line of a chart shows: a metric of a subject. */
export interface SeriesName {
  subject: string;
  metric: string;
}

/**
 * Points of a series in order of time, each array with one entry per point. A point of a roll-up is a stretch of time that begins at `atMs`: how
 * many values it had, and their smallest, largest, mean and last. A raw point has one value, and the four arrays are one.
 */
export interface SeriesPoints extends SeriesName {
  atMs: Float64Array<ArrayBuffer>;
  count: Uint32Array<ArrayBuffer>;
  min: Float32Array<ArrayBuffer>;
  max: Float32Array<ArrayBuffer>;
  mean: Float32Array<ArrayBuffer>;
  last: Float32Array<ArrayBuffer>;
}

/** A time from `fromMs` on and before `toMs`, told in at most so many points for each series. */
export interface ReadingsRange {
  fromMs: number;
  toMs: number;
  maxPoints: number;
}

/** Asks for chosen series of one server. */
export interface ServerQuery extends ReadingsRange {
  serverId: ServerId;
  series: readonly SeriesName[];
}

/** Asks for one metric of many servers: of one subject, or with null of every subject that has it. */
export interface FleetQuery extends ReadingsRange {
  /** Null: all of which anything is stored. */
  serverIds: readonly ServerId[] | null;
  metric: string;
  subject: string | null;
  /** Points of all series together; absent: two million. */
  mostPoints?: number;
}

/** Series of one server. One of which there is nothing in that time is left out. */
export interface ServerSeries {
  serverId: ServerId;
  series: SeriesPoints[];
}

/** What was found, and how coarse: `stepMs` is 0 for values as they were measured, else the length of a point. */
export interface ReadingsAnswer {
  stepMs: number;
  servers: ServerSeries[];
}

/** The newest value of a series. */
export interface LatestReading extends Reading {
  atMs: number;
}

/** The newest values of one server. */
export interface ServerLatest {
  serverId: ServerId;
  readings: LatestReading[];
}

/** How long readings are kept: as rows, as packed hours, and as roll-ups of 1 and of 10 minutes. */
export interface KeepRules {
  hotHours: number;
  rawDays: number;
  minuteDays: number;
  tenMinuteDays: number;
}

/** Unless the person says otherwise. */
export const defaultKeepRules: KeepRules = { hotHours: 6, rawDays: 3, minuteDays: 7, tenMinuteDays: 90 };

/** Longer than any setting allows. */
export const longestKeepRules: KeepRules = { hotHours: 6, rawDays: 30, minuteDays: 180, tenMinuteDays: 1100 };
