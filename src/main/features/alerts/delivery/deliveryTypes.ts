import type { ChannelKind } from '../../../../shared/model/alertChannel.ts';
import type { AlertSeverity } from '../../../../shared/model/alertRule.ts';
import type { AlertEvent } from '../evaluator/evaluatorTypes.ts';

/** Where alerts are told. Its address and secrets are kept apart, and are no part of what is queued. */
export interface Channel {
  id: string;
  kind: ChannelKind;
  severities: readonly AlertSeverity[];
  /** Told from this level on: 2 is the team lead, 3 management. */
  fromLevel: 1 | 2 | 3;
  /** Whether reminders, easing and acknowledgement are told, too. */
  chatty: boolean;
}

/**
 * One event on its way to one channel. `waiting`: to be sent at `nextAtMs`. `sent`: the other side took it. `givenUp`: it refused it, or could
 * not be reached until the end.
 */
export interface Delivery {
  channelId: string;
  /** The same for every attempt and every channel: what the other side knows an event by. */
  idempotencyKey: string;
  event: AlertEvent;
  state: 'waiting' | 'sent' | 'givenUp';
  attempts: number;
  queuedAtMs: number;
  nextAtMs: number;
  endedAtMs: number | null;
  lastProblem: string | null;
}

/** What an attempt came to. `unknown`: it was sent and no answer came, so that it may have arrived. */
export type Attempt =
  | { outcome: 'sent' }
  | { outcome: 'unknown' | 'failed'; problem: string; retryAfterS: number | null }
  | { outcome: 'refused'; problem: string };
