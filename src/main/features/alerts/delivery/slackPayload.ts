import type { AlertEvent } from '../evaluator/evaluatorTypes.ts';
import { headline, linesOf } from './alertWords.ts';
import { idempotencyKey } from './outboxRules.ts';
import { cut, type Mask, oneLine } from './plainText.ts';

type PlainText = { type: 'plain_text'; text: string; emoji: false };
type Block = { type: 'header' | 'section'; block_id?: string; text: PlainText };

/** The body of an incoming webhook of Slack, as Mattermost and Rocket.Chat take it, too. */
export interface SlackPayload {
  text: string;
  mrkdwn: false;
  blocks: Block[];
}

/**
 * One message about events of one cause and kind; at least one. All text of others is in plain-text blocks, where nothing is markup; the
 * short text for notifications is escaped. Each alert's block carries its idempotency key. Limits: 150 characters of a header, 3000 of a
 * section, 50 blocks. Source: https://docs.slack.dev/reference/block-kit/blocks
 */
export function slackPayload(events: readonly AlertEvent[], mask: Mask): SlackPayload {
  const [first] = events;
  if (first === undefined) throw new Error('a message is about something');
  const title = events.length === 1 ? headline(first) : `${events.length} × ${first.title} (${first.severity}, ${first.kind})`;
  const sections = events.slice(0, 45).map((event): Block => {
    const lines = [...(events.length === 1 ? [] : [headline(event)]), ...linesOf(event).slice(0, mostLines), ...moreLine(event), ...runbookLine(event)];
    const text = lines.map((line) => oneLine(line, mask, 300)).join('\n');
    return { type: 'section', block_id: idempotencyKey(event), text: plain(cut(text === '' ? oneLine(event.title, mask, 300) : text, 3000)) };
  });
  return {
    text: escapeSlack(oneLine(title, mask, 1000)),
    mrkdwn: false,
    blocks: [{ type: 'header', text: plain(oneLine(title, mask, 150)) }, ...sections],
  };
}

/** Text that Slack shows as it is: the three characters that are control characters there. Source: https://docs.slack.dev/messaging/formatting-message-text */
export function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function plain(text: string): PlainText {
  return { type: 'plain_text', text, emoji: false };
}

/** So many lines of one event are told. */
const mostLines = 10;

function moreLine(event: AlertEvent): string[] {
  const more = linesOf(event).length - mostLines;
  return event.away === undefined || more <= 0 ? [] : [`and ${more} more`];
}

function runbookLine({ runbook }: AlertEvent): string[] {
  return runbook === null ? [] : [`Runbook: ${runbook}`];
}
