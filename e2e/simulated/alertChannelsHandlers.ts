import { os } from '../../src/main/rpc/procedures.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { AttemptView } from '../../src/shared/model/alert.ts';
import { type AlertChannel, type ChannelFields, type ChannelSecrets, channelFieldsSchema, type Heartbeat } from '../../src/shared/model/alertChannel.ts';
import { newRandomHex } from './newRandomHex.ts';

const minute = 60_000;
const sentAgo = (agoMs: number): AttemptView => ({ atMs: Date.now() - agoMs, tookMs: 184, outcome: 'sent', problem: null });
const refused: Omit<AttemptView, 'atMs'> = { tookMs: 231, outcome: 'refused', problem: '400 Bad Request: Invalid routing key' };

/** Channels in every state: one that tells, one that fails, one that lacks something, one that is off. */
function presets(): AlertChannel[] {
  const fields = (value: object): ChannelFields => channelFieldsSchema.parse(value);
  const idle = { problem: null, waiting: 0, givenUp: 0, lastSentAtMs: null, last: null };
  return [
    {
      ...idle,
      ...{ id: 'chan_0000000000000001', host: 'hooks.slack.com', has: ['address'], lastSentAtMs: Date.now() - 5 * minute, last: sentAgo(5 * minute) },
      fields: fields({ kind: 'slack', name: 'ops-chat', severities: ['warning', 'critical'] }),
    },
    {
      ...idle,
      ...{
        id: 'chan_0000000000000002',
        host: 'events.pagerduty.com',
        has: ['routingKey'],
        waiting: 1,
        givenUp: 2,
        lastSentAtMs: Date.now() - 26 * 60 * minute,
      },
      last: { atMs: Date.now() - 90_000, tookMs: 10_000, outcome: 'failed', problem: '503 Service Unavailable' },
      fields: fields({ kind: 'pagerduty', name: 'pager', severities: ['critical'] }),
    },
    {
      ...idle,
      ...{ id: 'chan_0000000000000003', host: null, has: [], problem: 'the mail server wants a password, and none is kept' },
      fields: fields({
        ...{ kind: 'email', name: 'lead', severities: ['critical'], fromLevel: 2, chatty: true, host: 'smtp.example.com', user: 'pilot' },
        ...{ from: 'pilothouse@example.com', to: ['lead@example.com'] },
      }),
    },
    {
      ...idle,
      ...{ id: 'chan_0000000000000004', host: null, has: [], lastSentAtMs: Date.now() - 5 * minute, last: sentAgo(5 * minute) },
      fields: fields({ kind: 'desktop', name: 'this-computer', severities: ['advice', 'warning', 'critical'] }),
    },
    {
      ...idle,
      ...{ id: 'chan_0000000000000005', host: '127.0.0.1', has: ['address', 'signingKey'] },
      fields: fields({ kind: 'webhook', name: 'ticket-bot', enabled: false, severities: ['warning', 'critical'] }),
    },
  ];
}

const hostOf = (address: string | undefined) => (address === undefined ? null : new URL(address).host);

/** Implements `alerts.channels` of the contract. A pager refuses, whatever else is there takes. */
export function alertChannelsHandlers() {
  const channels = new Map(presets().map((channel) => [channel.id, channel]));
  const find = (which: string): AlertChannel => {
    const found = [...channels.values()].find(({ id, fields }) => id === which || fields.name === which);
    if (found === undefined) throw new AppError('alert.channel-not-found', { name: which });
    return found;
  };
  const { list, save, remove, test } = os.alerts.channels;
  return {
    list: list.handler(() => ({ channels: [...channels.values()] })),
    save: save.handler(({ input: { id, fields, secrets } }) => {
      if ([...channels.values()].some((each) => each.fields.name === fields.name && each.id !== id))
        throw new AppError('alert.channel-exists', { name: fields.name });
      const before = id === undefined ? null : find(id);
      const given = Object.keys(secrets) as (keyof ChannelSecrets)[];
      const channel: AlertChannel = {
        ...(before ?? { id: `chan_${newRandomHex()}`, host: null, waiting: 0, givenUp: 0, lastSentAtMs: null, last: null }),
        ...{ fields, problem: null, has: [...new Set([...(before?.has ?? []), ...given])] },
        ...(secrets.address !== undefined && { host: hostOf(secrets.address) }),
      };
      channels.set(channel.id, channel);
      return { channel };
    }),
    remove: remove.handler(({ input: { channel } }) => {
      const { id, fields } = find(channel);
      channels.delete(id);
      return { name: fields.name };
    }),
    test: test.handler(async ({ input: { channel } }) => {
      const found = find(channel);
      await new Promise((resolve) => setTimeout(resolve, 240));
      const attempt: AttemptView = found.fields.kind === 'pagerduty' ? { ...refused, atMs: Date.now() } : sentAgo(0);
      channels.set(found.id, { ...found, last: attempt, ...(attempt.outcome === 'sent' && { lastSentAtMs: attempt.atMs }) });
      return { attempt };
    }),
  };
}

/** Implements `alerts.heartbeat` of the contract. */
export function heartbeatHandlers() {
  const { show, save, test } = os.alerts.heartbeat;
  let heartbeat: Heartbeat = {
    ...{ fields: { enabled: true, method: 'GET', intervalS: 60 }, host: 'hc.example.com', failures: 0, failing: false },
    ...{ lastSentAtMs: Date.now() - 21_000, last: sentAgo(21_000) },
  };
  const beat = () => {
    if (heartbeat.fields.enabled) heartbeat = { ...heartbeat, lastSentAtMs: Date.now() - (Date.now() % (heartbeat.fields.intervalS * 1000)) };
    return heartbeat;
  };
  return {
    show: show.handler(() => ({ heartbeat: beat() })),
    save: save.handler(({ input: { fields, address } }) => {
      heartbeat = { ...heartbeat, fields, ...(address !== undefined && { host: hostOf(address ?? undefined) }) };
      return { heartbeat: beat() };
    }),
    test: test.handler(() => ({ attempt: sentAgo(0) })),
  };
}
