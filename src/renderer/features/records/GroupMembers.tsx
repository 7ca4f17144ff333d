import { Link } from '@tanstack/react-router';
import { Undo2, X } from 'lucide-react';
import { useMemo } from 'react';
import { AppError } from '../../../shared/errors.ts';
import { type Group, groupKinds, type MemberPart } from '../../../shared/model/group.ts';
import { resolveSelector } from '../../../shared/model/selector.ts';
import type { Server } from '../../../shared/model/server.ts';
import { Field, Input } from '../../ui/Field.tsx';
import { count } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Select } from '../../ui/Select.tsx';
import type { GroupForm } from './groupForm.ts';

interface GroupMembersProps {
  form: GroupForm;
  set(changes: Partial<GroupForm>): void;
  opened: Group | null;
  servers: readonly Server[];
  problem: string | null;
}

/** Who is in a group, what each does, and who joins it. */
export function GroupMembers({ form, set, opened, servers, problem }: GroupMembersProps) {
  const members = opened?.members ?? [];
  const { parts } = groupKinds[form.kind];
  const joining = useMemo(() => joiningServers(form.add, servers), [form.add, servers]);
  const change = (name: string, changes: Partial<GroupForm['parts'][string]>) =>
    set({ parts: { ...form.parts, [name]: { part: '', weight: '', ...form.parts[name], ...changes } } });
  return (
    <div className="col-span-6 flex flex-col gap-2">
      {members.length > 0 && (
        <table className="w-full table-fixed text-left">
          <thead className="text-xs text-faint">
            <tr className="border-b border-line [&>th]:py-1 [&>th]:pr-2 [&>th]:font-normal">
              <th>Server</th>
              <th className="w-28">Environment</th>
              <th className="w-28">Location</th>
              {parts.length > 0 && <th className="w-32">Part</th>}
              {form.kind === 'pool' && <th className="w-20">Weight</th>}
              <th className="w-8" aria-label="Actions" />
            </tr>
          </thead>
          <tbody>
            {members.map(({ serverId, name, environment, location }) => {
              const isOff = form.drop.includes(name);
              const said = form.parts[name] ?? { part: '', weight: '' };
              return (
                <tr key={serverId} className="h-9 border-b border-hairline [&>td]:pr-2">
                  <td className="truncate">
                    <Link
                      to="/servers/$name/$tab"
                      params={{ name, tab: 'overview' }}
                      className={isOff ? 'text-faint line-through' : 'font-semibold hover:underline'}
                    >
                      {name}
                    </Link>
                  </td>
                  <td className="text-muted">{environment}</td>
                  <td className="truncate text-muted">{location ?? '—'}</td>
                  {parts.length > 0 && (
                    <td>
                      <Select<MemberPart | ''>
                        label={`Part of ${name}`}
                        value={said.part !== '' && parts.includes(said.part) ? said.part : ''}
                        disabled={isOff}
                        options={[{ value: '', label: 'not said' }, ...parts.map((value) => ({ value, label: value }))]}
                        onChange={(part) => change(name, { part })}
                        className="w-full"
                      />
                    </td>
                  )}
                  {form.kind === 'pool' && (
                    <td>
                      <Input
                        aria-label={`Weight of ${name}`}
                        inputMode="numeric"
                        value={said.weight}
                        disabled={isOff}
                        onChange={(event) => change(name, { weight: event.target.value.trim() })}
                        className="h-[26px] text-right tabular-nums"
                      />
                    </td>
                  )}
                  <td>
                    <IconButton
                      icon={isOff ? Undo2 : X}
                      size="small"
                      label={isOff ? `Leave ${name} in` : `Take ${name} out`}
                      onClick={() => set({ drop: isOff ? form.drop.filter((each) => each !== name) : [...form.drop, name] })}
                    />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {problem && <p className="text-sm text-bad">{problem}</p>}
      <Field label="Put servers in" hint={joining.words} error={joining.problem} className="max-w-[26rem]">
        {(field) => (
          <Input {...field} value={form.add} className="font-mono" placeholder="gpu-eu-* role:gpu" onChange={(event) => set({ add: event.target.value })} />
        )}
      </Field>
    </div>
  );
}

function joiningServers(selector: string, servers: readonly Server[]): { words: string; problem: string | null } {
  if (selector.trim() === '') return { words: 'Names with *, env:, tag:, role:. A space means and, a comma or, ! not.', problem: null };
  try {
    const picked = resolveSelector(selector, servers).map(({ name }) => name);
    const names = picked.slice(0, 4).join(', ');
    return { words: `${count(picked.length, 'server')}: ${names}${picked.length > 4 ? ' …' : ''}`, problem: null };
  } catch (error) {
    return { words: '', problem: AppError.is(error, 'selector.invalid') ? error.data.problem : 'No server is picked by this' };
  }
}
