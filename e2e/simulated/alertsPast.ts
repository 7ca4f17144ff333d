import type { AlertCatalogue } from '../../src/main/features/alerts/alertCatalogue.ts';
import { type Backtest, backtest, type PastSample } from '../../src/main/features/alerts/evaluator/backtest.ts';
import type { FleetRow } from '../../src/shared/contract/servers.ts';
import type { AlertDelivery, AlertEventView, AlertRecord } from '../../src/shared/model/alert.ts';
import { type AlertRule, causeOf } from '../../src/shared/model/alertRule.ts';
import type { RuleBacktest } from '../../src/shared/model/alertRuleView.ts';
import type { Rules } from './alertsData.ts';
import { noise, share } from './healthNoise.ts';

const minute = 60_000;
const day = 86_400_000;

const subjects: Readonly<Record<AlertRule['on'], readonly string[]>> = {
  ...{ server: [''], gpu: ['gpu:GPU-0', 'gpu:GPU-1'], disk: ['disk:/', 'disk:/var/lib/docker'], drive: ['drive:nvme0n1'], nic: ['nic:enp65s0f0'] },
  ...{ container: ['container:ph-chat-web-1'], engine: ['engine:ph-chat-model-1'], probe: ['probe:chat'], computer: [''] },
};

/** Stored values of a rule's metric. They wander about the limit that was shipped, so that another limit finds other spans. */
function* pastOf({ metric, on, comparator }: AlertRule, shipped: number, rows: readonly FleetRow[], fromMs: number, untilMs: number): Generator<PastSample> {
  const stepMs = Math.max(minute, (untilMs - fromMs) / 2_000);
  const series = rows.flatMap(({ server }) =>
    subjects[on].map((subject) => ({ server, subject, busy: 0.62 + 0.42 * share(`${server.name}${subject}${metric}`) })),
  );
  for (let atMs = fromMs; atMs < untilMs; atMs += stepMs) {
    for (const { server, subject, busy } of series) {
      const hours = noise(`${server.name}${subject}${metric}`, atMs, 5 * 3_600_000);
      const part = busy * (0.75 + 0.4 * hours);
      const isBad = part > 1.03;
      const value = /^[<>]/.test(comparator) ? (comparator.startsWith('>') ? shipped * part : shipped * (2 - part)) : isBad ? shipped : 1 - shipped;
      yield { atMs, serverId: server.id, subject, value };
    }
  }
}

/** What a rule would have done with the past, by the real judgement. */
export function simulatedBacktest(rule: AlertRule, catalogue: AlertCatalogue, rows: readonly FleetRow[], fromMs: number, untilMs: number): RuleBacktest {
  const shipped = catalogue.rules.find((each) => each.rule.metric === rule.metric && each.rule.on === rule.on)?.rule.value ?? rule.value;
  const watched = rows.slice(0, 12);
  const name = new Map<string, string>(watched.map(({ server }) => [server.id, server.name]));
  const result: Backtest = backtest(rule, pastOf(rule, shipped, watched, fromMs, untilMs), { gapS: 1800, hours: null });
  const { intervals, samples, series, firedMs } = result;
  return {
    ...{ fromMs, untilMs, fired: intervals.length, firedMs, samples, series, stepS: untilMs - fromMs > 2 * day ? 600 : 60 },
    intervals: intervals
      .toReversed()
      .slice(0, 500)
      .map((interval) => ({ ...interval, serverName: name.get(interval.serverId) ?? interval.serverId })),
    problem: samples === 0 ? 'Nothing is stored of this metric yet.' : null,
  };
}

const usual = ['disk-high', 'gpu-hot', 'container-restarts', 'kv-cache-high', 'memory-high', 'server-unreachable', 'cpu-high', 'queue-long', 'probe-failing'];

/** Alerts of the last month that are over, newest first. */
export function pastAlerts(rules: Rules, rows: readonly FleetRow[], nowMs: number): AlertRecord[] {
  if (rows.length === 0) return [];
  return Array.from({ length: 140 }, (_, index): AlertRecord => {
    const rule = rules.get(usual[index % usual.length] ?? '') ?? [...rules.values()][0];
    const row = rows[Math.floor(share(`past ${index}`) * rows.length)];
    if (rule === undefined || row === undefined) throw new Error('nothing to make a past of');
    const { server } = row;
    const subject = subjects[rule.on][0] ?? '';
    const raisedAtMs = nowMs - Math.floor((index + share(`at ${index}`)) * ((30 * day) / 140)) - 3 * 3_600_000;
    const lasted = minute * (3 + Math.floor(120 * share(`lasted ${index}`) ** 3));
    const key = `${causeOf(rule)}/${server.id}${subject === '' ? '' : `/${subject}`}`;
    return {
      ...{ id: `${key}@${raisedAtMs}`, key, cause: causeOf(rule), title: rule.title, severity: rule.severity, level: index % 17 === 4 ? 2 : 1, raisedAtMs },
      ...{ endedAtMs: raisedAtMs + lasted, ended: index % 13 === 7 ? 'noData' : 'good', servers: [{ id: server.id, name: server.name }] },
      ...{ stacks: row.stacks.map(({ stackId }) => stackId), subjects: subject === '' ? [] : [subject], flapping: index % 11 === 3 },
      ...{ acknowledgedBy: index % 3 === 0 ? 'Jonas' : index % 5 === 1 ? 'Mara' : null, runbook: rule.runbook, incident: index % 29 === 5 ? 'INC-1' : null },
      whileAway: index % 60 === 2,
    };
  });
}

/** What happened to an alert in the history, and who was told. */
export function storyOf(
  record: AlertRecord,
  evidence: AlertEventView['evidence'],
  who: { name: string; atMs: number; note: string | null } | null,
): { events: AlertEventView[]; deliveries: AlertDelivery[] } {
  const { id, severity, title, flapping, raisedAtMs, endedAtMs, level } = record;
  const event = (kind: AlertEventView['kind'], number: number, atMs: number, change: Partial<AlertEventView> = {}): AlertEventView => ({
    ...{
      id: `${id}.${number}`,
      kind,
      why: null,
      atMs,
      severity,
      level: 1,
      title,
      flapping,
      who: null,
      note: null,
      evidence: kind === 'raised' ? evidence : [],
    },
    ...change,
  });
  const events = [event('raised', 1, raisedAtMs)];
  if (level > 1) events.push(event('escalated', 2, raisedAtMs + 30 * minute, { why: 'time', level: 2, evidence }));
  if (who !== null) events.push(event('acknowledged', 3, who.atMs, { who: who.name, note: who.note }));
  if (record.incident !== null) events.push(event('incident', 4, raisedAtMs + 2 * minute, { who: 'Mara', note: record.incident }));
  if (endedAtMs !== null) events.push(event('resolved', 5, endedAtMs, { why: record.ended }));
  const sent = (atMs: number) => ({ atMs, tookMs: 184, outcome: 'sent' as const, problem: null });
  const told = events.filter(({ kind }) => kind === 'raised' || kind === 'escalated' || kind === 'resolved');
  const deliveries = told.flatMap((each): AlertDelivery[] => {
    const common = { eventId: each.id, event: each.kind, idempotencyKey: each.id, queuedAtMs: each.atMs, nextAtMs: null };
    const chat: AlertDelivery = {
      ...{ ...common, channelId: 'chan_0000000000000001', channel: 'ops-chat', state: 'sent', endedAtMs: each.atMs + 900, attempts: [sent(each.atMs + 700)] },
    };
    if (severity !== 'critical') return [chat];
    const failed = [0.1, 1, 3].map((at) => ({ atMs: each.atMs + at * minute, tookMs: 10_000, outcome: 'failed' as const, problem: '503 Service Unavailable' }));
    const isNew = each.kind === 'escalated';
    const pager = isNew
      ? { state: 'waiting' as const, nextAtMs: Date.now() + 95_000, endedAtMs: null }
      : { state: 'sent' as const, endedAtMs: each.atMs + 6 * minute };
    return [
      chat,
      { ...common, channelId: 'chan_0000000000000002', channel: 'pager', attempts: isNew ? failed : [...failed, sent(each.atMs + 6 * minute)], ...pager },
    ];
  });
  return { events, deliveries };
}
