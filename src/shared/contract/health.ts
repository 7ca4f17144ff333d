import { z } from 'zod';
import { engineSchema } from '../model/engine.ts';
import { engineMetricCatalogue, probeMetricCatalogue } from '../model/engineMetricCatalogue.ts';
import { healthMarkSchema, historyPieceSchema, wantedSeriesSchema } from '../model/healthHistory.ts';
import { serverIdSchema } from '../model/ids.ts';
import { metricDefinition } from '../model/metricCatalogue.ts';
import { healthPartSchema } from '../model/serverHealth.ts';
import { logStream, procedure, selectorSchema, stateStream } from './base.ts';

/** Of servers, of engines or by probes. */
const isMeasured = (name: string) =>
  metricDefinition(name) !== null || name === 'wedged' || Object.hasOwn(engineMetricCatalogue, name) || Object.hasOwn(probeMetricCatalogue, name);

/** Metrics to be told of; absent: all. */
const metricsSchema = z.array(z.string().max(64).refine(isMeasured, 'there is no such metric')).min(1).max(200).optional();

/** What is known of a metric before anything is measured. */
export const metricSchema = z.object({
  name: z.string(),
  label: z.string(),
  unit: z.enum([
    ...(['ratio', 'bytes', 'bytesPerSecond', 'celsius', 'watts', 'hertz', 'count', 'perSecond', 'seconds', 'milliseconds', 'days'] as const),
    ...(['tokens', 'tokensPerSecond', 'cores', 'flag', 'code', 'mask'] as const),
  ]),
  kind: z.enum(['level', 'rate', 'total', 'state']),
  subjects: z.array(z.enum(['host', 'disk', 'drive', 'nic', 'gpu', 'container', 'engine', 'probe'])),
  bad: z.enum(['high', 'low', 'none']),
  /** How it is called in an export, of each that it is measured of, and by which labels its series are told apart there. */
  exported: z.array(z.object({ subject: z.string(), name: z.string(), labels: z.array(z.string()) })),
});

/** From `fromMs` on and before `toMs`. */
const timeFields = { fromMs: z.number().min(0), toMs: z.number().min(0) };
const seriesSchema = z.array(wantedSeriesSchema).min(1).max(100);

/** What stored figures can be given out as: a table, the newest values as a page of Prometheus, or all of them with their times. */
export const healthExportFormatSchema = z.enum(['csv', 'prometheus', 'openmetrics']);
export type HealthExportFormat = z.infer<typeof healthExportFormatSchema>;

/** Live figures of servers, and those of the past. */
export const healthContract = {
  /** All that is measured: of servers, of engines and by probes. */
  metrics: procedure.input(z.object({})).output(z.object({ metrics: z.array(metricSchema) })),
  /**
   * One look: the snapshot of a *state* stream, which then ends. Waits up to `waitS` until every server was looked at so that rates are known
   * too, or could not be reached; servers that were not ready are told as they are.
   */
  snapshot: procedure
    .input(z.object({ selector: selectorSchema, waitS: z.int().min(1).max(60).default(15), metrics: metricsSchema }))
    .output(stateStream(healthPartSchema)),
  /** The servers that the selector picks now, looked at at least every `intervalS`: the shortest wish of all who watch a server counts. */
  watch: procedure
    .input(z.object({ selector: selectorSchema, intervalS: z.int().min(1).max(60).default(5), metrics: metricsSchema }))
    .output(stateStream(healthPartSchema)),
  /** Engines that run on these servers, as they were last seen; with a time to wait they are looked for and asked meanwhile. */
  engines: procedure
    .input(z.object({ selector: selectorSchema, waitS: z.int().min(0).max(60).default(0) }))
    .output(z.object({ engines: z.array(engineSchema) })),
  /**
   * Figures of the past, as they were measured where no series has more than `maxPoints` of them, else in steps of one or more minutes. All
   * series together have 400,000 points at most. A series of which there is nothing is left out.
   */
  history: procedure
    .input(z.object({ selector: selectorSchema, series: seriesSchema, ...timeFields, maxPoints: z.int().min(1).max(20_000).default(600) }))
    .output(logStream(historyPieceSchema)),
  /** Which series are kept of servers, of 50 at most. */
  series: procedure.input(z.object({ selector: selectorSchema })).output(
    z.object({
      servers: z.array(
        z.object({ serverId: serverIdSchema, serverName: z.string(), series: z.array(z.object({ metric: z.string(), subjects: z.array(z.string()) })) }),
      ),
      /** Servers that were picked and are not told. */
      leftOut: z.int(),
    }),
  ),
  /** The same for other programs, as text in pieces. Without `series` all; `prometheus` has the newest values alone, whatever the time. */
  export: procedure
    .input(z.object({ selector: selectorSchema, format: healthExportFormatSchema, series: seriesSchema.optional(), ...timeFields }))
    .output(logStream(z.object({ seq: z.int(), text: z.string() }))),
  /** What happened to servers in a time, the oldest first: at most 1000, of more the newest. */
  marks: procedure.input(z.object({ selector: selectorSchema, ...timeFields })).output(z.object({ marks: z.array(healthMarkSchema), cut: z.boolean() })),
};
