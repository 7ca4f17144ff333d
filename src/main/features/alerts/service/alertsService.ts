import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { Alert, AlertDelivery, AlertEventView, AlertNotice, AlertRecord, SilencePreview, SilenceScope } from '../../../../shared/model/alert.ts';
import { type AlertRule, causeOf } from '../../../../shared/model/alertRule.ts';
import type { RuleBacktest } from '../../../../shared/model/alertRuleView.ts';
import type { RequestId } from '../../../../shared/model/ids.ts';
import type { Incident, IncidentLevel } from '../../../../shared/model/incident.ts';
import { parseSelector, selects } from '../../../../shared/model/selector.ts';
import { RequestsRepo } from '../../../database/requestsRepo.ts';
import { KeyedState } from '../../../rpc/keyedState.ts';
import { createChannelSender } from '../delivery/channelSender.ts';
import { ChannelsRepo } from '../delivery/channelsRepo.ts';
import { createDeliveryWorker } from '../delivery/deliveryWorker.ts';
import { createHeartbeatSender, type HeartbeatSender } from '../delivery/heartbeatSender.ts';
import { DeliveriesRepo } from '../delivery/storedDelivery.ts';
import { deliveryView, type HistoryRequest, wantedRecord } from './alertHistory.ts';
import type { AlertsPorts } from './alertsPorts.ts';
import { AlertsRepo } from './alertsRepo.ts';
import { type ChannelsService, channelSecretName, createChannelsService, heartbeatSecretName } from './channelsService.ts';
import { incidentText } from './incidentText.ts';
import { Judge } from './judge.ts';
import { lookBack } from './pastService.ts';
import { createRulesService, type RulesService } from './rulesService.ts';
import { previewSilence } from './silencePreview.ts';
import { createSilencesService, type SilencesService } from './silencesService.ts';
import { createTimesService, type TimesService } from './timesService.ts';

/** How often everything is judged; well below the time after which a tick means that this computer slept. */
const usualTickMs = 10_000;
const usualSendTimeoutMs = 15_000;
/** Alerts that ended are kept so long. */
const historyMs = 400 * 86_400_000;
const dayMs = 86_400_000;
const mostNotices = 50;
const settleMs = 250;
/** What waits for longer counts as untold. */
const untoldMs = 600_000;

/** One alert with all that is known of it. */
export interface AlertDetails {
  record: AlertRecord;
  alert: Alert | null;
  events: AlertEventView[];
  deliveries: AlertDelivery[];
}

interface Keys {
  requestId: RequestId;
  keys: readonly string[];
}

/** Alerts of this data directory. */
export interface AlertsService {
  readonly judge: Judge;
  readonly notices: KeyedState<AlertNotice>;
  readonly rules: RulesService;
  readonly silences: SilencesService;
  readonly channels: ChannelsService;
  readonly times: TimesService;
  readonly heartbeat: HeartbeatSender;
  /** What a silence would hold now. Throws `selector.invalid`. */
  previewSilence(scope: SilenceScope): SilencePreview;
  list(request: HistoryRequest): { alerts: AlertRecord[]; more: boolean };
  show(id: string): AlertDetails;
  acknowledge(request: Keys & { untilMs?: number | undefined; note?: string | undefined }): Alert[];
  unacknowledge(request: Keys): Alert[];
  openIncident(
    request: Keys & { level: IncidentLevel; title?: string | undefined; collect: boolean },
  ): Promise<{ incident: Incident; evidence: string | null }>;
  backtest(request: {
    id?: string | undefined;
    text?: string | undefined;
    selector?: string | undefined;
    fromMs: number;
    untilMs?: number | undefined;
  }): Promise<RuleBacktest>;
  /** Begins to judge and to send: for a core that is there to watch. A second call does nothing. */
  start(): void;
  close(): Promise<void>;
}

const keysAnswer = z.object({ keys: z.array(z.string()) });

/** Makes the service over what is stored; it judges nothing before `start`. */
export function createAlertsService(ports: AlertsPorts): AlertsService {
  const { database, nowMs, who, times = {} } = ports;
  const repo = new AlertsRepo(database);
  const deliveries = new DeliveriesRepo(database);
  const requests = new RequestsRepo(database, nowMs);
  const notices = new KeyedState<AlertNotice>();
  repo.forgetBefore(nowMs() - historyMs);

  const notify = (notice: AlertNotice) => {
    notices.set(notice.id, notice);
    for (const [oldest] of notices.entries().slice(0, Math.max(0, notices.size - mostNotices))) notices.delete(oldest);
  };
  /** Attempts come in bursts: what they change is shown together. */
  let showing: NodeJS.Timeout | null = null;
  const showSoon = () => {
    showing ??= setTimeout(() => {
      showing = null;
      judge.showStatus();
    }, settleMs).unref();
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
    ...{ repo: deliveries, send, nowMs, log: ports.log, changed: () => showSoon() },
    transaction: (body) => database.transaction(body),
    channels: () => channels.stored(),
    ...(times.retries === undefined ? {} : { retries: times.retries }),
  });
  const channels: ChannelsService = createChannelsService({
    ...{ database, secrets: ports.secrets, deliveries, send, heartbeat, nowMs, waiting: () => worker.waiting() },
    changed: () => worker.channelsChanged(),
  });
  const soon = () => {
    if (judge.watching) tick();
    else judge.show();
  };
  const rulesChanged = () => {
    judge.reload();
    soon();
  };
  const alertTimes = createTimesService({ database, who, nowMs, changed: rulesChanged });
  const rules = createRulesService({
    ...{ database, shipped: ports.catalogue, runbooks: ports.runbooks, who, nowMs, log: ports.log },
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    times: () => alertTimes.judged(),
    changed: rulesChanged,
  });
  const knowsRule = (name: string) => rules.byId(name) !== undefined || rules.config().rules.some((rule) => causeOf(rule) === name);
  const silences = createSilencesService({ database, servers: ports.servers, knowsRule, who, nowMs, changed: () => soon() });
  const judge: Judge = new Judge({
    ...{ ports, repo, deliveries, rules, silences, channels: () => channels.stored(), queued: (added) => worker.add(added) },
    computer: () => [
      { subject: '', metric: 'heartbeatFailing', value: heartbeat.view().failing ? 1 : 0 },
      { subject: '', metric: 'alertsUntold', value: worker.waiting().some(({ queuedAtMs }) => nowMs() - queuedAtMs > untoldMs) ? 1 : 0 },
    ],
    outbox: () => ({ waiting: worker.waiting().length, givenUp: deliveries.givenUpSince(nowMs() - dayMs) }),
  });
  const tick = () => {
    try {
      judge.tick();
    } catch (error) {
      ports.log('alerts.tick-failed', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  };
  judge.show();

  const openKeys = (keys: readonly string[]) => {
    const missing = keys.find((key) => !judge.isOpen(key));
    if (missing !== undefined) throw new AppError('alert.not-found', { key: missing });
  };
  const shown = (keys: readonly string[]) => keys.flatMap((key) => judge.alerts.get(key) ?? []);
  let timer: NodeJS.Timeout | null = null;
  let unsubscribe: (() => void) | null = null;

  return {
    ...{ judge, notices, rules, silences, channels, heartbeat, times: alertTimes },
    previewSilence: (scope) => previewSilence(scope, { servers: ports.servers(), rules: rules.config().rules, alerts: judge.alerts.values() }),
    list(request) {
      const wanted = wantedRecord(request, ports.servers());
      const found: AlertRecord[] = [];
      for (const record of repo.history(request)) {
        if (!wanted(record)) continue;
        if (found.length === request.limit) return { alerts: found, more: true };
        found.push(record);
      }
      return { alerts: found, more: false };
    },
    show(id) {
      const record = repo.record(judge.idOf(id) ?? id) ?? repo.newestOf(id);
      if (record === undefined) throw new AppError('alert.not-found', { key: id });
      const names = new Map(channels.stored().map((channel) => [channel.id, channel.fields.name]));
      const isOpen = judge.idOf(record.key) === record.id;
      return {
        ...{ record, events: repo.events(record.id), alert: isOpen ? (judge.alerts.get(record.key) ?? null) : null },
        deliveries: deliveries.of(record.id).map((delivery) => deliveryView(delivery, names.get(delivery.channelId) ?? null)),
      };
    },
    acknowledge({ requestId, keys, untilMs, note }) {
      requests.once(requestId, 'alerts.acknowledge', keysAnswer, () => {
        openKeys(keys);
        judge.acknowledge(keys, { who: who(), untilMs: untilMs ?? null, note: note === undefined || note === '' ? null : note });
        return { keys: [...keys] };
      });
      judge.show();
      return shown(keys);
    },
    unacknowledge({ requestId, keys }) {
      requests.once(requestId, 'alerts.unacknowledge', keysAnswer, () => {
        openKeys(keys);
        judge.unacknowledge(keys, who());
        return { keys: [...keys] };
      });
      judge.show();
      return shown(keys);
    },
    async openIncident({ requestId, keys, level, title, collect }) {
      openKeys(keys);
      const alerts = shown(keys);
      const there = new Map(ports.servers().map(({ id, name }) => [id as string, name]));
      const names = [...new Set(alerts.flatMap(({ servers }) => servers.flatMap(({ id }) => there.get(id) ?? [])))];
      const text = incidentText(alerts);
      const opened = await ports.openIncident({
        ...{
          requestId,
          level,
          collect,
          title: title ?? text.title,
          note: text.note,
          stacks: [...new Set(alerts.flatMap(({ stacks }) => stacks))].slice(0, 50),
        },
        source: { kind: 'alert', name: text.title, alerts: text.alerts },
        ...(names.length === 0 ? {} : { selector: names.join(',') }),
      });
      for (const key of keys) {
        if (judge.alerts.get(key)?.incident === opened.incident.id) continue;
        judge.note(key, { kind: 'incident', who: who(), note: opened.incident.id, atMs: nowMs() });
        judge.linkIncident(key, opened.incident.id);
      }
      judge.show();
      return opened;
    },
    async backtest({ id, text, ...range }) {
      const past = { query: ports.past, servers: pickServers(ports, judge), config: () => rules.config(), nowMs };
      return lookBack(past, await ruleOf(rules, id, text), range);
    },
    start() {
      if (judge.watching) return;
      if (repo.state() === null) channels.addUsual();
      judge.watching = true;
      unsubscribe = ports.subscribe(({ serverId, atMs, readings }) => judge.heard(serverId, atMs, readings));
      worker.start();
      heartbeat.restart();
      tick();
      timer = setInterval(tick, times.tickMs ?? usualTickMs).unref();
    },
    async close() {
      if (timer !== null) clearInterval(timer);
      unsubscribe?.();
      await judge.gaps.close();
      heartbeat.close();
      await worker.close();
      if (showing !== null) clearTimeout(showing);
    },
  };
}

/** The rule that is to be looked back with: one that is there, or one as written. */
async function ruleOf(rules: RulesService, id: string | undefined, text: string | undefined): Promise<AlertRule> {
  if (id !== undefined) {
    const found = rules.byId(id);
    if (found === undefined) throw new AppError('alert.rule-not-found', { id });
    return found;
  }
  const { rule, problems } = await rules.test(text ?? '');
  if (rule !== null) return rule;
  const said = problems.map(({ line, message }) => (line === null ? message : `line ${line}: ${message}`).slice(0, 400));
  throw new AppError('alert.rule-invalid', { id: '', problems: said.slice(0, 50) });
}

function pickServers(ports: AlertsPorts, judge: Judge) {
  return (selector: string | undefined) => {
    const wanted = selector === undefined ? null : parseSelector(selector);
    const ids = new Set(
      ports
        .servers()
        .filter((server) => wanted === null || selects(wanted, server))
        .map(({ id }) => id as string),
    );
    return judge.situation().servers.filter(({ id }) => ids.has(id));
  };
}
