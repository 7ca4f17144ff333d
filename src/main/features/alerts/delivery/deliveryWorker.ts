import type { AttemptView } from '../../../../shared/model/alert.ts';
import { bundleDeliveries } from './bundleRules.ts';
import type { SendToChannel } from './channelSender.ts';
import type { StoredChannel } from './channelsRepo.ts';
import type { Attempt, Delivery } from './deliveryTypes.ts';
import { afterAttempt, dueDeliveries, nextDueMs } from './outboxRules.ts';
import { type RetrySchedule, usualRetries } from './retryRules.ts';
import { routed } from './routingRules.ts';
import type { DeliveriesRepo, StoredDelivery } from './storedDelivery.ts';

/** What delivery needs. */
export interface DeliveryPorts {
  repo: DeliveriesRepo;
  /** Runs writes in one transaction. */
  transaction(body: () => void): void;
  channels(): readonly StoredChannel[];
  send: SendToChannel;
  nowMs(): number;
  log(event: string, fields: Record<string, unknown>): void;
  /** Called when what waits or was tried has changed. */
  changed(): void;
  retries?: RetrySchedule;
  /** 0 to 1. */
  random?(): number;
}

/** So many messages are on their way to one channel: one that hangs keeps no other from being told. */
const atOnce = 2;
const longestRestMs = 60_000;

/** Sends what is in the outbox, and again until the other side took it. */
export interface DeliveryWorker {
  /** Takes over what an earlier program left, and begins to send. */
  start(): void;
  /** Takes what was put into the outbox. */
  add(deliveries: readonly StoredDelivery[]): void;
  /** Gives up what waits for channels that are gone or switched off. */
  channelsChanged(): void;
  /** All that waits. */
  waiting(): readonly StoredDelivery[];
  /** Ends what is on its way; it is sent again by the next program. */
  close(): Promise<void>;
}

/** Makes the worker. */
export function createDeliveryWorker(ports: DeliveryPorts): DeliveryWorker {
  const { repo, retries = usualRetries, random = Math.random } = ports;
  let waiting: StoredDelivery[] = [];
  const busy = new Map<number, string>();
  const running = new Set<Promise<void>>();
  const closing = new AbortController();
  let timer: NodeJS.Timeout | null = null;
  let started = false;

  const keep = (before: StoredDelivery, after: Delivery, attempt: AttemptView | null) => {
    const saved = repo.save({ ...after, seq: before.seq, tries: before.tries }, attempt);
    waiting = waiting.flatMap((each) => (each.seq !== before.seq ? [each] : saved.state === 'waiting' ? [saved] : []));
  };
  const giveUp = (delivery: StoredDelivery, problem: string) =>
    keep(delivery, { ...delivery, state: 'givenUp', endedAtMs: ports.nowMs(), lastProblem: problem }, null);

  const send = async (channel: StoredChannel, bundle: readonly StoredDelivery[]) => {
    const begunMs = ports.nowMs();
    const attempt = await ports
      .send(
        channel,
        bundle.map(({ event }) => event),
        closing.signal,
      )
      .catch((error: unknown): Attempt => {
        ports.log('alerts.send-failed', { channel: channel.id, error: String(error) });
        return { outcome: 'failed', problem: error instanceof Error ? error.message : String(error), retryAfterS: null };
      });
    // What was cut off by our own end stays begun: the next program knows that it may have arrived.
    if (closing.signal.aborted) return;
    const nowMs = ports.nowMs();
    const view: AttemptView = {
      atMs: begunMs,
      tookMs: nowMs - begunMs,
      outcome: attempt.outcome,
      problem: attempt.outcome === 'sent' ? null : attempt.problem,
    };
    const chance = random();
    ports.transaction(() => {
      for (const delivery of bundle) keep(delivery, afterAttempt(delivery, attempt, retries, nowMs, chance), view);
    });
    for (const { seq } of bundle) busy.delete(seq);
  };

  /** What waits for a channel that is gone or switched off is told no more. */
  const giveUpLost = () => {
    const enabled = new Set(ports.channels().flatMap(({ id, fields }) => (fields.enabled ? [id] : [])));
    const lost = waiting.filter(({ channelId, seq }) => !enabled.has(channelId) && !busy.has(seq));
    if (lost.length === 0) return;
    ports.transaction(() => {
      for (const delivery of lost) giveUp(delivery, 'the channel was removed or switched off');
    });
  };

  const look = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (!started || closing.signal.aborted) return;
    giveUpLost();
    const nowMs = ports.nowMs();
    const channels = new Map(ports.channels().map((channel) => [channel.id, channel]));
    const inFlight = new Set(waiting.filter(({ seq }) => busy.has(seq)));
    const due = dueDeliveries(waiting, nowMs, inFlight) as StoredDelivery[];
    for (const bundle of bundleDeliveries(due, [...channels.values()].map(routed)) as StoredDelivery[][]) {
      const [first] = bundle;
      const channel = first === undefined ? undefined : channels.get(first.channelId);
      if (channel === undefined || [...busy.values()].filter((id) => id === channel.id).length >= atOnce) continue;
      for (const { seq } of bundle) busy.set(seq, channel.id);
      repo.begin(
        bundle.map(({ seq }) => seq),
        nowMs,
      );
      const one = send(channel, bundle)
        .catch((error: unknown) => ports.log('alerts.delivery-failed', { error: String(error) }))
        .finally(() => {
          for (const { seq } of bundle) busy.delete(seq);
          running.delete(one);
          if (closing.signal.aborted) return;
          ports.changed();
          look();
        });
      running.add(one);
    }
    const nextMs = nextDueMs(waiting.filter(({ seq }) => !busy.has(seq)));
    // Whoever ends looks again; a full channel is looked at then, too.
    if (nextMs !== null) timer = setTimeout(look, Math.min(Math.max(nextMs - ports.nowMs(), busy.size > 0 ? 1000 : 20), longestRestMs)).unref();
  };

  return {
    start() {
      ports.transaction(() => {
        for (const { delivery, begunAtMs } of repo.cutOff()) {
          const problem = 'Pilothouse ended before an answer came';
          const view: AttemptView = { atMs: begunAtMs, tookMs: 0, outcome: 'unknown', problem };
          repo.save({ ...delivery, attempts: delivery.attempts + 1, lastProblem: problem }, view);
        }
      });
      waiting = repo.waiting();
      started = true;
      look();
    },
    add(deliveries) {
      waiting.push(...deliveries.filter(({ state }) => state === 'waiting'));
      look();
    },
    channelsChanged: look,
    waiting: () => waiting,
    async close() {
      closing.abort();
      if (timer !== null) clearTimeout(timer);
      await Promise.allSettled([...running]);
    },
  };
}
