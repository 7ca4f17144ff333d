import type { EngineMetric } from '../../../../shared/model/engineMetricCatalogue.ts';
import type { LabelMatch } from './counterDelta.ts';

/** A distribution of the catalogue: its three metrics are `…P50S`, `…P95S` and `…P99S`. */
export type Distribution = 'firstToken' | 'interToken' | 'latency' | 'queue' | 'overhead';

/** Where a common metric comes from. Of several names the first that is there counts: newer versions first. `scale`: from the engine's unit to ours. */
export type EngineSource =
  | { metric: EngineMetric; how: 'gauge'; names: readonly string[]; where?: LabelMatch; fold?: 'sum' | 'max'; scale?: number }
  /** Series of a gauge that have this value. */
  | { metric: EngineMetric; how: 'having'; names: readonly string[]; value: number }
  /** A gauge by another one; a limit of 0 is none. */
  | { metric: EngineMetric; how: 'part'; names: readonly string[]; of: readonly string[] }
  | { metric: EngineMetric; how: 'total'; names: readonly string[] }
  /** Growth of counters together, less that of others, by time. */
  | { metric: EngineMetric; how: 'rate'; names: readonly string[]; and?: readonly string[]; less?: readonly string[] }
  /**
   * Growth of one counter by that of others together, of which one at least is there. `absentIsNone`: the counter is not shown before it
   * is first raised.
   */
  | { metric: EngineMetric; how: 'share'; name: string; where?: LabelMatch; of: readonly string[]; absentIsNone?: boolean }
  | { metric: Distribution; how: 'histogram'; names: readonly string[]; scale?: number }
  /** Quantiles that the engine reckons itself; of several series the worst. */
  | { metric: Distribution; how: 'summary'; names: readonly string[]; scale?: number };

/** A kind of engine that is read by Prometheus text, or by what is made into it. */
export interface EngineDefinition {
  /** Where its metrics are usually had. */
  port: number;
  path: string;
  /** A name that only it has, to tell what answers there. */
  knownBy: readonly string[];
  /** A gauge by which an exporter tells whether what it looks at answers. Without it, to answer is to be up. */
  upGauge?: string;
  /** Several for one metric are tried in turn. */
  sources: readonly EngineSource[];
}
