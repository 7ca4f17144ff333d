import type { MetricUnit } from '../../../shared/model/metricDefinition.ts';
import type { Tone } from '../StateMark.tsx';

/** What the values of a chart are in: those of metrics, and what is told of models and certificates. */
export type ChartUnit = MetricUnit;

/** Points of a line in order of time. `min` and `max` are the spread of what a point sums up; absent: a point is one value. */
export interface ChartPoints {
  atMs: readonly number[];
  value: readonly number[];
  min?: readonly number[];
  max?: readonly number[];
}

/** One line of a chart. */
export interface ChartLine {
  key: string;
  label: string;
  /** One of the ten hues that tell lines apart; null: the accent. */
  hue: number | null;
  points: ChartPoints;
  /** Points further apart than this have a gap between them, which is shown as one. */
  gapMs: number;
  dashed?: boolean;
}

/** Something that happened, on the axis of time. */
export interface ChartMark {
  key: string;
  atMs: number;
  tone: Tone;
  title: string;
  detail: string;
  /** Where it is told in full: an address of the app, from `#` on; null: nowhere. */
  href: string | null;
}

/** A value that is worth knowing while one reads the others. */
export interface ChartThreshold {
  value: number;
  tone: 'warn' | 'bad';
  label: string;
}

/** The time that a chart shows, in ms since 1970. */
export interface ChartRange {
  fromMs: number;
  toMs: number;
}
