import type { ChannelFields } from '../../../../shared/model/alertChannel.ts';
import type { AlertEvent } from '../evaluator/evaluatorTypes.ts';
import type { Channel } from './deliveryTypes.ts';

/**
 * Channels that an event goes to. Those that were told that an alert is open are told that it is over, however mild it has become since.
 * `told`: ids of channels that had an event of this alert since it was raised. A machine at the other end has to follow every change.
 */
export function channelsFor(
  event: Pick<AlertEvent, 'kind' | 'why' | 'severity' | 'level'>,
  channels: readonly Channel[],
  told: ReadonlySet<string>,
): Channel[] {
  return channels.filter((channel) => goesTo(event, channel, told.has(channel.id)));
}

function goesTo({ kind, why, severity, level }: Pick<AlertEvent, 'kind' | 'why' | 'severity' | 'level'>, channel: Channel, knows: boolean): boolean {
  const concerned = channel.severities.includes(severity) && level >= channel.fromLevel;
  switch (kind) {
    case 'whileAway':
      // All of it is over: nothing that a pager should ring for.
      return concerned && channel.kind !== 'pagerduty';
    case 'raised':
    case 'escalated':
      return concerned;
    case 'resolved':
      return knows;
    case 'stillFiring':
      return concerned && (channel.chatty || !knows || why === 'spread');
    case 'eased':
    case 'acknowledged':
      return knows && (channel.chatty || channel.kind === 'pagerduty' || channel.kind === 'webhook');
  }
}

/** A stored channel as routing sees it. */
export function routed({ id, fields }: { id: string; fields: ChannelFields }): Channel {
  const { kind, severities, fromLevel, chatty } = fields;
  return { id, kind, severities, fromLevel, chatty };
}
