import type { Channel, Delivery } from './deliveryTypes.ts';

/** So many alerts are told in one message at most. */
const largest = 20;

/**
 * Puts what is due together into messages: on channels that people read, events of one cause and kind are one message, so that thirty servers
 * behind one switch are one. A machine gets each event by itself. The order is that of the first of each.
 */
export function bundleDeliveries(due: readonly Delivery[], channels: readonly Channel[]): Delivery[][] {
  const kinds = new Map(channels.map(({ id, kind }) => [id, kind]));
  const bundles: Delivery[][] = [];
  const open = new Map<string, Delivery[]>();
  for (const delivery of due) {
    const kind = kinds.get(delivery.channelId);
    const line = `${delivery.channelId} ${delivery.event.cause} ${delivery.event.kind} ${delivery.event.severity}`;
    const before = open.get(line);
    if (before !== undefined && before.length < largest && kind !== 'pagerduty' && kind !== 'webhook') before.push(delivery);
    else {
      const bundle = [delivery];
      bundles.push(bundle);
      open.set(line, bundle);
    }
  }
  return bundles;
}
