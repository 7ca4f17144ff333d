import { useMemo, useState } from 'react';
import { resolveSelector } from '../../../shared/model/selector.ts';
import { type Environment, labelSchema, type Server } from '../../../shared/model/server.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Chip } from '../../ui/Chip.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { count } from '../../ui/format.ts';
import { Select } from '../../ui/Select.tsx';
import { environmentOptions } from './fleetView.ts';
import { labelsOf } from './serverForm.ts';
import { useUnsavedChanges } from './useUnsavedChanges.tsx';

interface LabelServersDialogProps {
  selector: string;
  servers: readonly Server[];
  onClose(): void;
  /** Files the servers. */
  label?: typeof client.servers.label;
}

const nothing = {
  ...{ environment: '' as Environment | '', tags: '', groups: '', roles: '' },
  ...{ removeTags: [] as readonly string[], removeGroups: [] as readonly string[], removeRoles: [] as readonly string[] },
};

/** Changes environment, tags and groups of several servers at once. */
export function LabelServersDialog({ selector, servers, onClose, label = client.servers.label }: LabelServersDialogProps) {
  const [form, setForm] = useState(nothing);
  const set = (changes: Partial<typeof nothing>) => setForm((before) => ({ ...before, ...changes }));
  const picked = useMemo(() => pick(selector, servers), [selector, servers]);
  const added = { tags: labelsOf(form.tags), groups: labelsOf(form.groups), roles: labelsOf(form.roles) };
  const isDirty =
    form.environment !== '' || [...added.tags, ...added.groups, ...added.roles, ...form.removeTags, ...form.removeGroups, ...form.removeRoles].length > 0;
  const wrong = (labels: readonly string[]) => labels.find((each) => !labelSchema.safeParse(each).success);
  const isRight = wrong([...added.tags, ...added.groups, ...added.roles]) === undefined;
  const unsaved = useUnsavedChanges(isDirty, `You changed environment, tags, groups or roles of ${count(picked.length, 'server')}.`);
  const file = useAction(label, () => {
    unsaved.release();
    onClose();
  });
  const submit = () => {
    if (!isDirty || !isRight) return;
    void file.run({
      selector,
      ...(form.environment === '' ? {} : { environment: form.environment }),
      ...{ addTags: added.tags, addGroups: added.groups, removeTags: [...form.removeTags], removeGroups: [...form.removeGroups] },
      ...{ addRoles: added.roles, removeRoles: [...form.removeRoles] },
    });
  };
  const labelField = (key: 'tags' | 'groups' | 'roles', title: string, placeholder: string) => {
    const bad = wrong(added[key]);
    return (
      <Field
        label={title}
        hint="Separated by spaces"
        error={bad === undefined ? null : `${bad}: letters, digits, ".", "_" and "-", starting with a letter or digit`}
        className="col-span-3"
      >
        {(field) => <Input {...field} value={form[key]} placeholder={placeholder} onChange={(event) => set({ [key]: event.target.value })} />}
      </Field>
    );
  };
  return (
    <>
      <Dialog
        open={!unsaved.isAsking && file.confirmation === null}
        onClose={onClose}
        onSubmit={submit}
        title={`Environment, tags and groups of ${count(picked.length, 'server')}`}
        description="What is not named here stays as it is. Connections go on."
        footer={
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" variant="primary" busy={file.busy} disabled={!isDirty || !isRight || picked.length === 0}>
              Change {count(picked.length, 'server')}
            </Button>
          </>
        }
      >
        {picked.length === 0 ? (
          <EmptyState title="No server is picked any more">They may have been renamed or removed. Pick them again in the fleet.</EmptyState>
        ) : (
          <div className="grid grid-cols-6 gap-x-3 gap-y-3 pb-2">
            <Field label="Environment" className="col-span-3" hint={environmentsHint(picked)}>
              {(field) => (
                <Select<Environment | ''>
                  {...field}
                  value={form.environment}
                  field
                  options={[{ value: '', label: 'leave as it is' }, ...environmentOptions]}
                  onChange={(environment) => set({ environment })}
                />
              )}
            </Field>
            {labelField('roles', 'Add roles', 'gpu lb our-own')}
            {labelField('groups', 'Put into groups', 'pool-a')}
            {labelField('tags', 'Add tags', 'a100 eu')}
            <TakeOff
              title="Take out of groups"
              servers={picked}
              of={(server) => server.groups}
              off={form.removeGroups}
              onChange={(removeGroups) => set({ removeGroups })}
            />
            <TakeOff
              title="Take off roles"
              servers={picked}
              of={(server) => server.roles ?? []}
              off={form.removeRoles}
              onChange={(removeRoles) => set({ removeRoles })}
            />
            <TakeOff title="Take off tags" servers={picked} of={(server) => server.tags} off={form.removeTags} onChange={(removeTags) => set({ removeTags })} />
            {file.error && (
              <div className="col-span-6">
                <ErrorPanel error={file.error} />
              </div>
            )}
          </div>
        )}
      </Dialog>
      {unsaved.question}
      <ActionConfirm action={file} title={`Change ${count(picked.length, 'server')}`} verb="Change" inlineError />
    </>
  );
}

interface TakeOffProps {
  title: string;
  servers: readonly Server[];
  of(server: Server): readonly string[];
  off: readonly string[];
  onChange(off: readonly string[]): void;
}

/** The labels in use among the servers, each to be marked for taking off. */
function TakeOff({ title, servers, of, off, onChange }: TakeOffProps) {
  const inUse = countBy(servers.flatMap(of));
  if (inUse.length === 0) return null;
  return (
    <fieldset className="col-span-6 min-w-0">
      <legend className="pb-1 text-sm font-medium text-muted">{title}</legend>
      <div className="flex max-h-28 flex-wrap gap-1.5 overflow-y-auto">
        {inUse.map(([name, number]) => {
          const isOff = off.includes(name);
          return (
            <Chip key={name} on={isOff} count={number} onClick={() => onChange(isOff ? off.filter((each) => each !== name) : [...off, name])}>
              <span className={isOff ? 'line-through' : undefined}>{name}</span>
            </Chip>
          );
        })}
      </div>
    </fieldset>
  );
}

function countBy(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
}

function environmentsHint(servers: readonly Server[]): string {
  return countBy(servers.map((server) => server.environment))
    .map(([name, number]) => `${number} in ${name}`)
    .join(', ');
}

/** Servers that a selector picks; none where it names one that has gone. */
function pick(selector: string, servers: readonly Server[]): Server[] {
  try {
    return resolveSelector(selector, servers);
  } catch {
    return [];
  }
}
