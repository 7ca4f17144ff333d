import type { AlertNotice } from '../../../../shared/model/alert.ts';
import type { AlertEvent } from '../evaluator/evaluatorTypes.ts';
import { headline, linesOf } from './alertWords.ts';
import type { StoredChannel } from './channelsRepo.ts';
import type { Attempt } from './deliveryTypes.ts';
import { emailText } from './emailText.ts';
import { idempotencyKey } from './outboxRules.ts';
import { pagerDutyEvent, withRoutingKey } from './pagerDutyPayload.ts';
import { type Mask, oneLine } from './plainText.ts';
import { attemptOf } from './retryRules.ts';
import { sendEmail } from './sendEmail.ts';
import { sendHttp } from './sendHttp.ts';
import { slackPayload } from './slackPayload.ts';
import { webhookBody, webhookHeaders } from './webhookPayload.ts';

/** What sending needs. */
export interface SenderPorts {
  /** The value of a channel's secret; null: it is not there. Throws `secret.keystore-locked`. */
  secret(channelId: string, name: 'address' | 'signingKey' | 'routingKey' | 'password'): Promise<string | null>;
  /** Shows something on this computer, where anybody looks. */
  notify(notice: AlertNotice): void;
  mask: Mask;
  nowMs(): number;
  timeoutMs: number;
}

/** PagerDuty's own address. Source: https://developer.pagerduty.com/docs/send-alert-event */
const pagerDuty = 'https://events.pagerduty.com/v2/enqueue';

/** Tells events on a channel, in one message where people read it. At least one event; machines are given one. Never throws what the other side does. */
export type SendToChannel = (channel: StoredChannel, events: readonly AlertEvent[], signal?: AbortSignal) => Promise<Attempt>;

/** Words of an address that are longer than this let in, as tokens do. */
const longestWord = 7;

/** What the other side says without the way to it, which lets in and is often said again: `Cannot POST /services/T0…`. */
function withoutWay(url: string, said: string): string {
  const { pathname, search } = new URL(url);
  const parts = [`${pathname}${search}`, pathname, ...`${pathname}${search}`.split(/[/?&=]/)].filter((part) => part.length > longestWord);
  return parts.reduce((text, part) => text.replaceAll(part, '[secret]').replaceAll(decoded(part), '[secret]'), said);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A key of other letters is nine times as long in an address; what is longer than this leads to the list. */
const longestRoute = 1000;

/** Where the window shows more of it. */
function routeOf({ kind, key }: AlertEvent): string {
  const route = kind === 'whileAway' ? '/alerts?tab=history' : `/alerts?item=${encodeURIComponent(key)}`;
  return route.length > longestRoute ? '/alerts' : route;
}

/** Makes the sender. */
export function createChannelSender(ports: SenderPorts): SendToChannel {
  const missing = (what: string): Attempt => ({ outcome: 'failed', problem: `the ${what} of the channel is not there`, retryAfterS: null });
  const post = async (url: string, headers: Record<string, string>, body: string, signal: AbortSignal | undefined): Promise<Attempt> => {
    const message = { url, method: 'POST' as const, headers, body, timeoutMs: ports.timeoutMs };
    const outcome = await sendHttp(signal === undefined ? message : { ...message, signal });
    if (outcome.kind === 'unsent') return { outcome: 'failed', problem: outcome.problem, retryAfterS: null };
    if (outcome.kind === 'lost') return { outcome: 'unknown', problem: outcome.problem, retryAfterS: null };
    if (outcome.status >= 300 && outcome.status < 400)
      return { outcome: 'refused', problem: `HTTP ${outcome.status}: it leads elsewhere, and that is not followed` };
    return attemptOf({ ...outcome, body: withoutWay(url, ports.mask(outcome.body)) }, ports.nowMs());
  };
  return async ({ id, fields }, events, signal) => {
    const [event] = events;
    if (event === undefined) throw new Error('a message is about something');
    const key = idempotencyKey(event);
    const { mask } = ports;
    if (fields.kind === 'desktop') {
      const title = events.length === 1 ? headline(event) : `${events.length} × ${event.title} (${event.severity}, ${event.kind})`;
      const body = events.length === 1 ? linesOf(event).join('; ') : events.map(headline).join('; ');
      ports.notify({
        id: key,
        title: oneLine(title, mask, 200),
        body: oneLine(body, mask, 500),
        to: routeOf(event),
        severity: event.severity,
        atMs: event.atMs,
      });
      return { outcome: 'sent' };
    }
    if (fields.kind === 'email') {
      const password = fields.user === undefined ? null : await ports.secret(id, 'password');
      if (fields.user !== undefined && password === null) return missing('password');
      return sendEmail(fields, password, emailText(events, mask), ports.timeoutMs, { signal, mask });
    }
    const address = await ports.secret(id, 'address');
    if (fields.kind === 'pagerduty') {
      const routingKey = await ports.secret(id, 'routingKey');
      if (routingKey === null) return missing('routing key');
      return post(address ?? pagerDuty, { 'Content-Type': 'application/json' }, withRoutingKey(pagerDutyEvent(event, mask), routingKey), signal);
    }
    if (address === null) return missing('address');
    if (fields.kind === 'slack') {
      const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': key };
      return post(address, headers, JSON.stringify(slackPayload(events, mask)), signal);
    }
    const body = webhookBody(event, mask);
    return post(address, webhookHeaders(body, key, await ports.secret(id, 'signingKey'), ports.nowMs()), body, signal);
  };
}
