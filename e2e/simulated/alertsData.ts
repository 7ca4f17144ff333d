import type { FleetRow } from '../../src/shared/contract/servers.ts';
import type { Alert, AlertEvidence } from '../../src/shared/model/alert.ts';
import { type AlertRule, causeOf } from '../../src/shared/model/alertRule.ts';
import { noise } from './healthNoise.ts';

const minute = 60_000;

/** Rules by id, with which alerts are made. */
export type Rules = ReadonlyMap<string, AlertRule>;

interface Place {
  row: FleetRow;
  subject: string;
  /** The last value; between this and the limit the course is drawn. */
  value: number;
}

type Change = Partial<Pick<Alert, 'state' | 'level' | 'flapping' | 'acknowledged' | 'hold' | 'escalatesAtMs' | 'incident'>>;

/** Readings that crossed the limit `sinceMs` ago and end at `value`. */
function evidenceOf(rule: AlertRule, { row, subject, value }: Place, sinceMs: number, nowMs: number): AlertEvidence {
  const isFlag = rule.comparator === '==';
  const good = isFlag ? 1 - rule.value : rule.value - (value - rule.value) * 1.6 - Math.abs(rule.value) * 0.04;
  const agoMs = nowMs - sinceMs;
  const recent = Array.from({ length: 40 }, (_, index): [number, number] => {
    const atMs = Math.round(nowMs - 4_000 - (39 - index) * Math.max(10_000, agoMs / 26));
    if (isFlag) return [atMs, atMs >= sinceMs ? rule.value : good];
    const course =
      atMs >= sinceMs
        ? rule.value + (value - rule.value) * Math.min(1, 0.15 + (atMs - sinceMs) / agoMs)
        : good + (rule.value - good) * Math.max(0, 0.9 - (sinceMs - atMs) / agoMs);
    return [atMs, course + (noise(`${row.server.name}${subject}`, atMs, 3 * minute) - 0.5) * Math.abs(value - rule.value) * 0.5];
  });
  recent[39] = [nowMs - 4_000, value];
  return {
    ...{ ruleId: rule.id, serverId: row.server.id, serverName: row.server.name, subject, metric: rule.metric, condition: 'threshold' },
    ...{ comparator: rule.comparator, threshold: rule.value, value, atMs: nowMs - 4_000, sinceMs, recent },
  };
}

/** The name of a subject as people read it. */
function titleOf({ facts }: FleetRow, subject: string): string {
  const name = subject.slice(subject.indexOf(':') + 1);
  const gpu = facts?.gpu.devices.find(({ uuid }) => uuid === name);
  return gpu === undefined ? name : `GPU ${gpu.index}`;
}

/** An alert of a rule that has been bad for so many minutes in these places. */
export function alertOf(rule: AlertRule, places: readonly Place[], minutes: number, nowMs: number, change: Change = {}): Alert {
  const sinceMs = nowMs - minutes * minute;
  const rows = [...new Map(places.map(({ row }) => [row.server.id, row])).values()];
  const [first] = places;
  const raisedAtMs = change.state === 'held' ? null : Math.min(nowMs, sinceMs + rule.sustainedS * 1000);
  return {
    ...{ key: `${causeOf(rule)}/${first?.row.server.id ?? 'computer'}${first?.subject ? `/${first.subject}` : ''}`, state: 'open', cause: causeOf(rule) },
    ...{ title: rule.title, explanation: rule.explanation, severity: rule.severity, level: 1, sinceMs, raisedAtMs },
    servers: rows.map(({ server }) => ({ id: server.id, name: server.name })),
    stacks: [...new Set(rows.flatMap(({ stacks }) => stacks.map(({ stackId }) => stackId)))],
    subjects: places.filter(({ subject }) => subject !== '').map(({ row, subject }) => ({ serverId: row.server.id, subject, title: titleOf(row, subject) })),
    rules: [rule.id],
    evidence: places.slice(0, 20).map((place) => evidenceOf(rule, place, sinceMs, nowMs)),
    ...{ flapping: false, acknowledged: null, hold: null, escalatesAtMs: null, runbook: rule.runbook, incident: null },
    ...change,
  };
}

const gpuOf = ({ facts }: FleetRow, index = 0) => `gpu:${facts?.gpu.devices[index]?.uuid ?? 'GPU-0'}`;
const engineOf = ({ stacks }: FleetRow) => `engine:ph-${stacks[0]?.stackId ?? 'chat'}-model-1`;

/** What is wrong in a fleet: several causes, one that comes and goes, one that escalated, one that somebody has, and what is held. */
export function presetAlerts(rules: Rules, rows: readonly FleetRow[], nowMs: number): Alert[] {
  const rule = (id: string): AlertRule => {
    const found = rules.get(id);
    if (found === undefined) throw new Error(`no rule ${id}`);
    return found;
  };
  const row = (place: number): FleetRow => {
    const found = rows[place % rows.length];
    if (found === undefined) throw new Error('no servers');
    return found;
  };
  const gpus = rows.filter(({ facts }) => (facts?.gpu.devices.length ?? 0) > 0);
  const hot = gpus[2 % Math.max(1, gpus.length)];
  const away = rows.find(({ connection }) => connection === 'unreachable' || connection === 'reconnecting');
  const found = [
    alertOf(rule('engine-wedged'), [{ row: row(3), subject: engineOf(row(3)), value: 1 }], 47, nowMs, { level: 2, escalatesAtMs: nowMs + 13.4 * minute }),
    alertOf(rule('disk-critical'), [{ row: row(0), subject: 'disk:/var/lib/docker', value: 0.9642 }], 12, nowMs, { escalatesAtMs: nowMs + 18 * minute }),
    alertOf(rule('disk-high'), [{ row: row(6), subject: 'disk:/', value: 0.871 }], 96, nowMs),
    alertOf(
      rule('kv-cache-high'),
      [0, 1, 4].map((place, index) => ({ row: row(place), subject: engineOf(row(place)), value: 0.957 - index * 0.02 })),
      8,
      nowMs,
      { incident: 'INC-2' },
    ),
    ...(hot === undefined
      ? []
      : [
          alertOf(
            rule('gpu-hot'),
            (hot.facts?.gpu.devices ?? []).slice(0, 2).map((_, index) => ({ row: hot, subject: gpuOf(hot, index), value: 84 - index * 2 })),
            5.5,
            nowMs,
            { flapping: true },
          ),
        ]),
    alertOf(rule('container-restarts'), [{ row: row(8), subject: 'container:ph-privaxai-web-1', value: 5 }], 190, nowMs, {
      acknowledged: { who: 'Jonas', atMs: nowMs - 171 * minute, untilMs: null, note: 'waits for the image of tonight' },
    }),
    alertOf(rule('memory-high'), [{ row: row(9), subject: '', value: 0.934 }], 63, nowMs, {
      ...{
        state: 'held',
        hold: { reason: 'silence', id: 'sil_00000000000000a1', who: 'Mara', text: 'index is rebuilt until noon', untilMs: nowMs + 142 * minute },
      },
    }),
    alertOf(rule('disk-filling'), [{ row: row(11), subject: 'disk:/', value: 0.823 }], 700, nowMs),
  ];
  if (away !== undefined) {
    found.push(
      alertOf(rule('server-unreachable'), [{ row: away, subject: '', value: 0 }], 26, nowMs, { escalatesAtMs: nowMs + 4 * minute }),
      alertOf(rule('container-down'), [{ row: away, subject: 'container:ph-banksight-web-1', value: 0 }], 26, nowMs, {
        ...{ state: 'held', hold: { reason: 'server', id: null, who: null, text: null, untilMs: null } },
      }),
    );
  }
  // A large fleet has more of what is usual.
  const more = rows.length < 100 ? [] : rows.filter((_, index) => index % 23 === 7);
  return [
    ...found,
    ...more.map((each, index) => alertOf(rule('disk-high'), [{ row: each, subject: 'disk:/data', value: 0.86 + index / 1000 }], 30 + index * 11, nowMs)),
  ];
}
