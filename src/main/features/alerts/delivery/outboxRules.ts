import { createHash } from 'node:crypto';
import type { AlertEvent } from '../evaluator/evaluatorTypes.ts';
import type { Attempt, Channel, Delivery } from './deliveryTypes.ts';
import { type RetrySchedule, retryDelayMs } from './retryRules.ts';
import { channelsFor } from './routingRules.ts';

/** What the other side knows an event by: the same however often it is sent, and without names in it. */
export function idempotencyKey({ id }: Pick<AlertEvent, 'id'>): string {
  return `ph-${createHash('sha256').update(id).digest('hex').slice(0, 40)}`;
}

/**
 * Puts events into the outbox, in their order, for each channel that they go to. An event that is there already is not put in again, so
 * that a restart between an event and its note does no harm. `outbox`: what is kept of this and of earlier events, oldest first.
 */
export function enqueue(outbox: readonly Delivery[], events: readonly AlertEvent[], channels: readonly Channel[], nowMs: number): Delivery[] {
  const after = [...outbox];
  const known = new Set(outbox.map(({ channelId, idempotencyKey: key }) => `${channelId} ${key}`));
  const toldOf = new Map<string, Set<string>>();
  const noteTold = ({ event, channelId }: Pick<Delivery, 'event' | 'channelId'>) => {
    const episode = episodeOf(event);
    toldOf.set(episode, (toldOf.get(episode) ?? new Set()).add(channelId));
  };
  for (const delivery of outbox) noteTold(delivery);
  for (const event of events) {
    const told = new Set(toldOf.get(episodeOf(event)));
    const key = idempotencyKey(event);
    for (const { id } of channelsFor(event, channels, told)) {
      if (known.has(`${id} ${key}`)) continue;
      known.add(`${id} ${key}`);
      noteTold({ event, channelId: id });
      after.push({
        ...{ channelId: id, idempotencyKey: key, event, state: 'waiting', attempts: 0 },
        ...{ queuedAtMs: nowMs, nextAtMs: nowMs, endedAtMs: null, lastProblem: null },
      });
    }
  }
  return after;
}

/**
 * What is to be sent now: of each alert on each channel the oldest event that waits, so that nobody hears of the end before the beginning.
 * In the order in which they were put in; `busy`: those that are being sent.
 */
export function dueDeliveries(outbox: readonly Delivery[], nowMs: number, busy: ReadonlySet<Delivery> = new Set()): Delivery[] {
  const lines = new Set<string>();
  return outbox.filter((delivery) => {
    if (delivery.state !== 'waiting') return false;
    const line = `${delivery.channelId} ${delivery.event.key}`;
    if (lines.has(line)) return false;
    lines.add(line);
    return delivery.nextAtMs <= nowMs && !busy.has(delivery);
  });
}

/** When something is to be sent next; null: nothing waits. */
export function nextDueMs(outbox: readonly Delivery[]): number | null {
  const heads = dueDeliveries(outbox, Number.POSITIVE_INFINITY);
  return heads.length === 0 ? null : Math.min(...heads.map(({ nextAtMs }) => nextAtMs));
}

/** A delivery after an attempt. Where no answer came it is sent again: rather twice than never. `random`: 0 to 1. */
export function afterAttempt(delivery: Delivery, attempt: Attempt, schedule: RetrySchedule, nowMs: number, random: number): Delivery {
  const tried = { ...delivery, attempts: delivery.attempts + 1 };
  if (attempt.outcome === 'sent') return { ...tried, state: 'sent', endedAtMs: nowMs, lastProblem: null };
  const given: Delivery = { ...tried, state: 'givenUp', endedAtMs: nowMs, lastProblem: attempt.problem };
  if (attempt.outcome === 'refused') return given;
  const nextAtMs = nowMs + retryDelayMs(tried.attempts, schedule, attempt.retryAfterS, random);
  const isEnd = nextAtMs - tried.queuedAtMs > schedule.endS * 1000;
  return isEnd ? given : { ...tried, nextAtMs, lastProblem: attempt.problem };
}

/** What is still needed: all that waits, and what was told of alerts since they were raised, until their end is told and `keepMs` is over. */
export function pruneOutbox(outbox: readonly Delivery[], keepMs: number, nowMs: number): Delivery[] {
  const over = new Set(outbox.filter(({ event }) => event.kind === 'resolved').map(({ event }) => episodeOf(event)));
  return outbox.filter(({ state, event, endedAtMs }) => state === 'waiting' || !over.has(episodeOf(event)) || nowMs - (endedAtMs ?? nowMs) < keepMs);
}

/** An alert from its raise to its end. */
function episodeOf({ key, raisedAtMs }: AlertEvent): string {
  return `${key}@${raisedAtMs}`;
}
