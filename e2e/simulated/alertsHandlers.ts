import { join } from 'node:path';
import { type AlertCatalogue, readAlertCatalogue } from '../../src/main/features/alerts/alertCatalogue.ts';
import { incidentText } from '../../src/main/features/alerts/service/incidentText.ts';
import { KeyedState } from '../../src/main/rpc/keyedState.ts';
import { os } from '../../src/main/rpc/procedures.ts';
import { stateStream } from '../../src/main/rpc/stateStream.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { Alert, AlertRecord, AlertsStatus } from '../../src/shared/model/alert.ts';
import type { Incident } from '../../src/shared/model/incident.ts';
import { alertChannelsHandlers, heartbeatHandlers } from './alertChannelsHandlers.ts';
import { alertRulesHandlers } from './alertRulesHandlers.ts';
import { presetAlerts } from './alertsData.ts';
import { pastAlerts, storyOf } from './alertsPast.ts';
import { alertTimesHandlers } from './alertTimesHandlers.ts';
import { silencesHandlers } from './silencesHandlers.ts';
import type { World } from './world.ts';

// Read once: every simulated core has the rules that are shipped.
const catalogue: AlertCatalogue = await readAlertCatalogue(join(import.meta.dirname, '../../resources/alerts'));
const rules = new Map(catalogue.rules.map(({ rule }) => [rule.id, rule]));

function recordOf(alert: Alert): AlertRecord {
  const raisedAtMs = alert.raisedAtMs ?? alert.sinceMs;
  const { key, cause, title, severity, level, servers, stacks, flapping, runbook, incident } = alert;
  return {
    ...{
      id: `${key}@${raisedAtMs}`,
      key,
      cause,
      title,
      severity,
      level,
      raisedAtMs,
      endedAtMs: null,
      ended: null,
      servers,
      stacks,
      flapping,
      runbook,
      incident,
    },
    ...{ subjects: [...new Set(alert.subjects.map(({ subject }) => subject))], acknowledgedBy: alert.acknowledged?.who ?? null, whileAway: false },
  };
}

/** Implements `alerts` of the contract. `open` opens the incident of alerts. */
export function alertsHandlers(world: World, openIncident: (fields: Pick<Incident, 'title' | 'level' | 'source'> & { selector: string }) => Promise<Incident>) {
  const { alerts } = world;
  const nowMs = Date.now();
  if (world.rows.size > 0) for (const alert of presetAlerts(rules, world.rows.values(), nowMs)) alerts.set(alert.key, alert);
  const past = pastAlerts(rules, world.rows.values(), nowMs);
  const status = new KeyedState<AlertsStatus>();
  const tellStatus = () =>
    status.set('status', {
      ...{ id: 'status', watching: true, judgedAtMs: Date.now() - 1_500, graceUntilMs: null, computerOut: world.computerOut },
      ...{ rules: rules.size, waiting: 1, givenUp: 2 },
    });
  tellStatus();
  const find = (key: string): Alert => {
    const found = alerts.get(key);
    if (found === undefined) throw new AppError('alert.not-found', { key });
    return found;
  };
  const change = (keys: readonly string[], of: (alert: Alert) => Partial<Alert>) => ({
    alerts: keys.map((key) => {
      const alert = find(key);
      const next = { ...alert, ...of(alert) };
      alerts.set(key, next);
      return next;
    }),
  });
  const records = () =>
    [
      ...alerts
        .values()
        .filter(({ state }) => state === 'open')
        .map(recordOf),
      ...past,
    ].sort((a, b) => b.raisedAtMs - a.raisedAtMs);
  return {
    watch: os.alerts.watch.handler(({ context, signal }) => stateStream(context.client, alerts, signal)),
    status: os.alerts.status.handler(async function* ({ context, signal }) {
      tellStatus();
      const timer = setInterval(tellStatus, 5_000);
      try {
        yield* stateStream(context.client, status, signal);
      } finally {
        clearInterval(timer);
      }
    }),
    notices: os.alerts.notices.handler(({ context, signal }) => stateStream(context.client, world.alertNotices, signal)),
    list: os.alerts.list.handler(({ input: { state, severities, text = '', sinceMs = 0, beforeMs = Number.POSITIVE_INFINITY, beforeId, limit } }) => {
      const found = records().filter(
        (record) =>
          (state === 'all' || (state === 'open') === (record.endedAtMs === null)) &&
          (severities?.includes(record.severity) ?? true) &&
          record.raisedAtMs >= sinceMs &&
          (record.raisedAtMs < beforeMs || (record.raisedAtMs === beforeMs && beforeId !== undefined && record.id > beforeId)) &&
          [record.title, record.cause, ...record.subjects, ...record.servers.map(({ name }) => name)].join(' ').toLowerCase().includes(text.toLowerCase()),
      );
      return { alerts: found.slice(0, limit), more: found.length > limit };
    }),
    show: os.alerts.show.handler(({ input: { id } }) => {
      const alert = alerts.get(id) ?? alerts.values().find((each) => recordOf(each).id === id) ?? null;
      const record = alert === null ? past.find((each) => each.id === id) : recordOf(alert);
      if (record === undefined) throw new AppError('alert.not-found', { key: id });
      if (alert?.state === 'held') return { record, alert, events: [], deliveries: [] };
      const acknowledged = alert?.acknowledged ?? null;
      const by = acknowledged === null ? record.acknowledgedBy : acknowledged.who;
      const who = by === null ? null : { name: by, atMs: acknowledged?.atMs ?? record.raisedAtMs + 90_000, note: acknowledged?.note ?? null };
      return { record, alert, ...storyOf(record, alert?.evidence ?? [], who) };
    }),
    acknowledge: os.alerts.acknowledge.handler(({ input: { keys, untilMs = null, note = null } }) =>
      change(keys, () => ({ acknowledged: { who: world.settings.displayName, atMs: Date.now(), untilMs, note }, escalatesAtMs: null })),
    ),
    unacknowledge: os.alerts.unacknowledge.handler(({ input: { keys } }) => change(keys, () => ({ acknowledged: null }))),
    openIncident: os.alerts.openIncident.handler(async ({ input: { keys, level, title } }) => {
      const chosen = keys.map(find);
      const names = [...new Set(chosen.flatMap(({ servers }) => servers.map(({ name }) => name)))];
      const text = incidentText(chosen);
      const source = { kind: 'alert' as const, name: text.title, alerts: text.alerts };
      const incident = await openIncident({ title: title ?? text.title, level, selector: names.join(','), source });
      change(keys, () => ({ incident: incident.id }));
      return { incident, evidence: null };
    }),
    silences: silencesHandlers(world, [...rules.values()]),
    rules: alertRulesHandlers(world, catalogue, () => alerts.values()),
    channels: alertChannelsHandlers(),
    heartbeat: heartbeatHandlers(),
    times: alertTimesHandlers(world),
  };
}
