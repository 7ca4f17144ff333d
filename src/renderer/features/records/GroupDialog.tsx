import { Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { type Group, type GroupKind, groupKindSchema, groupKinds } from '../../../shared/model/group.ts';
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
import { count } from '../../ui/format.ts';
import { Select } from '../../ui/Select.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { useUnsavedChanges } from '../inventory/useUnsavedChanges.tsx';
import { GroupMembers } from './GroupMembers.tsx';
import { type GroupForm, groupChanges, groupFormOf, groupProblems } from './groupForm.ts';
import { useRefreshRecords } from './useRecords.ts';

interface GroupDialogProps {
  /** Null: a new one. */
  name: string | null;
  groups: readonly Group[];
  servers: readonly Server[];
  onClose(): void;
}

/** One group: what it is, who is in it and what each does. */
export function GroupDialog({ name, groups, servers, onClose }: GroupDialogProps) {
  const [opened] = useState(() => groups.find((group) => group.name === name) ?? null);
  if (name !== null && opened === null) {
    return (
      <Dialog open onClose={onClose} title={name} footer={<Button onClick={onClose}>Close</Button>}>
        <EmptyState title={`There is no group named ${name}`}>It may have been renamed or taken away.</EmptyState>
      </Dialog>
    );
  }
  return <GroupFormDialog opened={opened} groups={groups} servers={servers} onClose={onClose} />;
}

const kinds = groupKindSchema.options.map((value) => ({ value, label: groupKinds[value].title }));

interface GroupFormDialogProps extends Omit<GroupDialogProps, 'name'> {
  opened: Group | null;
  save?: typeof client.groups.edit;
  remove?: typeof client.groups.remove;
}

/** The form itself; only what was changed in it is sent. */
export function GroupFormDialog({ opened, groups, servers, onClose, save = client.groups.edit, remove = client.groups.remove }: GroupFormDialogProps) {
  const [form, setForm] = useState(() => groupFormOf(opened));
  const [isRemoving, setRemoving] = useState(false);
  const set = (changes: Partial<GroupForm>) => setForm((before) => ({ ...before, ...changes }));
  const problems = groupProblems(
    form,
    groups.flatMap(({ name }) => (name === opened?.name ? [] : [name])),
  );
  const changes = useMemo(() => groupChanges(opened, form), [opened, form]);
  const isTouched = changes !== null && (opened !== null || form.name !== '');
  const unsaved = useUnsavedChanges(isTouched, opened === null ? 'You were making a group.' : `You changed the group ${opened.name}.`);
  const refresh = useRefreshRecords();
  const done = () => {
    unsaved.release();
    refresh();
    onClose();
  };
  const edit = useAction(save, done);
  const removal = useAction(remove, done);
  const isRight = Object.keys(problems).length === 0;
  const title = opened === null ? 'New group' : opened.name;
  return (
    <>
      <Dialog
        open={!unsaved.isAsking && edit.confirmation === null && !isRemoving && removal.confirmation === null}
        onClose={onClose}
        onSubmit={() => changes !== null && isRight && void edit.run(changes)}
        width="wide"
        title={title}
        description={groupKinds[form.kind].about}
        footer={
          <>
            {opened !== null && (
              <Button icon={Trash2} className="mr-auto" onClick={() => setRemoving(true)}>
                Take away
              </Button>
            )}
            <Button onClick={onClose}>{isTouched ? 'Cancel' : 'Close'}</Button>
            <Button type="submit" variant="primary" busy={edit.busy} disabled={!isTouched || !isRight}>
              Save
            </Button>
          </>
        }
      >
        <div className="grid grid-cols-6 gap-x-3 gap-y-3 pb-2">
          {opened !== null && opened.findings.length > 0 && (
            <ul className="col-span-6 flex flex-col gap-1">
              {opened.findings.map((finding) => (
                <li key={finding}>
                  <StateMark tone="warn">{finding}</StateMark>
                </li>
              ))}
            </ul>
          )}
          <Field label="Name" hint={`group:${form.name.trim() || 'name'}`} error={form.name === '' ? null : (problems.name ?? null)} className="col-span-2">
            {(field) => (
              <Input {...field} autoFocus={opened === null} value={form.name} placeholder="pool-a" onChange={(event) => set({ name: event.target.value })} />
            )}
          </Field>
          <Field label="Kind" className="col-span-2">
            {(field) => <Select<GroupKind> {...field} field value={form.kind} options={kinds} onChange={(kind) => set({ kind })} />}
          </Field>
          <Field label="In front of it" hint="A load balancer, by name or address" className="col-span-2">
            {(field) => <Input {...field} value={form.entrance} onChange={(event) => set({ entrance: event.target.value })} />}
          </Field>
          <GroupMembers form={form} set={set} opened={opened} servers={servers} problem={problems.weight ?? null} />
          <Field label="Notes" className="col-span-6">
            {(field) => <Textarea {...field} rows={2} value={form.notes} onChange={(event) => set({ notes: event.target.value })} />}
          </Field>
          {edit.error && (
            <div className="col-span-6">
              <ErrorPanel error={edit.error} />
            </div>
          )}
        </div>
      </Dialog>
      {unsaved.question}
      <ActionConfirm action={edit} title={title} verb="Save" inlineError />
      {opened !== null && (
        <ConfirmDialog
          open={isRemoving && removal.confirmation === null}
          title={`Take the group ${opened.name} away?`}
          effect={`${count(opened.members.length, 'server')} lose the label ${opened.name}, and what is said about it is forgotten. Nothing changes on a server.`}
          expected={null}
          action="Take away"
          onConfirm={() => {
            setRemoving(false);
            void removal.run({ name: opened.name });
          }}
          onClose={() => setRemoving(false)}
        />
      )}
      <ActionConfirm action={removal} title={`Take ${title} away`} verb="Take away" />
    </>
  );
}
