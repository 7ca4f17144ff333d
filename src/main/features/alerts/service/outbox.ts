import type { AlertNotice } from '../../../../shared/model/alert.ts';
import { KeyedState } from '../../../rpc/keyedState.ts';
import { createChannelSender } from '../delivery/channelSender.ts';
import { ChannelsRepo } from '../delivery/channelsRepo.ts';
import { createDeliveryWorker, type DeliveryWorker } from '../delivery/deliveryWorker.ts';
import { createHeartbeatSender, type HeartbeatSender } from '../delivery/heartbeatSender.ts';
import type { DeliveriesRepo } from '../delivery/storedDelivery.ts';
import type { AlertsPorts } from './alertsPorts.ts';
import { type ChannelsService, channelSecretName, createChannelsService, heartbeatSecretName } from './channelsService.ts';

/** How alerts are told. */
export interface Outbox {
  /** Notices of this computer, the newest of them. */
  readonly notices: KeyedState<AlertNotice>;
  readonly channels: ChannelsService;
  readonly heartbeat: HeartbeatSender;
  readonly worker: DeliveryWorker;
}

const usualSendTimeoutMs = 15_000;
const mostNotices = 50;

/** Makes what tells of alerts; `changed` is called after each attempt. Nothing is sent before `worker.start`. */
export function openOutbox(ports: AlertsPorts, deliveries: DeliveriesRepo, changed: () => void): Outbox {
  const { database, nowMs, times = {} } = ports;
  const notices = new KeyedState<AlertNotice>();
  const notify = (notice: AlertNotice) => {
    notices.set(notice.id, notice);
    for (const [oldest] of notices.entries().slice(0, Math.max(0, notices.size - mostNotices))) notices.delete(oldest);
  };
  const timeoutMs = times.sendTimeoutMs ?? usualSendTimeoutMs;
  const send = createChannelSender({
    secret: (channelId, name) => ports.secrets.get(channelSecretName(channelId, name)),
    ...{ notify, mask: ports.mask, nowMs, timeoutMs },
  });
  const heartbeat = createHeartbeatSender({
    stored: () => new ChannelsRepo(database).heartbeat(),
    address: () => ports.secrets.get(heartbeatSecretName),
    ...{ nowMs, timeoutMs },
  });
  const worker = createDeliveryWorker({
    ...{ repo: deliveries, send, nowMs, log: ports.log, changed },
    transaction: (body) => database.transaction(body),
    channels: () => channels.stored(),
    ...(times.retries === undefined ? {} : { retries: times.retries }),
  });
  const channels: ChannelsService = createChannelsService({
    ...{ database, secrets: ports.secrets, deliveries, send, heartbeat, nowMs, waiting: () => worker.waiting() },
    changed: () => worker.channelsChanged(),
  });
  return { notices, channels, heartbeat, worker };
}
