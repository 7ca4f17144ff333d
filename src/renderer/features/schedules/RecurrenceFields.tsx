import { Field, Input } from '../../ui/Field.tsx';
import { Select, type SelectOption } from '../../ui/Select.tsx';
import type { RecurrenceForm } from './scheduleView.ts';

const periods: readonly SelectOption<RecurrenceForm['every']>[] = ['day', 'week', 'month', 'quarter', 'year'].map((value) => ({
  value: value as RecurrenceForm['every'],
  label: `every ${value}`,
}));
const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'].map((label, index) => ({ value: String(index + 1), label }));
const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'].map(
  (label, index) => ({
    value: String(index + 1),
    label,
  }),
);
const ofQuarter = ['first', 'second', 'third'].map((word, index) => ({ value: String(index + 1), label: `its ${word} month` }));
const kinds: readonly SelectOption<RecurrenceForm['by']>[] = [
  { value: 'day', label: 'on a day of the month' },
  { value: '1', label: 'on the first …' },
  { value: '2', label: 'on the second …' },
  { value: '3', label: 'on the third …' },
  { value: '4', label: 'on the fourth …' },
  { value: '-1', label: 'on the last …' },
];

/** When something comes again. */
export function RecurrenceFields({ form, onChange }: { form: RecurrenceForm; onChange(changes: Partial<RecurrenceForm>): void }) {
  const { every, by } = form;
  const inMonth = every === 'month' || every === 'quarter' || every === 'year';
  return (
    <>
      <Field label="How often">{(field) => <Select {...field} field value={every} options={periods} onChange={(next) => onChange({ every: next })} />}</Field>
      {every === 'quarter' && (
        <Field label="In">{(field) => <Select {...field} field value={form.month} options={ofQuarter} onChange={(month) => onChange({ month })} />}</Field>
      )}
      {every === 'year' && (
        <Field label="In">{(field) => <Select {...field} field value={form.month} options={months} onChange={(month) => onChange({ month })} />}</Field>
      )}
      {inMonth && (
        <Field label="Which day">{(field) => <Select {...field} field value={by} options={kinds} onChange={(next) => onChange({ by: next })} />}</Field>
      )}
      {inMonth && by === 'day' && (
        <Field label="Day of the month" hint="in shorter months their last">
          {(field) => <Input {...field} inputMode="numeric" value={form.day} onChange={(event) => onChange({ day: event.target.value })} />}
        </Field>
      )}
      {(every === 'week' || (inMonth && by !== 'day')) && (
        <Field label="Day of the week">
          {(field) => <Select {...field} field value={form.weekday} options={weekdays} onChange={(weekday) => onChange({ weekday })} />}
        </Field>
      )}
      <Field label="Time of day">
        {(field) => <Input {...field} className="font-mono" placeholder="03:00" value={form.at} onChange={(event) => onChange({ at: event.target.value })} />}
      </Field>
      <Field label="Time zone">
        {(field) => <Input {...field} placeholder="Europe/Berlin" value={form.zone} onChange={(event) => onChange({ zone: event.target.value })} />}
      </Field>
    </>
  );
}
