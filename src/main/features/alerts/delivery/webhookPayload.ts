import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AwayAlert } from '../../../../shared/model/alert.ts';
import type { AlertEvent } from '../evaluator/evaluatorTypes.ts';
import { evidenceText, headline } from './alertWords.ts';
import { idempotencyKey } from './outboxRules.ts';
import { type Mask, oneLine } from './plainText.ts';

/** The body of a generic webhook: one event, as JSON text. Times are ISO 8601 in UTC. `version` grows when a field changes its meaning. */
export function webhookBody(event: AlertEvent, mask: Mask): string {
  const iso = (atMs: number) => new Date(atMs).toISOString();
  const text = (value: string) => oneLine(value, mask, 500);
  const { kind, why, cause, severity, level, flapping, runbook, who } = event;
  return JSON.stringify({
    ...{ version: 1, idempotencyKey: idempotencyKey(event), key: text(event.key), event: kind, why, cause, severity, level, flapping, runbook },
    ...{ title: text(event.title), headline: text(headline(event)), at: iso(event.atMs), raisedAt: iso(event.raisedAtMs), by: who === null ? null : text(who) },
    servers: [...new Set([...event.evidence.map(({ serverName }) => serverName), ...(event.away ?? []).flatMap(({ servers }) => servers)].map(text))],
    ...(event.away === undefined ? {} : { alerts: event.away.map((each) => awayOf(each, text)) }),
    evidence: event.evidence.map((each) => ({
      ...{ rule: each.ruleId, server: text(each.serverName), subject: text(each.subject), metric: each.metric, condition: each.condition },
      ...{ comparator: each.comparator, threshold: each.threshold, value: each.value, at: iso(each.atMs), since: iso(each.sinceMs) },
      recent: each.recent.map(([atMs, value]) => ({ at: iso(atMs), value })),
      text: text(evidenceText(each)),
    })),
  });
}

/** One alert of those that came and went while nobody watched. */
function awayOf({ title, severity, servers, subjects, raisedAtMs, endedAtMs }: AwayAlert, text: (value: string) => string) {
  const at = { raisedAt: new Date(raisedAtMs).toISOString(), endedAt: new Date(endedAtMs).toISOString() };
  return { title: text(title), severity, servers: servers.map(text), subjects: subjects.map(text), ...at };
}

/** Headers of a webhook of one event. The signature is over the time and the body, so that neither can be changed nor sent again later. */
export function webhookHeaders(body: string, key: string, secret: string | null, nowMs: number): Record<string, string> {
  const seconds = Math.floor(nowMs / 1000);
  const signature = secret === null ? {} : { 'X-Pilothouse-Signature': `t=${seconds},v1=${signatureOf(body, secret, seconds)}` };
  return { 'Content-Type': 'application/json', 'Idempotency-Key': key, ...signature };
}

/**
 * Whether a signature is right for a body, and not older or newer than `toleranceS`: what a receiver does. Constant in time. More than one
 * `v1` may be there while a secret is exchanged.
 */
export function isSignatureRight(header: string, body: string, secret: string, nowMs: number, toleranceS = 300): boolean {
  const parts = header.split(',').map((part) => part.trim().split('='));
  const seconds = Number(parts.find(([name]) => name === 't')?.[1] ?? Number.NaN);
  if (!Number.isInteger(seconds) || Math.abs(nowMs / 1000 - seconds) > toleranceS) return false;
  const expected = Buffer.from(signatureOf(body, secret, seconds), 'hex');
  return parts.some(([name, value = '']) => {
    const given = name === 'v1' && /^[0-9a-f]{64}$/.test(value) ? Buffer.from(value, 'hex') : null;
    return given !== null && timingSafeEqual(given, expected);
  });
}

/** HMAC-SHA256 (RFC 2104) of `<seconds>.<body>`, in hexadecimal digits. */
function signatureOf(body: string, secret: string, seconds: number): string {
  return createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
}
