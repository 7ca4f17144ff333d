import { type AlertSeverity, alertSeverities } from '../../../shared/model/alertRule.ts';
import { type AlertTimes, type SeverityTimes, severityTimesSchema } from '../../../shared/model/alertTimes.ts';
import { readSpan } from './ruleText.ts';
import { spanText } from './ruleWords.ts';

/** Times of one severity as they are typed. Empty: never. */
export interface SeverityTimesForm {
  level2: string;
  level3: string;
  repeat: string;
}

/** Times as they are typed. */
export type TimesForm = Readonly<Record<AlertSeverity, SeverityTimesForm>>;

/** What is wrong with a field. */
export interface TimesProblem {
  severity: AlertSeverity;
  field: keyof SeverityTimesForm;
  message: string;
}

/** Times as a form shows them. */
export function timesFormOf({ critical, warning, advice }: AlertTimes): TimesForm {
  return { critical: textsOf(critical), warning: textsOf(warning), advice: textsOf(advice) };
}

function textsOf({ escalateS: [level2, level3], repeatS }: SeverityTimes): SeverityTimesForm {
  const text = (seconds: number | null | undefined) => (seconds == null ? '' : spanText(seconds));
  return { level2: text(level2), level3: text(level3), repeat: text(repeatS) };
}

/** The times that were typed; null: something is wrong with them. */
export function readTimes(form: TimesForm): AlertTimes | null {
  const [critical, warning, advice] = [readOne(form.critical), readOne(form.warning), readOne(form.advice)];
  return 'field' in critical || 'field' in warning || 'field' in advice ? null : { critical, warning, advice };
}

/** The first thing that is wrong, the most severe severity first. */
export function timesProblem(form: TimesForm): TimesProblem | null {
  for (const severity of alertSeverities.toReversed()) {
    const read = readOne(form[severity]);
    if ('field' in read) return { severity, ...read };
  }
  return null;
}

/** Whether two sets of times say the same. */
export function isSameTimes(one: AlertTimes, other: AlertTimes): boolean {
  return alertSeverities.every((severity) => JSON.stringify(timesFormOf(one)[severity]) === JSON.stringify(timesFormOf(other)[severity]));
}

function readOne(form: SeverityTimesForm): SeverityTimes | Omit<TimesProblem, 'severity'> {
  const spans: Record<keyof SeverityTimesForm, number | null> = { level2: null, level3: null, repeat: null };
  for (const field of ['level2', 'level3', 'repeat'] as const) {
    if (form[field].trim() === '') continue;
    const seconds = readSpan(form[field]);
    if (seconds === null) return { field, message: 'a time like 30 min, 2 h or 1 day; empty: never' };
    spans[field] = seconds;
  }
  const { level2, level3, repeat } = spans;
  if (level2 === null && level3 !== null) return { field: 'level2', message: 'it goes to level 3 from level 2 only' };
  const times = { repeatS: repeat, escalateS: [level2, level3].filter((each) => each !== null) };
  const parsed = severityTimesSchema.safeParse(times);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path[0] === 'repeatS' ? 'repeat' : issue?.path[1] === 1 ? 'level3' : 'level2';
  return { field, message: issue?.message ?? 'it makes no sense' };
}
