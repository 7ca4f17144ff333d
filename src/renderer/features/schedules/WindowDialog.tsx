import { useState } from 'react';
import { windowFieldsSchema, windowText } from '../../../shared/model/maintenanceWindow.ts';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { RecurrenceFields } from './RecurrenceFields.tsx';
import { recurrenceForm, recurrenceOfForm } from './scheduleView.ts';

/** Says when servers may be interrupted. */
export function WindowDialog({ onClose }: { onClose(): void }) {
  const [form, setForm] = useState({ name: '', selector: '', note: '', kind: 'recurring' as 'recurring' | 'once', until: '05:00', from: '', end: '' });
  const [when, setWhen] = useState(() => recurrenceForm());
  const add = useAction(client.windows.add, onClose);
  const change = (changes: Partial<typeof form>) => setForm((present) => ({ ...present, ...changes }));
  const once = form.kind === 'once';
  const parsed = windowFieldsSchema.safeParse({
    ...{ name: form.name, selector: form.selector.trim(), ...(form.note !== '' && { note: form.note }) },
    when: once
      ? { kind: 'once', from: form.from.replace(' ', 'T'), until: form.end.replace(' ', 'T'), zone: when.zone }
      : { kind: 'recurring', recurrence: recurrenceOfForm(when), until: form.until },
  });
  const input = (field: object, name: 'name' | 'selector' | 'note' | 'until' | 'from' | 'end', placeholder: string, autoFocus = false) => (
    <Input {...field} autoFocus={autoFocus} value={form[name]} placeholder={placeholder} onChange={(event) => change({ [name]: event.target.value })} />
  );
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={() => parsed.success && void add.run({ fields: parsed.data })}
      title="New maintenance window"
      description="Servers that have a window may be interrupted in one of theirs only: restarts, updates, firewall and SSH, deployments."
      footer={
        <>
          <span className="mr-auto self-center text-sm text-muted">{parsed.success ? windowText(parsed.data) : ''}</span>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={add.busy} disabled={!parsed.success}>
            Add
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-2 gap-3 pb-2">
        <Field label="Name">{(field) => input(field, 'name', 'sunday-night', true)}</Field>
        <Field label="For which servers" hint="names, env:, group:, role:, tag:">
          {(field) => input(field, 'selector', 'env:production')}
        </Field>
        <Field label="When" className="col-span-2">
          {(field) => (
            <Select
              {...field}
              field
              value={form.kind}
              options={[
                { value: 'recurring', label: 'again and again' },
                { value: 'once', label: 'once' },
              ]}
              onChange={(kind: 'recurring' | 'once') => change({ kind })}
            />
          )}
        </Field>
        {once ? (
          <>
            <Field label="From" hint="on the wall clock of the zone">
              {(field) => input(field, 'from', '2026-12-01 22:00')}
            </Field>
            <Field label="Until">{(field) => input(field, 'end', '2026-12-02 01:00')}</Field>
            <Field label="Time zone">
              {(field) => <Input {...field} value={when.zone} onChange={(event) => setWhen((present) => ({ ...present, zone: event.target.value }))} />}
            </Field>
          </>
        ) : (
          <>
            <RecurrenceFields form={when} onChange={(changes) => setWhen((present) => ({ ...present, ...changes }))} />
            <Field label="Until" hint="not later than its beginning: on the next day">
              {(field) => input(field, 'until', '05:00')}
            </Field>
          </>
        )}
        <Field label="What it is for" className="col-span-2">
          {(field) => input(field, 'note', '')}
        </Field>
        {add.error && (
          <div className="col-span-2">
            <ErrorPanel error={add.error} />
          </div>
        )}
      </div>
    </Dialog>
  );
}
