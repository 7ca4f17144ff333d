import type { Environment } from '../../../../shared/model/server.ts';
import type { StackDefinition } from '../../../../shared/model/stackDefinition.ts';
import { Checkbox } from '../../../ui/Checkbox.tsx';
import { formatMib } from '../../../ui/format.ts';
import { sumNeeds } from '../stackNeeds.ts';

interface ProfileFieldProps {
  stack: StackDefinition;
  /** Null: as each server's environment says. */
  chosen: readonly string[] | null;
  environments: readonly Environment[];
  parameters: Readonly<Record<string, string>>;
  onChange(chosen: string[] | null): void;
}

/** Which parts of a stack that can be left out are wanted: as the environments say, or chosen here. */
export function ProfileField({ stack, chosen, environments, parameters, onChange }: ProfileFieldProps) {
  const known = Object.keys(stack.environments) as Environment[];
  const asked = environments.length > 0 ? environments : known;
  const onIn = (name: string) => asked.filter((environment) => stack.environments[environment]?.profiles?.includes(name));
  const byEnvironment = chosen === null;
  const toggle = (name: string, on: boolean) => {
    const before = chosen ?? stack.profiles.flatMap((profile) => (onIn(profile.name).length === asked.length && asked.length > 0 ? [profile.name] : []));
    onChange(stack.profiles.map((profile) => profile.name).filter((each) => (each === name ? on : before.includes(each))));
  };
  return (
    <div className="flex flex-col">
      <Checkbox
        checked={byEnvironment}
        onChange={(on) => onChange(on ? null : stack.profiles.filter(({ name }) => onIn(name).length > 0).map(({ name }) => name))}
        className="px-2 py-1.5"
      >
        As each server’s environment says
      </Checkbox>
      {stack.profiles.map((profile) => {
        const services = stack.services.filter((service) => service.profiles?.includes(profile.name));
        const sum = sumNeeds(services, parameters);
        const there = onIn(profile.name);
        return (
          <div
            key={profile.name}
            className="grid grid-cols-[minmax(0,1.4fr)_minmax(160px,1fr)_minmax(120px,0.8fr)] items-start gap-x-4 border-b border-hairline px-2 py-1.5"
          >
            <Checkbox
              checked={byEnvironment ? there.length > 0 && there.length === asked.length : chosen.includes(profile.name)}
              indeterminate={byEnvironment && there.length > 0 && there.length < asked.length}
              onChange={(on) => toggle(profile.name, on)}
            >
              <span className="font-medium">{profile.title}</span> <code className="font-mono text-xs text-faint">{profile.name}</code>
              {profile.help && <span className="block text-sm text-muted">{profile.help}</span>}
            </Checkbox>
            <span className="text-sm text-muted">{services.map(({ title }) => title).join(', ')}</span>
            <span className="text-sm text-faint">
              {byEnvironment ? (there.length === 0 ? 'off' : there.length === asked.length ? 'on' : `on in ${there.join(', ')}`) : 'chosen here'}
              {sum.memoryMib > 0 && `, ${formatMib(sum.memoryMib)}`}
              {sum.vramMib > 0 && `, ${formatMib(sum.vramMib)} VRAM`}
            </span>
          </div>
        );
      })}
    </div>
  );
}
