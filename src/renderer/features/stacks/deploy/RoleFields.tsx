import { errorWording } from '../../../../shared/errorWording.ts';
import type { StackDefinition } from '../../../../shared/model/stackDefinition.ts';
import { Field, Input } from '../../../ui/Field.tsx';
import { count, formatMib } from '../../../ui/format.ts';
import { Section } from '../../../ui/PageHeader.tsx';
import { useTargets } from '../../targets/useTargets.ts';
import { defaultsOf, sumNeeds } from '../stackNeeds.ts';

type Role = StackDefinition['roles'][number];

/** Why the servers of a role will not do; null when they will. */
export function roleProblem(role: Role, servers: number): string | null {
  if (servers === 0) return 'needs a server';
  return role.maxServers !== undefined && servers > role.maxServers ? `${count(role.maxServers, 'server')} at most` : null;
}

function RoleField({ stack, role, selector, onChange }: { stack: StackDefinition; role: Role; selector: string; onChange(selector: string): void }) {
  const targets = useTargets(selector);
  const services = stack.services.filter((service) => (service.role ?? stack.roles[0]?.id) === role.id);
  const sum = sumNeeds(services, defaultsOf(stack));
  const takes = [
    sum.cores > 0 && count(Number(sum.cores.toFixed(2)), 'core'),
    sum.memoryMib > 0 && `${formatMib(sum.memoryMib)} memory`,
    sum.vramMib > 0 && `${formatMib(sum.vramMib)} VRAM`,
    sum.diskMib > 0 && `${formatMib(sum.diskMib)} disk`,
  ].filter((part) => part !== false);
  const problem = selector === '' ? null : roleProblem(role, targets.rows.length);
  return (
    <li className="grid grid-cols-[minmax(0,1.2fr)_minmax(220px,1fr)] items-start gap-x-6 border-b border-hairline px-2 py-2.5">
      <div className="min-w-0">
        <p>
          <span className="font-medium">{role.title}</span> <code className="font-mono text-xs text-faint">{role.id}</code>
        </p>
        <p className="text-sm text-muted">{services.map(({ title }) => title).join(', ')}</p>
        {takes.length > 0 && <p className="text-sm text-faint">{takes.join(' · ')}</p>}
      </div>
      <Field
        label={`Servers for ${role.title}`}
        hint={
          targets.rows.length > 0
            ? targets.rows.map((row) => row.server.name).join(', ')
            : role.maxServers === undefined
              ? 'one or more'
              : `${count(role.maxServers, 'server')} at most`
        }
        error={targets.error ? errorWording(targets.error).sentence : problem}
      >
        {(field) => <Input {...field} className="font-mono" value={selector} placeholder="gpu-eu-01" onChange={(event) => onChange(event.target.value)} />}
      </Field>
    </li>
  );
}

/** The servers of each role of a stack. */
export function RoleFields({
  stack,
  roles,
  onChange,
}: {
  stack: StackDefinition;
  roles: Readonly<Record<string, string>>;
  onChange(roles: Record<string, string>): void;
}) {
  return (
    <Section title="Where to" aside="in this order; what runs elsewhere is reached over the private network">
      <ul aria-label="Roles">
        {stack.roles.map((role) => (
          <RoleField
            key={role.id}
            stack={stack}
            role={role}
            selector={roles[role.id] ?? ''}
            onChange={(selector) => onChange({ ...roles, [role.id]: selector })}
          />
        ))}
      </ul>
    </Section>
  );
}
