import type { Attempt } from './deliveryTypes.ts';

/** How delivery is tried again: first after `firstS`, each time twice as long up to `longestS`, and no more after `endS`. */
export interface RetrySchedule {
  firstS: number;
  longestS: number;
  endS: number;
}

/** A day: what was not told by then is in the list of alerts. */
export const usualRetries: RetrySchedule = { firstS: 5, longestS: 900, endS: 86_400 };

/**
 * How long to wait after so many attempts, in milliseconds: at least half of the schedule's time, the rest at random, so that what failed
 * together does not come back together. What the other side asks for counts where it is longer. `random`: 0 to 1.
 */
export function retryDelayMs(attempts: number, { firstS, longestS }: RetrySchedule, retryAfterS: number | null, random: number): number {
  const full = Math.min(firstS * 2 ** Math.min(attempts - 1, 30), longestS) * 1000;
  return Math.round(Math.max(full / 2 + (full / 2) * random, (retryAfterS ?? 0) * 1000));
}

/**
 * What an HTTP answer says of an attempt. Too many requests, timeouts and faults of the other side are worth another one; any other refusal
 * stays one. Sources: https://developer.pagerduty.com/docs/events-api-v2-overview (202, 429, 5xx),
 * https://api.slack.com/messaging/webhooks (200, 4xx with a word, 429 with Retry-After).
 */
export function attemptOf({ status, retryAfter, body }: { status: number; retryAfter: string | null; body: string }, nowMs: number): Attempt {
  if (status >= 200 && status < 300) return { outcome: 'sent' };
  const said = body.replace(/\s+/g, ' ').trim().slice(0, 200);
  const problem = said === '' ? `HTTP ${status}` : `HTTP ${status}: ${said}`;
  if (status >= 500 || [408, 409, 425, 429].includes(status)) return { outcome: 'failed', problem, retryAfterS: retryAfterSeconds(retryAfter, nowMs) };
  return { outcome: 'refused', problem };
}

/** Reads the header `Retry-After`: seconds, or a date (RFC 9110, 10.2.3). Null: there is none that can be read. At most an hour. */
export function retryAfterSeconds(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : (Date.parse(text) - nowMs) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 3600) : null;
}
