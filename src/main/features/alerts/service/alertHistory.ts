import type { AlertDelivery, AlertRecord } from '../../../../shared/model/alert.ts';
import type { AlertSeverity } from '../../../../shared/model/alertRule.ts';
import { parseSelector, selects } from '../../../../shared/model/selector.ts';
import type { Server } from '../../../../shared/model/server.ts';
import type { StoredDelivery } from '../delivery/storedDelivery.ts';

/** Which alerts of the history are wanted. */
export interface HistoryRequest {
  state: 'open' | 'ended' | 'all';
  severities?: readonly AlertSeverity[] | undefined;
  causes?: readonly string[] | undefined;
  selector?: string | undefined;
  stack?: string | undefined;
  text?: string | undefined;
  sinceMs?: number | undefined;
  beforeMs?: number | undefined;
  beforeId?: string | undefined;
  limit: number;
}

/** Tells whether a record of the history is wanted. Throws `selector.invalid`. */
export function wantedRecord({ severities, causes, selector, stack, text }: HistoryRequest, servers: readonly Server[]): (record: AlertRecord) => boolean {
  const wanted = selector === undefined ? null : parseSelector(selector);
  const ids = wanted === null ? null : new Set<string>(servers.filter((server) => selects(wanted, server)).map(({ id }) => id));
  const words = text?.toLowerCase();
  return (record) =>
    (severities?.includes(record.severity) ?? true) &&
    (causes?.includes(record.cause) ?? true) &&
    (stack === undefined || record.stacks.includes(stack)) &&
    (ids === null || record.servers.some(({ id }) => ids.has(id))) &&
    (words === undefined ||
      [record.title, record.cause, record.key, ...record.servers.map(({ name }) => name)].some((each) => each.toLowerCase().includes(words)));
}

/** A delivery as it is shown. `channel`: its name, where it is still there. */
export function deliveryView(
  { channelId, idempotencyKey, event, state, queuedAtMs, nextAtMs, endedAtMs, tries }: StoredDelivery,
  channel: string | null,
): AlertDelivery {
  const next = state === 'waiting' ? nextAtMs : null;
  return { channelId, channel, eventId: event.id, event: event.kind, idempotencyKey, state, queuedAtMs, nextAtMs: next, endedAtMs, attempts: [...tries] };
}
