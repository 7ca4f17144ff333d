import type { DeployPlan, PlannedResource } from '../../../../shared/contract/stackPlans.ts';
import { Section } from '../../../ui/PageHeader.tsx';
import { StateMark, type Tone } from '../../../ui/StateMark.tsx';

const resourceTones: Record<PlannedResource['effect'], Tone> = { create: 'good', keep: 'off', recreate: 'warn', differs: 'warn', left: 'info', remove: 'bad' };
const resourceWords: Record<PlannedResource['effect'], string> = {
  ...{ create: 'made', keep: 'kept', recreate: 'made anew', differs: 'stays otherwise', left: 'stays unused', remove: 'removed' },
};
const secretWords = { new: 'new', changed: 'changed', kept: 'kept', removed: 'removed' };

/** Values that change, and secrets by name only. */
export function PlanValues({ plan }: { plan: DeployPlan }) {
  const secrets = plan.secrets.filter(({ change }) => change !== 'kept');
  if (plan.parameters.length + secrets.length === 0) return null;
  return (
    <Section title="Values">
      <ul>
        {plan.parameters.map(({ name, from, to }) => (
          <li key={name} className="grid min-h-7 grid-cols-[minmax(120px,200px)_minmax(0,1fr)] items-center gap-3 border-b border-hairline px-2">
            <code className="truncate font-mono text-sm">{name}</code>
            <span className="min-w-0 truncate font-mono text-sm">
              <del className="text-bad no-underline">{from ?? 'none'}</del> <span className="text-faint">→</span>{' '}
              <ins className="text-good no-underline">{to ?? 'none'}</ins>
            </span>
          </li>
        ))}
        {secrets.map(({ name, change }) => (
          <li key={name} className="grid min-h-7 grid-cols-[minmax(120px,200px)_minmax(0,1fr)] items-center gap-3 border-b border-hairline px-2">
            <code className="truncate font-mono text-sm">{name}</code>
            <span className="text-muted">secret, {secretWords[change]}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Networks and volumes that do not stay as they are. */
export function PlanResources({ plan }: { plan: DeployPlan }) {
  const rows = [...plan.networks.map((each) => ({ ...each, kind: 'network' })), ...plan.volumes.map((each) => ({ ...each, kind: 'volume' }))].filter(
    ({ effect }) => effect !== 'keep',
  );
  if (rows.length === 0) return null;
  return (
    <Section title="Networks and volumes">
      <ul>
        {rows.map((row) => (
          <li
            key={`${row.kind} ${row.name}`}
            className="grid min-h-7 grid-cols-[minmax(120px,200px)_130px_minmax(0,1fr)] items-center gap-3 border-b border-hairline px-2"
          >
            <span className="truncate">
              <span className="text-faint">{row.kind}</span> {row.name}
            </span>
            <StateMark tone={resourceTones[row.effect]}>{resourceWords[row.effect]}</StateMark>
            <span className="text-muted">{row.why}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** What differs on the server from its release, and will be taken back. */
export function PlanDrift({ plan }: { plan: DeployPlan }) {
  if (plan.drift.length === 0) return null;
  return (
    <Section title="Changed on the server by hand" aside="a deploy takes it back, unless it is adopted first">
      <ul>
        {plan.drift.map((item) => (
          <li key={item.id} className="grid min-h-7 grid-cols-[minmax(0,1fr)_auto] items-center gap-3 border-b border-hairline px-2 py-1">
            <span className="min-w-0">
              <StateMark tone="warn" className="max-w-full">
                {item.said}
              </StateMark>
            </span>
            <span className="max-w-[36ch] truncate font-mono text-xs text-muted">
              {item.live ?? 'not there'} <span className="text-faint">→</span> {item.desired ?? 'not there'}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
