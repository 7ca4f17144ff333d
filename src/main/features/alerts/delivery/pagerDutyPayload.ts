import { createHash } from 'node:crypto';
import type { AlertEvent } from '../evaluator/evaluatorTypes.ts';
import { evidenceText, headline, whereText } from './alertWords.ts';
import { idempotencyKey } from './outboxRules.ts';
import { type Mask, oneLine } from './plainText.ts';

/** An event of PagerDuty's Events API v2 without the key that names the service, which is put in when it is sent. */
export interface PagerDutyEvent {
  event_action: 'trigger' | 'acknowledge' | 'resolve';
  dedup_key: string;
  client: 'Pilothouse';
  payload?: {
    summary: string;
    source: string;
    severity: 'critical' | 'warning' | 'info';
    timestamp: string;
    component: string;
    group: string;
    class: string;
    custom_details: Record<string, unknown>;
  };
}

const actions: Record<AlertEvent['kind'], PagerDutyEvent['event_action']> = {
  raised: 'trigger',
  stillFiring: 'trigger',
  // No pager is told of it; by its type it has to be something.
  whileAway: 'resolve',
  escalated: 'trigger',
  eased: 'trigger',
  acknowledged: 'acknowledge',
  resolved: 'resolve',
};

/**
 * One event. All of one alert have one `dedup_key`, 255 characters at most, so that they are one incident there; only a trigger has a
 * payload, with 1024 characters of summary. Source: https://developer.pagerduty.com/docs/send-alert-event
 */
export function pagerDutyEvent(event: AlertEvent, mask: Mask): PagerDutyEvent {
  const head = { event_action: actions[event.kind], dedup_key: dedupKey(event), client: 'Pilothouse' as const };
  if (head.event_action !== 'trigger') return head;
  const text = (value: string, limit = 500) => oneLine(value, mask, limit);
  return {
    ...head,
    payload: {
      ...{ summary: text(headline(event), 1024), source: text(whereText(event), 255), severity: event.severity === 'advice' ? 'info' : event.severity },
      ...{ timestamp: new Date(event.atMs).toISOString(), component: text(event.evidence[0]?.subject ?? '') || 'server', group: event.cause },
      class: event.evidence[0]?.metric ?? event.cause,
      custom_details: {
        ...{ idempotencyKey: idempotencyKey(event), event: event.kind, level: event.level, flapping: event.flapping, runbook: event.runbook },
        evidence: event.evidence.map((each) => text(evidenceText(each))),
      },
    },
  };
}

/** The body to send, with the service's integration key, which is a secret: never kept or logged. */
export function withRoutingKey(event: PagerDutyEvent, routingKey: string): string {
  return JSON.stringify({ routing_key: routingKey, ...event });
}

/** The alert's stable key, made short where it is too long: raised again, it is the same incident there while that is open. */
function dedupKey({ key }: AlertEvent): string {
  return key.length <= 255 ? key : createHash('sha256').update(key).digest('hex');
}
