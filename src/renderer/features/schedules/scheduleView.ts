import { momentText, type Recurrence } from '../../../shared/model/recurrence.ts';
import type { Schedule, ScheduleFields } from '../../../shared/model/schedule.ts';
import type { Tone } from '../../ui/StateMark.tsx';

/** How a state is shown: tone and word. */
export const scheduleStates: Record<Schedule['state'], { tone: Tone; word: string }> = {
  overdue: { tone: 'bad', word: 'overdue' },
  due: { tone: 'warn', word: 'due' },
  soon: { tone: 'info', word: 'soon' },
  later: { tone: 'good', word: 'in time' },
  nothing: { tone: 'unknown', word: 'no servers' },
  paused: { tone: 'off', word: 'paused' },
};

const order = Object.keys(scheduleStates);

/** Most urgent first, then by when it is due, then by name. */
export function byUrgency(schedules: readonly Schedule[]): Schedule[] {
  const rank = ({ state }: Schedule) => order.indexOf(state);
  return schedules.toSorted((a, b) => rank(a) - rank(b) || (a.dueAtMs ?? 0) - (b.dueAtMs ?? 0) || a.fields.name.localeCompare(b.fields.name));
}

/** How many ask to be done now. */
export function dueCount(schedules: readonly Pick<Schedule, 'state'>[]): number {
  return schedules.filter(({ state }) => state === 'due' || state === 'overdue').length;
}

/** When it is due, on the wall clock of its zone. */
export function dueText({ dueAtMs, fields }: Pick<Schedule, 'dueAtMs' | 'fields'>): string {
  return dueAtMs === null ? '' : momentText(dueAtMs, fields.recurrence.zone);
}

/** What a form holds of a recurrence. */
export interface RecurrenceForm {
  every: Recurrence['every'];
  at: string;
  zone: string;
  /** `day`, or which of the weekdays. */
  by: 'day' | '1' | '2' | '3' | '4' | '-1';
  weekday: string;
  day: string;
  month: string;
}

/** The form of a recurrence; without one, a Sunday night in this computer's zone. */
export function recurrenceForm(recurrence?: Recurrence): RecurrenceForm {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { every, at, weekday = 1, nth, day = 1, month = 1 } = recurrence ?? { every: 'week' as const, at: '03:00', weekday: 7 };
  const by = nth === undefined ? 'day' : (String(nth) as RecurrenceForm['by']);
  return { every, at, zone: recurrence?.zone ?? zone, by, weekday: String(weekday), day: String(day), month: String(month) };
}

/** What a form means; fields that do not apply are left out. */
export function recurrenceOfForm(form: RecurrenceForm): Recurrence {
  const { every, at, zone, by } = form;
  const inMonth = by === 'day' ? { day: Number(form.day) } : { nth: Number(by) as NonNullable<Recurrence['nth']>, weekday: Number(form.weekday) };
  const month = { month: Number(form.month) };
  const parts = { day: {}, week: { weekday: Number(form.weekday) }, month: inMonth, quarter: { ...inMonth, ...month }, year: { ...inMonth, ...month } };
  return { every, at, zone, ...parts[every] };
}

/** What a form of a schedule holds beside its recurrence. */
export type ScheduleForm = Pick<ScheduleFields, 'name' | 'title' | 'text' | 'checkOnly' | 'automatic' | 'paused'> & {
  workflow: string;
  selector: string;
  owner: string;
  downtime: string;
};

/** The form of a schedule, or of a new one. */
export function scheduleForm(fields?: ScheduleFields): ScheduleForm {
  return {
    ...{ name: fields?.name ?? '', title: fields?.title ?? '', text: fields?.text ?? '', workflow: fields?.workflow ?? '', selector: fields?.selector ?? '' },
    ...{ checkOnly: fields?.checkOnly ?? false, automatic: fields?.automatic ?? false, paused: fields?.paused ?? false, owner: fields?.owner ?? '' },
    downtime: fields?.downtimeMinutes === undefined ? '' : String(fields.downtimeMinutes),
  };
}

/** The fields that a form means; inputs stay as they were. */
export function fieldsOfForm(form: ScheduleForm, recurrence: Recurrence, before?: ScheduleFields): ScheduleFields {
  const { workflow, selector, owner, downtime, automatic, checkOnly, ...rest } = form;
  const runs = workflow !== '';
  return {
    ...rest,
    ...{ inputs: before?.inputs ?? {}, recurrence, checkOnly: runs && checkOnly, automatic: runs && checkOnly && automatic },
    ...(runs && { workflow: workflow as NonNullable<ScheduleFields['workflow']>, selector }),
    ...(owner !== '' && { owner }),
    ...(downtime !== '' && { downtimeMinutes: Number(downtime) }),
  };
}
