import { useState } from 'react';
import type { Auth, Environment, Sudo } from '../../../shared/model/server.ts';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { isComplete, labelsOf, type ServerForm, startOfForm, toServerFields } from './serverForm.ts';

/** Asks for a server; once it is added its host key is shown to be confirmed. */
export function AddServerDialog({ onClose, onTrust }: { onClose(): void; onTrust(name: string): void }) {
  const [form, setForm] = useState<ServerForm>(startOfForm);
  const add = useAction(client.servers.add, ({ server }) => onTrust(server.name));
  const set = (changes: Partial<ServerForm>) => setForm((before) => ({ ...before, ...changes }));
  const submit = () => {
    if (!isComplete(form)) return;
    const credentials = {
      ...(form.auth === 'password' && form.password ? { password: form.password } : {}),
      ...(form.auth === 'key' && form.passphrase ? { passphrase: form.passphrase } : {}),
      ...(form.sudo === 'password' && form.sudoPassword ? { sudoPassword: form.sudoPassword } : {}),
    };
    void add.run({ fields: toServerFields(form), ...(Object.keys(credentials).length > 0 ? { credentials } : {}) });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={submit}
      title="Add a server"
      description="Nothing is installed on it. No login is made before you have confirmed its host key."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={add.busy} disabled={!isComplete(form)}>
            Add and show host key
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-6 gap-x-3 gap-y-3 pb-2">
        <Field label="Name" hint="What you call it here" className="col-span-3">
          {(field) => <Input {...field} autoFocus value={form.name} placeholder="gpu-eu-01" onChange={(event) => set({ name: event.target.value })} />}
        </Field>
        <Field label="Environment" className="col-span-3" hint={form.environment === 'production' ? 'Changes will ask for its name' : undefined}>
          {(field) => (
            <Select<Environment>
              {...field}
              value={form.environment}
              field
              options={[
                { value: 'development', label: 'development' },
                { value: 'staging', label: 'staging' },
                { value: 'production', label: 'production' },
              ]}
              onChange={(environment) => set({ environment })}
            />
          )}
        </Field>
        <Field label="Host name or IP address" className="col-span-3">
          {(field) => (
            <Input {...field} value={form.host} className="font-mono" placeholder="203.0.113.10" onChange={(event) => set({ host: event.target.value })} />
          )}
        </Field>
        <Field label="Port" className="col-span-1">
          {(field) => <Input {...field} inputMode="numeric" value={form.port} className="font-mono" onChange={(event) => set({ port: event.target.value })} />}
        </Field>
        <Field label="Login" className="col-span-2">
          {(field) => <Input {...field} value={form.user} className="font-mono" placeholder="ubuntu" onChange={(event) => set({ user: event.target.value })} />}
        </Field>
        <Field label="Proves itself with" className="col-span-3">
          {(field) => (
            <Select<Auth['kind']>
              {...field}
              value={form.auth}
              field
              options={[
                { value: 'agent', label: 'the SSH agent' },
                { value: 'key', label: 'a key file' },
                { value: 'password', label: 'a password' },
              ]}
              onChange={(auth) => set({ auth })}
            />
          )}
        </Field>
        {form.auth === 'key' && (
          <Field label="Key file" className="col-span-3">
            {(field) => (
              <Input
                {...field}
                value={form.keyPath}
                className="font-mono"
                placeholder="~/.ssh/id_ed25519"
                onChange={(event) => set({ keyPath: event.target.value })}
              />
            )}
          </Field>
        )}
        {form.auth === 'password' && (
          <Field label="Password" hint="Sealed on this computer, never shown" className="col-span-3">
            {(field) => <Input {...field} type="password" value={form.password} onChange={(event) => set({ password: event.target.value })} />}
          </Field>
        )}
        {form.auth === 'agent' && <div className="col-span-3" />}
        {form.auth === 'key' && (
          <Field label="Passphrase" hint="Where the key has one" className="col-span-3">
            {(field) => <Input {...field} type="password" value={form.passphrase} onChange={(event) => set({ passphrase: event.target.value })} />}
          </Field>
        )}
        <Field label="Becomes root" className="col-span-3">
          {(field) => (
            <Select<Sudo>
              {...field}
              value={form.sudo}
              field
              options={[
                { value: 'nopasswd', label: 'without a password' },
                { value: 'password', label: 'with a password' },
                { value: 'none', label: 'not at all' },
              ]}
              onChange={(sudo) => set({ sudo })}
            />
          )}
        </Field>
        {form.sudo === 'password' && (
          <Field label="Password for sudo" hint="Sealed on this computer, never shown" className="col-span-3">
            {(field) => <Input {...field} type="password" value={form.sudoPassword} onChange={(event) => set({ sudoPassword: event.target.value })} />}
          </Field>
        )}
        <Field label="Through" hint="A server of the inventory, as a jump host" className="col-span-3">
          {(field) => <Input {...field} value={form.jump} placeholder="none" onChange={(event) => set({ jump: event.target.value })} />}
        </Field>
        <Field label="Tags" hint="Separated by spaces" className="col-span-3">
          {(field) => <Input {...field} value={form.tags} placeholder="a100 eu" onChange={(event) => set({ tags: event.target.value })} />}
        </Field>
        <Field
          label="Groups"
          hint={
            labelsOf(form.groups).length > 0
              ? labelsOf(form.groups)
                  .map((group) => `group:${group}`)
                  .join(' ')
              : 'Separated by spaces'
          }
          className="col-span-3"
        >
          {(field) => <Input {...field} value={form.groups} placeholder="pool-a" onChange={(event) => set({ groups: event.target.value })} />}
        </Field>
        {add.error && (
          <div className="col-span-6">
            <ErrorPanel error={add.error} />
          </div>
        )}
      </div>
    </Dialog>
  );
}
