import { z } from 'zod';
import { metricDefinition } from '../model/metricCatalogue.ts';
import { healthPartSchema } from '../model/serverHealth.ts';
import { procedure, selectorSchema, stateStream } from './base.ts';

/** Metrics to be told of; absent: all. */
const metricsSchema = z
  .array(
    z
      .string()
      .max(64)
      .refine((name) => metricDefinition(name) !== null, 'there is no such metric'),
  )
  .min(1)
  .max(200)
  .optional();

/** What is known of a metric before anything is measured. */
export const metricSchema = z.object({
  name: z.string(),
  label: z.string(),
  unit: z.enum(['ratio', 'bytes', 'bytesPerSecond', 'celsius', 'watts', 'hertz', 'count', 'perSecond', 'seconds', 'cores', 'flag', 'code', 'mask']),
  kind: z.enum(['level', 'rate', 'total', 'state']),
  subjects: z.array(z.enum(['host', 'disk', 'drive', 'nic', 'gpu', 'container', 'engine', 'probe'])),
  bad: z.enum(['high', 'low', 'none']),
});

/** Live figures of servers, read for as long as somebody looks at them. */
export const healthContract = {
  /** All that is measured of servers. */
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
};
