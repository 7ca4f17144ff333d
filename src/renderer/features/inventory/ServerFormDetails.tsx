import { type ReactNode, useState } from 'react';
import { gpuWords, leadingPrice } from '../../../shared/model/instanceFilter.ts';
import type { InstanceType } from '../../../shared/model/instanceType.ts';
import { formatCost } from '../../../shared/model/money.ts';
import { commonRoles } from '../../../shared/model/serverRole.ts';
import { Chip } from '../../ui/Chip.tsx';
import { Disclosure } from '../../ui/Disclosure.tsx';
import { Field, Input, Textarea } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { planOfType } from './recordForm.ts';
import { labelsOf, type ServerForm } from './serverForm.ts';
import type { ServerFormState } from './useServerForm.ts';

type TextKey = { [K in keyof ServerForm]: ServerForm[K] extends string ? K : never }[keyof ServerForm];
type More = { hint?: string | undefined; mono?: boolean; placeholder?: string; type?: string; lines?: number };

const recordKeys = ['roles', 'provider', 'plan', 'location', 'publicAddress', 'privateAddress', 'owner', 'cost', 'purchasedOn', 'renewsOn', 'notes'] as const;
const wayKeys = ['otherKeys', 'certificate', 'transport', 'proxyCommand', 'hostKeyAlias'] as const;

/** What is kept about a server, and the rarer ways to reach it; each folded away until it is wanted or something in it is wrong. */
export function ServerFormDetails({ state, types }: { state: ServerFormState; types: readonly InstanceType[] }) {
  const { form, problems } = state;
  const [open, setOpen] = useState({ record: false, way: false });
  const isWrong = (keys: readonly (keyof ServerForm)[]) => keys.some((key) => problems[key] !== undefined);
  return (
    <>
      <Disclosure
        title="Record"
        aside={[form.provider, form.plan, form.owner, form.cost].filter(Boolean).join(' · ') || 'provider, owner, cost, roles, notes'}
        open={open.record || isWrong(recordKeys)}
        onChange={(record) => setOpen((before) => ({ ...before, record }))}
        className="col-span-6"
      >
        <RecordFields state={state} types={types} />
      </Disclosure>
      <Disclosure
        title="More ways to reach it"
        aside={form.proxyCommand || (form.transport === 'system' ? "this computer's ssh" : 'further keys, certificate, SSH client, proxy command')}
        open={open.way || isWrong(wayKeys)}
        onChange={(way) => setOpen((before) => ({ ...before, way }))}
        className="col-span-6"
      >
        <WayFields state={state} />
      </Disclosure>
    </>
  );
}

function text(state: ServerFormState, key: TextKey, label: string, span: string, more: More = {}): ReactNode {
  const { form, set, problems, onBlur } = state;
  const common = { name: key, value: form[key], placeholder: more.placeholder, className: more.mono ? 'font-mono' : undefined };
  return (
    <Field label={label} className={span} hint={more.hint} error={problems[key] ?? null}>
      {(field) =>
        more.lines ? (
          <Textarea {...field} {...common} rows={more.lines} onBlur={onBlur} onChange={(event) => set({ [key]: event.target.value })} />
        ) : (
          <Input {...field} {...common} type={more.type ?? 'text'} onBlur={onBlur} onChange={(event) => set({ [key]: event.target.value })} />
        )
      }
    </Field>
  );
}

function RecordFields({ state, types }: { state: ServerFormState; types: readonly InstanceType[] }) {
  const { form, set } = state;
  const roles = labelsOf(form.roles);
  const toggle = (role: string) => set({ roles: (roles.includes(role) ? roles.filter((each) => each !== role) : [...roles, role]).join(' ') });
  return (
    <div className="grid grid-cols-6 gap-x-3 gap-y-3 py-3">
      <fieldset className="col-span-6 min-w-0">
        <legend className="pb-1 text-sm font-medium text-muted">What it does</legend>
        <div className="flex flex-wrap gap-1.5">
          {commonRoles.map(({ id, title }) => (
            <Chip key={id} on={roles.includes(id)} onClick={() => toggle(id)}>
              {title}
            </Chip>
          ))}
        </div>
      </fieldset>
      {text(state, 'roles', 'Roles', 'col-span-3', { hint: rolesHint(roles), placeholder: 'gpu our-own-word', mono: true })}
      {types.length > 0 && (
        <Field label="Take from the catalogue" className="col-span-3" hint="Fills provider, plan and cost">
          {(field) => (
            <Select
              {...field}
              field
              value=""
              options={[{ value: '', label: 'choose an instance type' }, ...types.map((type) => ({ value: type.id, label: type.id, hint: about(type) }))]}
              onChange={(id) => set(planOfType(types.find((type) => type.id === id)))}
            />
          )}
        </Field>
      )}
      {text(state, 'provider', 'Provider', 'col-span-2', { placeholder: 'Hetzner' })}
      {text(state, 'plan', 'Plan', 'col-span-2', { placeholder: 'AX102' })}
      {text(state, 'location', 'Location', 'col-span-2', { placeholder: 'fsn1, rack 4' })}
      {text(state, 'publicAddress', 'Public address', 'col-span-3', { mono: true })}
      {text(state, 'privateAddress', 'Private address', 'col-span-3', { mono: true })}
      {text(state, 'owner', 'Owner', 'col-span-3', { hint: 'Person or team that answers for it' })}
      {text(state, 'cost', 'Cost', 'col-span-3', { hint: 'By hour, month or year', placeholder: '1.62 USD/hour' })}
      {text(state, 'purchasedOn', 'Ordered on', 'col-span-3', { type: 'date' })}
      {text(state, 'renewsOn', 'Renews or ends on', 'col-span-3', { type: 'date' })}
      {text(state, 'notes', 'Notes', 'col-span-6', { lines: 3 })}
    </div>
  );
}

function WayFields({ state }: { state: ServerFormState }) {
  const { form, set } = state;
  return (
    <div className="grid grid-cols-6 gap-x-3 gap-y-3 py-3">
      {form.auth === 'key' &&
        text(state, 'otherKeys', 'Further keys', 'col-span-3', { hint: 'One path on each line, tried in this order', mono: true, lines: 2 })}
      {form.auth === 'key' && text(state, 'certificate', 'Certificate', 'col-span-3', { hint: 'Empty: the one beside the key, if any', mono: true })}
      <Field label="SSH client" className="col-span-3" hint={form.proxyCommand.trim() ? 'A proxy command is run by this computer’s ssh' : undefined}>
        {(field) => <Select<ServerForm['transport']> {...field} field value={form.transport} options={clients} onChange={(transport) => set({ transport })} />}
      </Field>
      {text(state, 'hostKeyAlias', 'Host key alias', 'col-span-3', { hint: 'Name under which known_hosts knows it', mono: true })}
      {text(state, 'proxyCommand', 'Proxy command', 'col-span-6', {
        hint: 'A program of this computer whose streams reach it; not beside “Through”',
        mono: true,
        placeholder: 'cloudflared access ssh --hostname %h',
      })}
    </div>
  );
}

const clients = [
  { value: 'built-in', label: 'built in' },
  { value: 'system', label: "this computer's ssh" },
] as const;

function about(type: InstanceType): string {
  const price = leadingPrice(type);
  return [gpuWords(type), price === null ? '' : formatCost(price)].filter(Boolean).join(', ');
}

function rolesHint(roles: readonly string[]): string {
  return roles.length > 0 ? roles.map((role) => `role:${role}`).join(' ') : 'Words of your own too, separated by spaces';
}
