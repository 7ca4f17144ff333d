import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Recurrence, recurrenceSchema } from '../../../shared/model/recurrence.ts';
import { type Schedule, type ScheduleFields, scheduleFieldsSchema } from '../../../shared/model/schedule.ts';
import { byUrgency, dueCount, fieldsOfForm, recurrenceForm, recurrenceOfForm, scheduleForm } from './scheduleView.ts';

const recurrence: Recurrence = { every: 'month', at: '03:00', zone: 'Europe/Berlin', nth: -1, weekday: 7 };
const fields: ScheduleFields = scheduleFieldsSchema.parse({
  ...{
    name: 'patches',
    title: 'Patches',
    workflow: 'bs-weekly',
    selector: 'gpu-*',
    checkOnly: true,
    automatic: true,
    owner: 'Ada',
    downtimeMinutes: 2,
    inputs: { a: 'b' },
  },
  recurrence,
});

test('the most urgent comes first', () => {
  const schedule = (name: string, state: Schedule['state'], dueAtMs = 0) => ({ state, dueAtMs, fields: { name } }) as Schedule;
  const all = [schedule('a', 'later'), schedule('b', 'due', 2), schedule('c', 'paused'), schedule('d', 'overdue'), schedule('e', 'due', 1)];
  expect(byUrgency(all).map(({ fields: { name } }) => name)).toEqual(['d', 'e', 'b', 'a', 'c']);
  expect(dueCount(all)).toBe(3);
});

test('a schedule comes back from its form as it was', () => {
  expect(fieldsOfForm(scheduleForm(fields), recurrenceOfForm(recurrenceForm(recurrence)), fields)).toEqual(fields);
  const { workflow, selector, checkOnly, automatic, inputs, ...rest } = fields;
  const reminder = scheduleFieldsSchema.parse(rest);
  expect(fieldsOfForm(scheduleForm(reminder), recurrence, reminder)).toEqual(reminder);
  expect([workflow, selector, checkOnly, automatic, inputs]).not.toContain(undefined);
});

test('without a workflow nothing runs by itself, whatever was ticked before', () => {
  expect(fieldsOfForm({ ...scheduleForm(fields), workflow: '' }, recurrence)).toMatchObject({ checkOnly: false, automatic: false });
  expect(fieldsOfForm({ ...scheduleForm(fields), checkOnly: false }, recurrence)).toMatchObject({ automatic: false });
});

test('every form means a recurrence that the core takes, and comes back from it', () => {
  const form = fc.record({
    every: fc.constantFrom('day', 'week', 'month', 'quarter', 'year'),
    ...{ at: fc.constant('03:00'), zone: fc.constant('UTC'), by: fc.constantFrom('day', '1', '4', '-1') },
    ...{ weekday: fc.constantFrom('1', '7'), day: fc.constantFrom('1', '31'), month: fc.constantFrom('1', '3') },
  });
  fc.assert(
    fc.property(form, (value) => {
      const meant = recurrenceOfForm(value as Parameters<typeof recurrenceOfForm>[0]);
      expect(recurrenceSchema.parse(meant)).toEqual(meant);
      expect(recurrenceOfForm(recurrenceForm(meant))).toEqual(meant);
    }),
  );
});
