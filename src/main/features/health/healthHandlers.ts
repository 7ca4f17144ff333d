import type { ServerId } from '../../../shared/model/ids.ts';
import { metricCatalogue } from '../../../shared/model/metricCatalogue.ts';
import type { HealthPart } from '../../../shared/model/serverHealth.ts';
import type { StateFrame } from '../../../shared/model/stream.ts';
import type { ClientSession } from '../../rpc/clientSession.ts';
import { os } from '../../rpc/procedures.ts';
import { stateStream } from '../../rpc/stateStream.ts';
import type { HealthService } from './collect/healthService.ts';

type Frames = AsyncGenerator<StateFrame<HealthPart>, void, void>;
type Servers = readonly { id: ServerId; name: string }[];

const metrics = Object.entries(metricCatalogue).map(([name, { subjects, ...definition }]) => ({ name, ...definition, subjects: [...subjects] }));

/** Handlers of the `health` part of the contract. `select` throws what a selector may be wrong by. */
export function healthHandlers(service: HealthService, select: (selector: string) => Promise<Servers>) {
  return {
    metrics: os.health.metrics.handler(() => ({ metrics })),
    snapshot: os.health.snapshot.handler(async ({ input, context, signal }) =>
      oneLook(service, await select(input.selector), { ...wishOf(1, input.metrics), limitMs: input.waitS * 1000 }, context.client, signal),
    ),
    watch: os.health.watch.handler(async ({ input, context, signal }) =>
      watch(service, await select(input.selector), wishOf(input.intervalS, input.metrics), context.client, signal),
    ),
  };
}

interface Wish {
  intervalS: number;
  metrics?: readonly string[];
}
const wishOf = (intervalS: number, wanted: readonly string[] | undefined): Wish => ({ intervalS, ...(wanted === undefined ? {} : { metrics: wanted }) });

/** Servers are read for as long as the stream is. */
async function* watch(service: HealthService, servers: Servers, wish: Wish, client: ClientSession, signal: AbortSignal | undefined): Frames {
  const { state, leave } = service.watch(servers, wish);
  try {
    yield* stateStream(client, state, signal);
  } finally {
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
