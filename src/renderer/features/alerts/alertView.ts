import type { Alert, AlertEvidence, AlertHold } from '../../../shared/model/alert.ts';
import { alertSeverities } from '../../../shared/model/alertRule.ts';
import type { TableGroup } from '../../ui/tableModel.ts';
import { type AlertPart, partOf } from './alertTotals.ts';
import { kindOfSubject, metricWords, subjectText, valueText } from './metricWords.ts';
import { thresholdText } from './ruleWords.ts';

/** A cause as people read it: `disk-full` is `Disk full`. */
export function causeText(cause: string): string {
  const words = cause.replaceAll('-', ' ').replace(/\b(gpu|cpu|tls|dns|llm|ecc|kv|xid|vram|http)s?\b/g, (word) => word.toUpperCase().replace(/S$/, 's'));
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const told = ({ raisedAtMs, sinceMs }: Alert) => raisedAtMs ?? sinceMs;
const rank = ({ severity }: Pick<Alert, 'severity'>) => alertSeverities.indexOf(severity);
const byUrgency = (a: Alert, b: Alert) =>
  rank(b) - rank(a) ||
  told(b) - told(a) ||
  (a.servers[0]?.name ?? '').localeCompare(b.servers[0]?.name ?? '', 'en', { numeric: true }) ||
  a.key.localeCompare(b.key);

/** Whether all words of a text are in title, cause, servers, stacks or subjects. */
export function fitsText({ title, cause, servers, stacks, subjects }: Alert, text: string): boolean {
  const all = [title, cause, ...servers.map(({ name }) => name), ...stacks, ...subjects.map((each) => each.title)].join(' ').toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

/** A cause of more than this does not stand together any more: what is milder must not hide what is worse of other causes. */
const crowd = 6;

/** Alerts by cause in the order of their worst; of a crowd each severity by itself. */
function byCause(firing: readonly Alert[]): TableGroup<Alert>[] {
  const many = new Map([...Map.groupBy(firing, ({ cause }) => cause)].map(([cause, rows]) => [cause, rows.length > crowd]));
  const groups = Map.groupBy(firing, ({ cause, severity }) => (many.get(cause) ? `${cause} ${severity}` : cause));
  return [...groups].map(([key, rows]) => ({ key: `cause ${key}`, title: causeText(rows[0]?.cause ?? key), rows }));
}

/** What fires by cause, the worst and newest cause first; then what somebody has, then what is held. */
export function alertGroups(alerts: readonly Alert[], text = ''): TableGroup<Alert>[] {
  const shown = alerts.filter((alert) => fitsText(alert, text)).sort(byUrgency);
  const rest = (part: AlertPart, title: string) => ({ key: part, title, rows: shown.filter((alert) => partOf(alert) === part) });
  return [...byCause(shown.filter((alert) => partOf(alert) === 'firing')), rest('acknowledged', 'Somebody looks after it'), rest('held', 'Not told')].filter(
    ({ rows }) => rows.length > 0,
  );
}

/** One line of evidence, its figure first: `96.4 %, above 90 % · Share of the disk used`. */
export function evidenceText({ metric, subject, value, condition, comparator, threshold }: AlertEvidence): string {
  const on = kindOfSubject(subject);
  const words = metricWords(metric, on);
  if (condition === 'missing') return `${words.label}: no value any more, the last was ${valueText(words, value)}`;
  if (words.flag) return `${words.label}: ${valueText(words, value)}`;
  return `${valueText(words, value)}, ${thresholdText({ metric, on, comparator, value: threshold })} · ${words.label}`;
}

/** What an alert says in one sentence: its worst evidence, and of how much more it tells. */
export function alertSentence({ evidence, explanation }: Pick<Alert, 'evidence' | 'explanation'>): string {
  const [first] = evidence;
  if (first === undefined) return explanation ?? '';
  const more = evidence.length > 1 ? `, and ${evidence.length - 1} more` : '';
  return `${evidenceText(first)}${more}`;
}

/** The name of a subject for people; the core names what it knows nothing of as readings do. */
export function subjectName({ title, subject }: Alert['subjects'][number]): string {
  return title === '' || title === subject ? subjectText(subject) : title;
}

/** What on a server it is about: `/data`, `GPU 4f1c22aa`. */
export function subjectsText({ subjects }: Pick<Alert, 'subjects'>, most = 3): string {
  const titles = [...new Set(subjects.map(subjectName))];
  return titles.length <= most ? titles.join(', ') : `${titles.slice(0, most).join(', ')} and ${titles.length - most} more`;
}

const holds: Record<AlertHold['reason'], string> = {
  server: 'its server is away',
  dependency: 'another explains it',
  computer: 'this computer is cut off',
  maintenance: 'in maintenance',
  silence: 'silenced',
  hours: 'outside of its hours',
};

/** Why it is not told, in a few words. */
export function holdText({ reason, id, who }: AlertHold): string {
  if (reason === 'silence') return who === null ? 'silenced' : `silenced by ${who}`;
  if (reason === 'maintenance' && id !== null) return `in maintenance: ${id}`;
  return holds[reason];
}
