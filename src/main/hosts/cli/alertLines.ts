import type { Alert, AlertDelivery, AlertEventView, AlertEvidence, AttemptView, HoldReason, SilencePreview } from '../../../shared/model/alert.ts';
import type { RuleBacktest, RuleProblem } from '../../../shared/model/alertRuleView.ts';
import { metricDefinition } from '../../../shared/model/metricCatalogue.ts';
import { metricText } from './metricText.ts';
import { duration } from './terminalText.ts';

const holds: Record<HoldReason, string> = {
  server: 'held: its server is lost',
  dependency: 'held: explained by another',
  computer: 'held: this computer has no network',
  maintenance: 'held: maintenance',
  silence: 'silenced',
  hours: 'held: outside of its hours',
};

/** A value in its unit. */
export function figureText(metric: string, value: number): string {
  const unit = metricDefinition(metric)?.unit;
  return unit === undefined ? String(Number(value.toFixed(3))) : metricText(value, unit);
}

/** One line of evidence. */
export function evidenceLine({ serverName, subject, metric, condition, comparator, threshold, value, sinceMs }: AlertEvidence): string {
  const what = [serverName, subject, metric].filter(Boolean).join(' ');
  if (condition === 'missing') return `${what} has had no value since ${momentText(sinceMs)}; the last was ${figureText(metric, value)}`;
  return `${what} is ${figureText(metric, value)} (limit ${comparator} ${figureText(metric, threshold)}) since ${momentText(sinceMs)}`;
}

/** How an alert stands: open, acknowledged, held and why. */
export function standingText({ state, level, acknowledged, hold, flapping, incident }: Alert): string {
  const held =
    hold === null
      ? null
      : `${holds[hold.reason]}${hold.text === null ? '' : ` (${hold.text})`}${hold.untilMs === null ? '' : ` until ${momentText(hold.untilMs)}`}`;
  const parts = [
    held ?? (state === 'open' ? 'open' : 'held'),
    level === 1 ? '' : `level ${level}`,
    acknowledged === null ? '' : `acknowledged by ${acknowledged.who}`,
    flapping ? 'comes and goes' : '',
    incident ?? '',
  ];
  return parts.filter(Boolean).join(', ');
}

/** Where an alert is: its servers where they are few, and its subjects where it is one. */
export function placeText({ servers, subjects }: Pick<Alert, 'servers' | 'subjects'>): string {
  const names = servers.length > 3 ? `${servers.length} servers` : servers.map(({ name }) => name).join(', ');
  const [only] = subjects;
  return subjects.length === 1 && only !== undefined ? `${names} ${only.title}` : names || 'this computer';
}

/** A row of the list: severity, since, where, what, how it stands, its key. */
export function alertRow(alert: Alert, nowMs: number): string[] {
  return [alert.severity, duration(nowMs - alert.sinceMs), placeText(alert), alert.title, standingText(alert), alert.key];
}

/** What a silence would hold, line by line. */
export function previewLines({ servers, alerts, rules, unknownRules }: SilencePreview): string[] {
  const where = servers === null ? 'any server' : servers.length === 0 ? 'no server' : `${servers.length} servers: ${servers.slice(0, 20).join(', ')}`;
  return [
    `About ${rules === null ? 'all rules' : `${rules} rules`}, on ${where}.`,
    ...unknownRules.map((name) => `There is no rule and no cause "${name}".`),
    alerts.length === 0 ? 'No open alert would be held now.' : `${alerts.length} open alerts would be held now:`,
    ...alerts.map(({ key, title, severity, whole }) => `- ${severity}  ${title}  ${key}${whole ? '' : '  (a part of it)'}`),
  ];
}

/** What happened to an alert, in a line. */
export function eventLine({ atMs, kind, why, who, note, severity, level }: AlertEventView): string {
  const words = [kind, why, severity, level === 1 ? '' : `level ${level}`, who === null ? '' : `by ${who}`, note === null ? '' : `“${note}”`];
  return `${momentText(atMs)}  ${words.filter(Boolean).join(' ')}`;
}

/** What came of telling it, in a line. */
export function deliveryLine({ channel, channelId, event, state, attempts, nextAtMs }: AlertDelivery): string {
  const last = attempts.at(-1);
  const problem = last?.problem == null ? '' : `: ${last.problem}`;
  const next = nextAtMs === null ? '' : `, again at ${momentText(nextAtMs)}`;
  return `${channel ?? channelId}  ${event}  ${state === 'givenUp' ? 'given up' : state} after ${attempts.length} attempts${state === 'sent' ? '' : problem}${next}`;
}

/** What came of one attempt, in a line. */
export function attemptLine({ outcome, problem, tookMs }: AttemptView): string {
  const words = { sent: 'Sent', unknown: 'Sent, but no answer came: it may have arrived', failed: 'Failed', refused: 'Refused' };
  return `${words[outcome]}${problem === null ? '' : ` (${problem})`} after ${duration(tookMs)}.`;
}

/** Where the text of a rule is wrong, as compilers say it. */
export function problemLine(file: string, { line, path, check, severity, message }: RuleProblem): string {
  return `${file}${line === null ? '' : `:${line}`}: ${severity}: ${path === '' ? '' : `${path}: `}${message} [${check}]`;
}

/** What a rule would have fired on. */
export function backtestLines({ intervals, fired, firedMs, samples, series, stepS, problem, fromMs, untilMs }: RuleBacktest, metric: string): string[] {
  if (problem !== null) return [`Nothing to judge: ${problem}.`];
  const head = `${fired} times in ${duration(untilMs - fromMs)}, ${duration(firedMs)} together; ${series} series, ${samples} values${stepS === 0 ? '' : `, each of ${stepS} s`}`;
  return [
    head,
    ...intervals.map(({ serverName, subject, raisedAtMs, untilMs: end, worst, ended }) => {
      const until = end === null ? 'open still' : `${ended === 'noData' ? 'no data' : 'over'} after ${duration(end - raisedAtMs)}`;
      return `${momentText(raisedAtMs)}  ${[serverName, subject].filter(Boolean).join(' ')}  worst ${figureText(metric, worst)}  ${until}`;
    }),
  ];
}

/** A moment in the zone of this computer, `2026-11-23 12:00:05`. */
export function momentText(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
