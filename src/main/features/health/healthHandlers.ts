import { AppError } from '../../../shared/errors.ts';
import type { HealthMark } from '../../../shared/model/healthHistory.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import { measuredMetrics } from '../../../shared/model/measuredMetrics.ts';
import type { HealthPart } from '../../../shared/model/serverHealth.ts';
import type { StateFrame } from '../../../shared/model/stream.ts';
import type { Readings } from '../../database/readings/openReadings.ts';
import type { ClientSession } from '../../rpc/clientSession.ts';
import { generatedLog } from '../../rpc/generatedLog.ts';
import { logStream } from '../../rpc/logStream.ts';
import { os } from '../../rpc/procedures.ts';
import { stateStream } from '../../rpc/stateStream.ts';
import type { HealthService } from './collect/healthService.ts';
import { exportedLabels, exportedMetric } from './export/exportedMetric.ts';
import { exportText } from './keep/exportText.ts';
import { historyPieces } from './keep/historyPieces.ts';
import { chosenMarks } from './keep/marksRules.ts';
import { storedSeries } from './keep/storedSeries.ts';

type Frames = AsyncGenerator<StateFrame<HealthPart>, void, void>;
type Servers = readonly { id: ServerId; name: string }[];

const metrics = measuredMetrics.map(({ subjects, ...metric }) => ({
  ...metric,
  subjects: [...subjects],
  exported: subjects.map((subject) => {
    const labels = exportedLabels('', subject === 'host' ? '' : `${subject}:`).map(([label]) => label);
    return { subject, name: exportedMetric(subject, metric.name).name, labels };
  }),
}));

/** What the handlers stand on. */
export interface HealthHandlersPorts {
  service: HealthService;
  /** Throws what a selector may be wrong by. */
  select(selector: string): Promise<Servers>;
  /** Calls back when servers were added, left or are filed otherwise, until the returned function is called. */
  onServers(listener: () => void): () => void;
  readings: Pick<Readings, 'queryFleet' | 'query' | 'latest' | 'seriesOf'>;
  /** What happened, of all servers. */
  marks(fromMs: number): readonly HealthMark[];
  nowMs(): number;
}

/** Handlers of the `health` part of the contract. */
export function healthHandlers({ service, select, onServers, readings, marks, nowMs }: HealthHandlersPorts) {
  return {
    metrics: os.health.metrics.handler(() => ({ metrics })),
    snapshot: os.health.snapshot.handler(async ({ input, context, signal }) =>
      oneLook(service, await select(input.selector), { ...wishOf(1, input.metrics), limitMs: input.waitS * 1000 }, context.client, signal),
    ),
    watch: os.health.watch.handler(async ({ input, context, signal }) => {
      const servers = await select(input.selector);
      return watch({ service, servers, again: () => select(input.selector), onServers }, wishOf(input.intervalS, input.metrics), context.client, signal);
    }),
    history: os.health.history.handler(async ({ input: { selector, ...request }, context, signal }) => {
      checkTime(request);
      const pieces = historyPieces(readings, { servers: await select(selector), ...request });
      return logStream(context.client, generatedLog(pieces), { afterSeq: -1 }, signal);
    }),
    series: os.health.series.handler(async ({ input }) => storedSeries(readings, await select(input.selector))),
    export: os.health.export.handler(async ({ input: { selector, ...request }, context, signal }) => {
      if (request.format !== 'prometheus') checkTime(request);
      const pieces = exportText(readings, { servers: await select(selector), ...request }, nowMs());
      return logStream(context.client, generatedLog(pieces), { afterSeq: -1 }, signal);
    }),
    marks: os.health.marks.handler(async ({ input: { selector, fromMs, toMs } }) =>
      chosenMarks(marks(fromMs), new Set((await select(selector)).map(({ id }) => id)), fromMs, toMs),
    ),
  };
}

/** Throws `input.invalid` for a time that ends before it begins, of which there is nothing to tell. */
function checkTime({ fromMs, toMs }: { fromMs: number; toMs: number }): void {
  if (toMs >= fromMs) return;
  throw new AppError('input.invalid', {
    issues: [{ path: 'toMs', message: 'the time ends before it begins: "--since" is the earlier moment, "--until" the later' }],
  });
}

interface Wish {
  intervalS: number;
  metrics?: readonly string[];
}
const wishOf = (intervalS: number, wanted: readonly string[] | undefined): Wish => ({ intervalS, ...(wanted === undefined ? {} : { metrics: wanted }) });

interface Watched extends Pick<HealthHandlersPorts, 'service' | 'onServers'> {
  servers: Servers;
  /** Whom the selector picks now. */
  again(): Promise<Servers>;
}

/** Servers are read for as long as the stream is; who is picked follows the inventory. */
async function* watch({ service, servers, again, onServers }: Watched, wish: Wish, client: ClientSession, signal: AbortSignal | undefined): Frames {
  const { state, choose, leave } = service.watch(servers, wish);
  // A selector that picks nobody any more is no reason to end.
  const stop = onServers(() => void again().then(choose, () => choose([])));
  try {
    yield* stateStream(client, state, signal);
  } finally {
    stop();
    leave();
  }
}

/** The snapshot alone, once there is something to tell of every server. */
async function* oneLook(
  service: HealthService,
  servers: Servers,
  { limitMs, ...wish }: Wish & { limitMs: number },
  client: ClientSession,
  signal: AbortSignal | undefined,
): Frames {
  const { state, settled, leave } = service.watch(servers, wish);
  try {
    await settled(limitMs, signal);
    for await (const frame of stateStream(client, state, signal)) {
      yield frame;
      if (frame.type === 'snapshot' && frame.last) return;
    }
  } finally {
    leave();
  }
}
