import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { recurrenceText } from '../../../shared/model/recurrence.ts';
import { type Schedule, scheduleFieldsSchema } from '../../../shared/model/schedule.ts';
import { client, orpc } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input, Textarea } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { RecurrenceFields } from './RecurrenceFields.tsx';
import { fieldsOfForm, recurrenceForm, recurrenceOfForm, scheduleForm } from './scheduleView.ts';

/** Puts something on the calendar, or changes what is there. */
export function ScheduleDialog({ schedule, onClose }: { schedule: Schedule | null; onClose(): void }) {
  const before = schedule?.fields;
  const [form, setForm] = useState(() => scheduleForm(before));
  const [when, setWhen] = useState(() => recurrenceForm(before?.recurrence));
  const library = useQuery(orpc.workflows.list.queryOptions({ input: {} }));
  const add = useAction(client.schedules.add, onClose);
  const edit = useAction(client.schedules.edit, onClose);
  const change = (changes: Partial<typeof form>) => setForm((present) => ({ ...present, ...changes }));
  const fields = fieldsOfForm(form, recurrenceOfForm(when), before);
  const parsed = scheduleFieldsSchema.safeParse(fields);
  const problemOf = (name: string, typed: string) =>
    typed === '' || parsed.success ? null : (parsed.error.issues.find(({ path }) => path[0] === name)?.message ?? null);
  const ready = parsed.success && (form.workflow === '' || form.selector !== '');
  const workflows = [
    { value: '', label: 'nothing: it is a reminder' },
    ...(library.data?.workflows ?? []).map(({ id, title }) => ({ value: id as string, label: title })),
  ];
  const save = () => {
    if (!parsed.success) return;
    if (before === undefined) void add.run({ fields: parsed.data });
    else void edit.run({ name: before.name, fields: parsed.data });
  };
  const error = add.error ?? edit.error;
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={save}
      title={before === undefined ? 'Put on the calendar' : `Change ${before.name}`}
      description="What is due again and again. A run of the workflow by anybody counts; what is a reminder is ticked off by hand."
      footer={
        <>
          <span className="mr-auto self-center text-sm text-muted">{parsed.success ? recurrenceText(parsed.data.recurrence) : ''}</span>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={add.busy || edit.busy} disabled={!ready}>
            {before === undefined ? 'Add' : 'Save'}
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-2 gap-3 pb-2">
        <Field label="Name" error={problemOf('name', form.name)}>
          {(field) => <Input {...field} autoFocus value={form.name} placeholder="patches" onChange={(event) => change({ name: event.target.value })} />}
        </Field>
        <Field label="Title" error={problemOf('title', form.title)}>
          {(field) => <Input {...field} value={form.title} placeholder="Security patches" onChange={(event) => change({ title: event.target.value })} />}
        </Field>
        <Field label="Done by">
          {(field) => <Select {...field} field value={form.workflow} options={workflows} onChange={(workflow) => change({ workflow })} />}
        </Field>
        {form.workflow === '' ? (
          <Field label="Who answers for it">
            {(field) => <Input {...field} value={form.owner} placeholder="Platform team" onChange={(event) => change({ owner: event.target.value })} />}
          </Field>
        ) : (
          <Field label="On which servers" hint="names, env:, group:, role:, tag:">
            {(field) => (
              <Input
                {...field}
                className="font-mono"
                value={form.selector}
                placeholder="group:banksight"
                onChange={(event) => change({ selector: event.target.value })}
              />
            )}
          </Field>
        )}
        <RecurrenceFields form={when} onChange={(changes) => setWhen((present) => ({ ...present, ...changes }))} />
        <Field label="What it may take from the users, in minutes" error={problemOf('downtimeMinutes', form.downtime)}>
          {(field) => <Input {...field} inputMode="numeric" value={form.downtime} onChange={(event) => change({ downtime: event.target.value })} />}
        </Field>
        <Field label="What to do" className="col-span-2">
          {(field) => <Textarea {...field} value={form.text} onChange={(event) => change({ text: event.target.value })} />}
        </Field>
        <div className="col-span-2 flex flex-wrap gap-x-6 gap-y-1.5">
          {form.workflow !== '' && (
            <Checkbox checked={form.checkOnly} onChange={(checkOnly) => change({ checkOnly })}>
              A run that only checks counts
            </Checkbox>
          )}
          {form.workflow !== '' && form.checkOnly && (
            <Checkbox checked={form.automatic} onChange={(automatic) => change({ automatic })}>
              Check by itself when it is due
            </Checkbox>
          )}
          <Checkbox checked={form.paused} onChange={(paused) => change({ paused })}>
            Paused
          </Checkbox>
        </div>
        {error && (
          <div className="col-span-2">
            <ErrorPanel error={error} />
          </div>
        )}
      </div>
    </Dialog>
  );
}
