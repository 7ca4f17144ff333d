import { type ReactNode, useId } from 'react';
import type { Auth, Environment, Sudo } from '../../../shared/model/server.ts';
import { Field, Input } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { environmentOptions } from './fleetView.ts';
import { labelsOf, type ServerForm } from './serverForm.ts';
import type { ServerFormState } from './useServerForm.ts';

interface ServerFormFieldsProps {
  state: ServerFormState;
  /** Names of servers that it can be reached through. */
  jumps: readonly string[];
  /** Secrets that may be kept for the server already: empty fields leave them. */
  keepsSecrets?: boolean;
  /** Said right below the address. */
  aboutAddress?: ReactNode;
  /** Further fields. */
  details?: ReactNode;
  /** Below all fields. */
  children?: ReactNode;
}

/** The fields of a server, for a new one and for one that is there. */
export function ServerFormFields({ state, jumps, keepsSecrets = false, aboutAddress, details, children }: ServerFormFieldsProps) {
  const { form, set, problems } = state;
  const jumpList = useId();
  const sealed = keepsSecrets ? 'Empty: the one that is kept stays' : 'Sealed on this computer, never shown';
  const text = (key: TextKey, label: string, span: string, more: { hint?: string | undefined; mono?: boolean; placeholder?: string; list?: string } = {}) => (
    <Field label={label} className={span} hint={more.hint} error={problems[key] ?? null}>
      {(field) => (
        <Input
          {...field}
          name={key}
          onBlur={state.onBlur}
          value={form[key]}
          list={more.list}
          className={more.mono ? 'font-mono' : undefined}
          placeholder={more.placeholder}
          onChange={(event) => set({ [key]: event.target.value })}
        />
      )}
    </Field>
  );
  const secret = (key: 'password' | 'passphrase' | 'sudoPassword', label: string, hint: string) => (
    <Field label={label} hint={hint} className="col-span-3">
      {(field) => <Input {...field} type="password" autoComplete="new-password" value={form[key]} onChange={(event) => set({ [key]: event.target.value })} />}
    </Field>
  );
  return (
    <div ref={state.fields} className="grid grid-cols-6 gap-x-3 gap-y-3 pb-2">
      <Field label="Name" hint="What you call it here" error={problems.name ?? null} className="col-span-3">
        {(field) => (
          <Input
            {...field}
            name="name"
            onBlur={state.onBlur}
            autoFocus
            value={form.name}
            placeholder="gpu-eu-01"
            onChange={(event) => set({ name: event.target.value })}
          />
        )}
      </Field>
      <Field label="Environment" className="col-span-3" hint={form.environment === 'production' ? 'Changes will ask for its name' : undefined}>
        {(field) => (
          <Select<Environment> {...field} value={form.environment} field options={environmentOptions} onChange={(environment) => set({ environment })} />
        )}
      </Field>
      {text('host', 'Host name or IP address', 'col-span-3', { mono: true, placeholder: '203.0.113.10' })}
      {text('port', 'Port', 'col-span-1', { mono: true })}
      {text('user', 'Login', 'col-span-2', { mono: true, placeholder: 'ubuntu' })}
      {aboutAddress && <div className="col-span-6">{aboutAddress}</div>}
      <Field label="Proves itself with" className="col-span-3">
        {(field) => <Select<Auth['kind']> {...field} value={form.auth} field options={authOptions} onChange={(auth) => set({ auth })} />}
      </Field>
      {form.auth === 'key' && text('keyPath', 'Key file', 'col-span-3', { mono: true, placeholder: '~/.ssh/id_ed25519' })}
      {form.auth === 'password' && secret('password', 'Password', sealed)}
      {form.auth === 'interactive' && secret('password', 'Password', keepsSecrets ? sealed : 'Where it asks for one beside the code')}
      {form.auth === 'agent' && <div className="col-span-3" />}
      {form.auth === 'key' && secret('passphrase', 'Passphrase', keepsSecrets ? sealed : 'Where the key has one')}
      <Field label="Becomes root" className="col-span-3">
        {(field) => <Select<Sudo> {...field} value={form.sudo} field options={sudoOptions} onChange={(sudo) => set({ sudo })} />}
      </Field>
      {form.sudo === 'password' && secret('sudoPassword', 'Password for sudo', sealed)}
      {text('jump', 'Through', 'col-span-3', { hint: 'A server of the inventory, as a jump host', placeholder: 'none', list: jumpList })}
      <datalist id={jumpList}>
        {jumps.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {text('tags', 'Tags', 'col-span-3', { hint: 'Separated by spaces', placeholder: 'a100 eu' })}
      {text('groups', 'Groups', 'col-span-3', { hint: groupsHint(form), placeholder: 'pool-a' })}
      {details}
      {children && (
        <div ref={(element) => element?.scrollIntoView({ block: 'nearest' })} className="col-span-6">
          {children}
        </div>
      )}
    </div>
  );
}

type TextKey = 'name' | 'host' | 'port' | 'user' | 'keyPath' | 'jump' | 'tags' | 'groups';

const authOptions = [
  { value: 'agent', label: 'the SSH agent' },
  { value: 'key', label: 'a key file' },
  { value: 'password', label: 'a password' },
  { value: 'interactive', label: 'answers of yours, at every login' },
] as const;

const sudoOptions = [
  { value: 'nopasswd', label: 'without a password' },
  { value: 'password', label: 'with a password' },
  { value: 'none', label: 'not at all' },
] as const;

function groupsHint({ groups }: ServerForm): string {
  const selectors = labelsOf(groups).map((group) => `group:${group}`);
  return selectors.length > 0 ? selectors.join(' ') : 'Separated by spaces';
}
