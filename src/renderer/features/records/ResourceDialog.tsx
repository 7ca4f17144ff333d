import { Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { type CloudResource, type ResourceKind, resourceKindSchema, resourceKinds } from '../../../shared/model/cloudResource.ts';
import type { Server } from '../../../shared/model/server.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input, Textarea } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { useUnsavedChanges } from '../inventory/useUnsavedChanges.tsx';
import { type ResourceForm, resourceChanges, resourceFormOf, resourceProblems, toResourceFields } from './resourceForm.ts';
import { useRefreshRecords } from './useRecords.ts';

interface ResourceDialogProps {
  /** Null: a new one. */
  name: string | null;
  resources: readonly CloudResource[];
  servers: readonly Server[];
  onClose(): void;
}

const kinds = resourceKindSchema.options.map((value) => ({ value, label: resourceKinds[value] }));

/** One cloud resource. */
export function ResourceDialog({ name, resources, servers, onClose }: ResourceDialogProps) {
  const [opened] = useState(() => resources.find((resource) => resource.name === name) ?? null);
  if (name !== null && opened === null) {
    return (
      <Dialog open onClose={onClose} title={name} footer={<Button onClick={onClose}>Close</Button>}>
        <EmptyState title={`There is no resource named ${name}`}>It may have been renamed or forgotten.</EmptyState>
      </Dialog>
    );
  }
  return <ResourceFormDialog opened={opened} resources={resources} servers={servers} onClose={onClose} />;
}

interface ResourceFormDialogProps extends Omit<ResourceDialogProps, 'name'> {
  opened: CloudResource | null;
  calls?: Pick<typeof client.resources, 'add' | 'edit' | 'remove'>;
}

/** The form itself; of a resource that is there only what was changed is sent. */
export function ResourceFormDialog({ opened, resources, servers, onClose, calls = client.resources }: ResourceFormDialogProps) {
  const start = useMemo(() => resourceFormOf(opened), [opened]);
  const [form, setForm] = useState(start);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [isRemoving, setRemoving] = useState(false);
  const names = useMemo(() => new Set(servers.map((server) => server.name)), [servers]);
  const others = resources.flatMap((resource) => (resource.id === opened?.id ? [] : [resource.name]));
  const problems = resourceProblems(form, others, names);
  const isDirty = JSON.stringify(form) !== JSON.stringify(start);
  const unsaved = useUnsavedChanges(isDirty, opened === null ? 'You were adding a resource.' : `You changed ${opened.name}.`);
  const refresh = useRefreshRecords();
  const done = () => {
    unsaved.release();
    refresh();
    onClose();
  };
  const add = useAction(calls.add, done);
  const edit = useAction(calls.edit, done);
  const removal = useAction(calls.remove, done);
  const isRight = Object.keys(problems).length === 0;
  const submit = () => {
    if (!isRight || !isDirty) return;
    if (opened === null) void add.run({ fields: toResourceFields(form) });
    else void edit.run({ name: opened.name, fields: resourceChanges(opened, form) });
  };
  const text = (
    key: Exclude<keyof ResourceForm, 'kind' | 'notes'>,
    label: string,
    span: string,
    more: { hint?: string; placeholder?: string; mono?: boolean } = {},
  ) => (
    <Field label={label} hint={more.hint} error={left.has(key) ? (problems[key] ?? null) : null} className={span}>
      {(field) => (
        <Input
          {...field}
          value={form[key]}
          autoFocus={key === 'name' && opened === null}
          placeholder={more.placeholder}
          className={more.mono ? 'font-mono' : undefined}
          onBlur={() => form[key] && setLeft((before) => new Set([...before, key]))}
          onChange={(event) => setForm((before) => ({ ...before, [key]: event.target.value }))}
        />
      )}
    </Field>
  );
  const title = opened?.name ?? 'New cloud resource';
  return (
    <>
      <Dialog
        open={!unsaved.isAsking && !isRemoving}
        onClose={onClose}
        onSubmit={submit}
        title={title}
        description="A record of yours: nothing is asked of its provider, and nothing is changed there."
        footer={
          <>
            {opened !== null && (
              <Button icon={Trash2} className="mr-auto" onClick={() => setRemoving(true)}>
                Forget
              </Button>
            )}
            <Button onClick={onClose}>{isDirty ? 'Cancel' : 'Close'}</Button>
            <Button type="submit" variant="primary" busy={add.busy || edit.busy} disabled={!isDirty || !isRight}>
              {opened === null ? 'Add' : 'Save'}
            </Button>
          </>
        }
      >
        <div className="grid grid-cols-6 gap-x-3 gap-y-3 pb-2">
          {text('name', 'Name', 'col-span-3', { placeholder: 'slb-inference' })}
          <Field label="Kind" className="col-span-3">
            {(field) => (
              <Select<ResourceKind> {...field} field value={form.kind} options={kinds} onChange={(kind) => setForm((before) => ({ ...before, kind }))} />
            )}
          </Field>
          {text('provider', 'Provider', 'col-span-3', { placeholder: 'Alibaba Cloud' })}
          {text('region', 'Region', 'col-span-3', { placeholder: 'cn-hangzhou' })}
          {text('identifier', 'Identifier', 'col-span-3', { hint: 'As the provider knows it', mono: true })}
          {text('address', 'Address', 'col-span-3', { hint: 'Where it answers', mono: true })}
          {text('owner', 'Owner', 'col-span-3')}
          {text('cost', 'Cost', 'col-span-3', { placeholder: '42 USD/month' })}
          {text('servers', 'Servers', 'col-span-3', { hint: 'Names, separated by spaces' })}
          {text('groups', 'Groups', 'col-span-3', { hint: 'Separated by spaces' })}
          <Field label="Notes" className="col-span-6" error={problems.notes ?? null}>
            {(field) => (
              <Textarea {...field} rows={3} value={form.notes} onChange={(event) => setForm((before) => ({ ...before, notes: event.target.value }))} />
            )}
          </Field>
          {(add.error ?? edit.error) && <div className="col-span-6">{<ErrorPanel error={(add.error ?? edit.error) as NonNullable<typeof add.error>} />}</div>}
        </div>
      </Dialog>
      {unsaved.question}
      {opened !== null && (
        <ConfirmDialog
          open={isRemoving}
          title={`Forget ${opened.name}?`}
          effect="The record goes. The resource itself stays as it is, and goes on costing what it costs."
          expected={null}
          action="Forget"
          busy={removal.busy}
          onConfirm={() => void removal.run({ name: opened.name })}
          onClose={() => setRemoving(false)}
        />
      )}
      <ActionConfirm action={removal} title={`Forget ${title}`} verb="Forget" />
    </>
  );
}
