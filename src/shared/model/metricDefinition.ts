/**
 * What values of a metric are in. A `flag` is 0 or 1; `perSecond` counts things; `cores` are processor seconds per second; a `code` is a
 * number that stands for something; a `mask` is a set of bits.
 */
export type MetricUnit =
  | 'ratio'
  | 'bytes'
  | 'bytesPerSecond'
  | 'celsius'
  | 'watts'
  | 'hertz'
  | 'count'
  | 'perSecond'
  | 'seconds'
  | 'milliseconds'
  | 'days'
  | 'tokens'
  | 'tokensPerSecond'
  | 'cores'
  | 'flag'
  | 'code'
  | 'mask';

/** What a metric is measured of: the first part of a reading's subject, `host` for the empty one. */
export type MetricSubject = 'host' | 'disk' | 'drive' | 'nic' | 'gpu' | 'container' | 'engine' | 'probe';

/** How values behave: a level is what is so now, a rate is how fast between two looks, a total only grows until it is reset, a state is one of few. */
export type MetricKind = 'level' | 'rate' | 'total' | 'state';

/** What is known of a metric before anything is measured. */
export interface MetricDefinition {
  /** For people, without the unit. */
  label: string;
  unit: MetricUnit;
  kind: MetricKind;
  subjects: readonly MetricSubject[];
  /** Towards which side it gets worse; none: it is neither good nor bad. */
  bad: 'high' | 'low' | 'none';
}
