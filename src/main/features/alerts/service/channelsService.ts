import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { AttemptView } from '../../../../shared/model/alert.ts';
import type { AlertChannel, ChannelFields, ChannelSecrets, Heartbeat } from '../../../../shared/model/alertChannel.ts';
import type { RequestId } from '../../../../shared/model/ids.ts';
import type { Database } from '../../../database/database.ts';
import { RequestsRepo } from '../../../database/requestsRepo.ts';
import type { SendToChannel } from '../delivery/channelSender.ts';
import { ChannelsRepo, type StoredChannel, type StoredHeartbeat } from '../delivery/channelsRepo.ts';
import type { HeartbeatSender } from '../delivery/heartbeatSender.ts';
import type { DeliveriesRepo, StoredDelivery } from '../delivery/storedDelivery.ts';
import { testMessage } from './testMessage.ts';

type SecretName = keyof ChannelSecrets;

/** Where the secret of a channel lies. */
export const channelSecretName = (channelId: string, name: SecretName): string => `alerts/${channelId}/${name}`;
/** Where the heartbeat's address lies. */
export const heartbeatSecretName = 'alerts/heartbeat/address';

/** What channels need from the rest of the core. */
export interface ChannelsPorts {
  database: Database;
  secrets: { get(name: string): Promise<string | null>; set(name: string, value: string): Promise<void>; unset(name: string): Promise<void> };
  deliveries: DeliveriesRepo;
  waiting(): readonly StoredDelivery[];
  send: SendToChannel;
  heartbeat: HeartbeatSender;
  nowMs(): number;
  changed(): void;
}

/** Where alerts are told. */
export interface ChannelsService {
  stored(): readonly StoredChannel[];
  list(): AlertChannel[];
  /** Alerts are told on this computer until somebody says otherwise: where there is no channel yet, this one. */
  addUsual(): void;
  save(request: { requestId: RequestId; id?: string | undefined; fields: ChannelFields; secrets: ChannelSecrets }): Promise<AlertChannel>;
  remove(request: { requestId: RequestId; channel: string }): Promise<string>;
  test(request: { channel: string }): Promise<AttemptView>;
  saveHeartbeat(request: { requestId: RequestId; fields: Heartbeat['fields']; address?: string | null | undefined }): Promise<Heartbeat>;
  testHeartbeat(): Promise<AttemptView>;
}

const idAnswer = z.object({ id: z.string(), name: z.string() });
const usualChannelId = 'chan_0000000000000001';
const dayMs = 86_400_000;
/** Secrets that each kind has, and those that it cannot do without. */
const kept: Record<ChannelFields['kind'], readonly SecretName[]> = {
  desktop: [],
  slack: ['address'],
  webhook: ['address', 'signingKey'],
  pagerduty: ['routingKey', 'address'],
  email: ['password'],
};
const words: Record<SecretName, string> = { address: 'its address', signingKey: 'its signing key', routingKey: 'its routing key', password: 'its password' };

/** Makes the service over what is stored. */
export function createChannelsService(ports: ChannelsPorts): ChannelsService {
  const { secrets, nowMs } = ports;
  const repo = new ChannelsRepo(ports.database);
  const requests = new RequestsRepo(ports.database, nowMs);
  let stored = repo.all();
  const find = (idOrName: string): StoredChannel => {
    const found = stored.find(({ id, fields }) => id === idOrName || fields.name === idOrName);
    if (found === undefined) throw new AppError('alert.channel-not-found', { name: idOrName });
    return found;
  };
  const shown = (channel: StoredChannel): AlertChannel => {
    const { id, fields, known } = channel;
    const newest = ports.deliveries.newestOf(id, 100);
    const tries = newest.flatMap((delivery) => delivery.tries).sort((a, b) => a.atMs - b.atMs);
    const sent = tries.filter(({ outcome }) => outcome === 'sent').at(-1);
    return {
      ...{ id, fields, host: known.host, has: known.has, problem: problemOf(channel), last: tries.at(-1) ?? null },
      waiting: ports.waiting().filter(({ channelId }) => channelId === id).length,
      givenUp: newest.filter(({ state, endedAtMs }) => state === 'givenUp' && (endedAtMs ?? 0) >= nowMs() - dayMs).length,
      lastSentAtMs: sent?.atMs ?? null,
    };
  };
  const changed = () => {
    stored = repo.all();
    ports.changed();
  };

  return {
    stored: () => stored,
    list: () => stored.map(shown),
    addUsual() {
      if (stored.length > 0) return;
      const told = { enabled: true, severities: ['warning' as const, 'critical' as const], fromLevel: 1 as const, chatty: false };
      repo.save({ id: usualChannelId, fields: { kind: 'desktop', name: 'this-computer', ...told }, known: { host: null, has: [] } }, nowMs());
      changed();
    },
    async save({ requestId, id: given, fields, secrets: values }) {
      const before = given === undefined ? undefined : find(given);
      checkFields(fields, before);
      const isTaken = () => stored.some((each) => each.fields.name === fields.name && each.id !== before?.id);
      if (isTaken()) {
        const again = requests.answer(requestId, 'alerts.channels.save', idAnswer);
        if (again !== undefined) return shown(find(again.id));
        throw new AppError('alert.channel-exists', { name: fields.name });
      }
      const id = before?.id ?? `chan_${randomBytes(8).toString('hex')}`;
      const names = kept[fields.kind].filter((name) => values[name] !== undefined);
      // Secrets first: a channel without them would try and fail.
      for (const name of names) await secrets.set(channelSecretName(id, name), values[name] ?? '');
      // Another may have come while the secrets were sealed.
      if (isTaken()) {
        for (const name of before === undefined ? names : []) await secrets.unset(channelSecretName(id, name)).catch(ignoreMissing);
        throw new AppError('alert.channel-exists', { name: fields.name });
      }
      const answer = requests.once(requestId, 'alerts.channels.save', idAnswer, () => {
        const has = [...new Set([...(before?.known.has ?? []), ...names])];
        const host = values.address === undefined ? (before?.known.host ?? hostOf(fields)) : hostOf(fields, values.address);
        repo.save({ id, fields, known: { host, has } }, nowMs());
        return { id, name: fields.name };
      });
      changed();
      return shown(find(answer.id));
    },
    async remove({ requestId, channel }) {
      const again = requests.answer(requestId, 'alerts.channels.remove', idAnswer);
      if (again !== undefined) return again.name;
      const { id, fields, known } = find(channel);
      for (const name of known.has) await secrets.unset(channelSecretName(id, name)).catch(ignoreMissing);
      requests.once(requestId, 'alerts.channels.remove', idAnswer, () => {
        repo.remove(id);
        return { id, name: fields.name };
      });
      changed();
      return fields.name;
    },
    async test({ channel }) {
      const found = find(channel);
      const atMs = nowMs();
      const message = testMessage(found.fields.name, atMs);
      const attempt = await ports.send(found, [message]);
      // A page about a test is over at once.
      if (attempt.outcome === 'sent' && found.fields.kind === 'pagerduty')
        await ports.send(found, [{ ...message, kind: 'resolved', why: 'good', id: `${message.id}r` }]);
      return { atMs, tookMs: nowMs() - atMs, outcome: attempt.outcome, problem: attempt.outcome === 'sent' ? null : attempt.problem };
    },
    async saveHeartbeat({ fields, address }) {
      const before = repo.heartbeat();
      if (address === null) await secrets.unset(heartbeatSecretName).catch(ignoreMissing);
      else if (address !== undefined) await secrets.set(heartbeatSecretName, address);
      const host = address === undefined ? (before?.host ?? null) : address === null ? null : new URL(address).host;
      if (fields.enabled && host === null)
        throw new AppError('input.invalid', { issues: [{ path: 'address', message: 'a heartbeat needs an address to go to' }] });
      const next: StoredHeartbeat = { fields, host };
      repo.saveHeartbeat(next);
      ports.heartbeat.restart();
      return ports.heartbeat.view();
    },
    async testHeartbeat() {
      const attempt = await ports.heartbeat.sendNow();
      if (attempt === null) throw new AppError('input.invalid', { issues: [{ path: 'address', message: 'the heartbeat has no address yet' }] });
      return attempt;
    },
  };
}

function checkFields(fields: ChannelFields, before: StoredChannel | undefined): void {
  const refuse = (path: string, message: string) => new AppError('input.invalid', { issues: [{ path, message }] });
  if (before !== undefined && before.fields.kind !== fields.kind) throw refuse('fields.kind', 'a channel stays what it is; make another one');
  if (fields.kind !== 'email') return;
  // An address of IPv6 has more colons.
  if (/^[^:]*:\d*$/.test(fields.host)) throw refuse('fields.host', 'a host name or an IP address; its port is said apart');
  if (fields.security !== 'none') return;
  if (!/^(localhost|127\.[0-9.]+|::1)$/.test(fields.host)) throw refuse('fields.security', 'mail goes without encryption to this computer only');
}

/** What is missing before a channel can be used. */
function problemOf({ fields, known }: StoredChannel): string | null {
  const needed = fields.kind === 'email' ? (fields.user === undefined ? [] : ['password' as const]) : kept[fields.kind].slice(0, 1);
  const [lacks] = needed.filter((name) => !known.has.includes(name));
  return lacks === undefined ? null : `${words[lacks]} is missing`;
}

function hostOf(fields: ChannelFields, address?: string): string | null {
  if (fields.kind === 'email') return fields.host;
  if (address !== undefined) return new URL(address).host;
  return fields.kind === 'pagerduty' ? 'events.pagerduty.com' : null;
}

/** What was removed by hand is as removed. */
function ignoreMissing(error: unknown): void {
  if (!AppError.is(error, 'secret.not-found')) throw error;
}
