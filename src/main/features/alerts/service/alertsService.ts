import { AppError } from '../../../../shared/errors.ts';
import type { Alert, AlertDelivery, AlertEventView, AlertNotice, AlertRecord, SilencePreview, SilenceScope } from '../../../../shared/model/alert.ts';
import { causeOf } from '../../../../shared/model/alertRule.ts';
import type { RuleBacktest } from '../../../../shared/model/alertRuleView.ts';
import { RequestsRepo } from '../../../database/requestsRepo.ts';
import type { KeyedState } from '../../../rpc/keyedState.ts';
import type { HeartbeatSender } from '../delivery/heartbeatSender.ts';
import { DeliveriesRepo } from '../delivery/storedDelivery.ts';
import { type AlertActions, createAlertActions } from './alertActions.ts';
import { type BacktestRequest, backtest } from './alertBacktest.ts';
import { deliveryView, type HistoryRequest, wantedRecord } from './alertHistory.ts';
import type { AlertsPorts } from './alertsPorts.ts';
import { AlertsRepo } from './alertsRepo.ts';
import type { ChannelsService } from './channelsService.ts';
import { Judge } from './judge.ts';
import { openOutbox } from './outbox.ts';
import { createRulesService, type RulesService } from './rulesService.ts';
import { previewSilence } from './silencePreview.ts';
import { createSilencesService, type SilencesService } from './silencesService.ts';
import { createTimesService, type TimesService } from './timesService.ts';

/** How often everything is judged; well below the time after which a tick means that this computer slept. */
const usualTickMs = 10_000;
/** Alerts that ended are kept so long. */
const historyMs = 400 * 86_400_000;
const dayMs = 86_400_000;
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

/** Alerts of this data directory. */
export interface AlertsService extends AlertActions {
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
  /** Throws `alert.rule-not-found`, `alert.rule-invalid`. */
  backtest(request: BacktestRequest): Promise<RuleBacktest>;
  /** Begins to judge and to send: for a core that is there to watch. A second call does nothing. */
  start(): void;
  close(): Promise<void>;
}

/** Makes the service over what is stored; it judges nothing before `start`. */
export function createAlertsService(ports: AlertsPorts): AlertsService {
  const { database, nowMs, who, times = {} } = ports;
  const repo = new AlertsRepo(database);
  const deliveries = new DeliveriesRepo(database);
  repo.forgetBefore(nowMs() - historyMs);

  /** Attempts come in bursts: what they change is shown together. */
  let showing: NodeJS.Timeout | null = null;
  const showSoon = () => {
    showing ??= setTimeout(() => {
      showing = null;
      judge.showStatus();
    }, settleMs).unref();
  };
  const { notices, channels, heartbeat, worker } = openOutbox(ports, deliveries, showSoon);
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
    ...createAlertActions({ ports, requests: new RequestsRepo(database, nowMs), judge }),
    backtest: (request) => backtest({ ports, rules, judge }, request),
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
      await judge.close();
      heartbeat.close();
      await worker.close();
      if (showing !== null) clearTimeout(showing);
    },
  };
}
