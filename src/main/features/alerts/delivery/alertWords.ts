import type { AlertEvidence, AwayAlert } from '../../../../shared/model/alert.ts';
import { engineMetricCatalogue, probeMetricCatalogue } from '../../../../shared/model/engineMetricCatalogue.ts';
import { metricDefinition } from '../../../../shared/model/metricCatalogue.ts';
import type { AlertEvent } from '../evaluator/evaluatorTypes.ts';

const kinds: Record<AlertEvent['kind'], string> = {
  raised: 'Alert',
  stillFiring: 'Still so',
  escalated: 'Escalated',
  eased: 'Better',
  resolved: 'Resolved',
  acknowledged: 'Acknowledged',
  whileAway: 'While you were away',
};

/** One line that says what happened, where, and how bad it is. */
export function headline(event: AlertEvent): string {
  const level = event.kind === 'escalated' && event.why === 'time' ? ` to level ${event.level}` : '';
  const flaps = event.flapping ? ', comes and goes' : '';
  return `${kinds[event.kind]}${level}: ${event.title} – ${whereText(event)} (${event.severity}${flaps})`;
}

/** The servers of an event: all where they are few. */
export function whereText({ evidence, serverIds, away = [] }: Pick<AlertEvent, 'evidence' | 'serverIds' | 'away'>): string {
  const names = [...new Set([...evidence.map(({ serverName }) => serverName), ...away.flatMap(({ servers }) => servers)])];
  if (names.length === 0) return `${serverIds.length} servers`;
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}

/** What an event is believed for, line by line; of what came and went while nobody watched each alert is one. */
export function linesOf({ evidence, away }: Pick<AlertEvent, 'evidence' | 'away'>): string[] {
  return away === undefined ? evidence.map(evidenceText) : away.map(awayText);
}

/** One alert that is over, with its times in UTC. */
export function awayText({ title, severity, servers, subjects, raisedAtMs, endedAtMs }: AwayAlert): string {
  const place = [servers.join(', '), ...subjects].filter((part) => part !== '').join(' ');
  const sameDay = timeText(raisedAtMs).slice(0, 10) === timeText(endedAtMs).slice(0, 10);
  return `${place}: ${title} (${severity}) from ${timeText(raisedAtMs)} to ${sameDay ? timeText(endedAtMs).slice(11) : timeText(endedAtMs)}`;
}

/** One line of evidence: what, its value against its limit, and since when. Times are UTC. */
export function evidenceText(evidence: AlertEvidence): string {
  const { serverName, subject, metric, condition, comparator, threshold, value, atMs, sinceMs } = evidence;
  const what = `${serverName}${subject === '' ? '' : ` ${subject}`}: ${metricLabel(metric, subject)}`;
  if (condition === 'missing') return `${what} has had no value since ${timeText(atMs)}; the last was ${valueText(metric, subject, value)}`;
  return `${what} is ${valueText(metric, subject, value)} (limit ${comparator} ${valueText(metric, subject, threshold)}) since ${timeText(sinceMs)}`;
}

/** A value in its unit. */
export function valueText(metric: string, subject: string, value: number): string {
  const rounded = (factor: number, digits: number) => String(Number((value * factor).toFixed(digits)));
  switch (unitOf(metric, subject)) {
    case 'ratio':
      return `${rounded(100, 1)} %`;
    case 'celsius':
      return `${rounded(1, 1)} °C`;
    case 's':
    case 'seconds':
      return `${rounded(1, 2)} s`;
    case 'ms':
      return `${rounded(1, 1)} ms`;
    case 'days':
      return `${rounded(1, 0)} days`;
    case 'B':
    case 'bytes':
      return `${rounded(1 / 1024 ** 3, 2)} GiB`;
    case 'bytesPerSecond':
      return `${rounded(1 / 1024 ** 2, 2)} MiB/s`;
    case 'watts':
      return `${rounded(1, 0)} W`;
    case '1/s':
    case 'perSecond':
      return `${rounded(1, 2)} per second`;
    case 'tokens/s':
      return `${rounded(1, 1)} tokens/s`;
    default:
      return rounded(1, 2);
  }
}

/** `2026-11-23 12:00:05 UTC`. */
export function timeText(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

const own: Record<string, { unit: string; title: string }> = {
  serverReachable: { unit: 'flag', title: 'Server answers' },
  serverLogin: { unit: 'flag', title: 'Login works' },
  sampleAgeS: { unit: 's', title: 'Age of the newest measurement' },
  computerOffline: { unit: 'flag', title: 'No server answers' },
  heartbeatFailing: { unit: 'flag', title: 'Sign of life does not go out' },
  alertsUntold: { unit: 'flag', title: 'Alerts wait to be told' },
  wedged: { unit: 'flag', title: 'Engine is stuck' },
};

function metricLabel(metric: string, subject: string): string {
  return definition(metric, subject)?.title ?? metric;
}

function unitOf(metric: string, subject: string): string {
  return definition(metric, subject)?.unit ?? '';
}

function definition(metric: string, subject: string): { unit: string; title: string } | null {
  const catalogue: Readonly<Record<string, { unit: string; title: string }>> = subject.startsWith('probe:') ? probeMetricCatalogue : engineMetricCatalogue;
  if (/^(engine|probe):/.test(subject) && Object.hasOwn(catalogue, metric)) return catalogue[metric] ?? null;
  const measured = metricDefinition(metric);
  if (measured !== null) return { unit: measured.unit, title: measured.label };
  return Object.hasOwn(own, metric) ? (own[metric] ?? null) : null;
}
