import type { Environment } from '../../../shared/model/server.ts';
import type { StackDefinition } from '../../../shared/model/stackDefinition.ts';
import { Badge } from '../../ui/Badge.tsx';
import { cx } from '../../ui/cx.ts';
import { Section } from '../../ui/PageHeader.tsx';
import { PlainTable } from '../../ui/PlainTable.tsx';
import { Mark } from '../../ui/StateMark.tsx';

const environments: readonly Environment[] = ['development', 'staging', 'production'];

function Value({ value, differs }: { value: string | undefined; differs: boolean }) {
  if (value === undefined) return <span className="text-warn">needed</span>;
  if (value === '') return <span className="text-faint">empty</span>;
  return <code className={cx('block truncate font-mono text-sm', differs ? 'text-text' : 'text-faint')}>{value}</code>;
}

/** What can be set: parameters with their values in each environment side by side, profiles, secrets. */
export function StackValuesTab({ stack }: { stack: StackDefinition }) {
  const used = environments.filter((name) => stack.environments[name] !== undefined);
  const profilesOf = (name: Environment) => new Set(stack.environments[name]?.profiles ?? []);
  return (
    <div className="flex flex-col gap-6">
      <Section title="Parameters" aside={used.length > 0 ? 'what differs from the default stands out' : undefined}>
        <PlainTable
          label="Parameters"
          rows={stack.parameters}
          rowKey={(parameter) => parameter.name}
          columns={[
            {
              ...{ id: 'parameter', title: 'Parameter' },
              cell: (parameter) => (
                <>
                  <span className="font-medium">{parameter.title}</span> <code className="font-mono text-xs text-faint">{parameter.name}</code>
                  {parameter.help && <span className="block text-sm text-muted">{parameter.help}</span>}
                </>
              ),
            },
            { id: 'default', title: 'Default', width: used.length > 0 ? '15%' : '32%', cell: (parameter) => <Value value={parameter.default} differs /> },
            ...used.map((name) => ({
              ...{ id: name, title: name, width: '13%' },
              cell: (parameter: StackDefinition['parameters'][number]) => {
                const own = stack.environments[name]?.parameters[parameter.name];
                return <Value value={own ?? parameter.default} differs={own !== undefined && own !== parameter.default} />;
              },
            })),
          ]}
        />
      </Section>
      {stack.profiles.length > 0 && (
        <Section title="Profiles">
          <PlainTable
            label="Profiles"
            rows={stack.profiles}
            rowKey={(profile) => profile.name}
            columns={[
              {
                ...{ id: 'profile', title: 'Profile' },
                cell: (profile) => (
                  <>
                    <span className="font-medium">{profile.title}</span> <code className="font-mono text-xs text-faint">{profile.name}</code>
                    {profile.help && <span className="block text-sm text-muted">{profile.help}</span>}
                  </>
                ),
              },
              {
                ...{ id: 'services', title: 'Turns on', width: '28%' },
                cell: (profile) => (
                  <span className="text-muted">
                    {stack.services
                      .filter((service) => service.profiles?.includes(profile.name))
                      .map(({ title }) => title)
                      .join(', ')}
                  </span>
                ),
              },
              ...used.map((name) => ({
                ...{ id: name, title: name, width: '13%' },
                cell: (profile: StackDefinition['profiles'][number]) =>
                  profilesOf(name).has(profile.name) ? (
                    <span className="flex items-center gap-1.5">
                      <Mark tone="good" size={9} /> on
                    </span>
                  ) : (
                    <span className="text-faint">off</span>
                  ),
              })),
            ]}
          />
        </Section>
      )}
      {stack.secrets.length > 0 && (
        <Section title="Secrets" aside="sealed on this computer; delivered with least rights">
          <PlainTable
            label="Secrets"
            rows={stack.secrets}
            rowKey={(secret) => secret.name}
            columns={[
              {
                ...{ id: 'secret', title: 'Secret' },
                cell: (secret) => (
                  <>
                    <span className="font-medium">{secret.title}</span> <code className="block font-mono text-xs text-faint">{secret.name}</code>
                  </>
                ),
              },
              { id: 'used', title: 'Used by', width: '34%', cell: (secret) => <span className="text-muted">{secret.usedBy.join(', ') || 'not said'}</span> },
              {
                ...{ id: 'made', title: 'Without a value', width: '150px' },
                cell: (secret) => (secret.given ? <Badge tone="warn">stays empty</Badge> : <span className="text-muted">generated</span>),
              },
            ]}
          />
        </Section>
      )}
    </div>
  );
}
