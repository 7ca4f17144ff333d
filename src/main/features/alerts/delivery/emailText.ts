import { createHash } from 'node:crypto';
import type { AlertEvent } from '../evaluator/evaluatorTypes.ts';
import { headline, linesOf, timeText } from './alertWords.ts';
import { idempotencyKey } from './outboxRules.ts';
import { type Mask, oneLine } from './plainText.ts';

/** A mail: subject and plain text. Lines end with LF; the sender encodes both. */
export interface Email {
  subject: string;
  text: string;
  /** `Message-ID` is the same for every attempt; with `References` all mails of one alert are one thread. */
  headers: Record<string, string>;
}

/** One mail about events of one cause and kind; at least one. The subject is one line: nothing in it can begin another header. */
export function emailText(events: readonly AlertEvent[], mask: Mask): Email {
  const [first] = events;
  if (first === undefined) throw new Error('a mail is about something');
  const line = (text: string) => oneLine(text, mask, 900);
  const subject = events.length === 1 ? headline(first) : `${events.length} × ${first.title} (${first.severity}, ${first.kind})`;
  const paragraphs = events.map((event) =>
    [
      line(headline(event)),
      `At ${timeText(event.atMs)}${event.kind === 'raised' || event.kind === 'whileAway' ? '' : `, raised at ${timeText(event.raisedAtMs)}`}`,
      ...linesOf(event).map((each) => `- ${line(each)}`),
      ...(event.runbook === null ? [] : [`Runbook: ${event.runbook}`]),
      ...(event.who === null ? [] : [`By ${line(event.who)}`]),
    ].join('\n'),
  );
  const thread = `<${digest(`${first.key}@${first.raisedAtMs}`)}@pilothouse.invalid>`;
  return {
    subject: `[Pilothouse] ${oneLine(subject, mask, 180)}`,
    text: `${paragraphs.join('\n\n')}\n`,
    headers: { 'Message-ID': `<${digest(events.map(idempotencyKey).join())}@pilothouse.invalid>`, References: thread, 'Auto-Submitted': 'auto-generated' },
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
