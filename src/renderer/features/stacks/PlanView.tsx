import type { z } from 'zod';
import type { deployPlanSchema } from '../../../shared/contract/stacks.ts';
import { Badge } from '../../ui/Badge.tsx';
import { count } from '../../ui/format.ts';
import { Section } from '../../ui/PageHeader.tsx';
import { StateMark } from '../../ui/StateMark.tsx';

/** What a deploy would do on one server. */
export type DeployPlan = z.infer<typeof deployPlanSchema>;
type Effect = DeployPlan['services'][number]['effect'];

const effects: Record<Effect, { word: string; tone: 'neutral' | 'good' | 'warn' | 'bad' }> = {
  create: { word: 'made', tone: 'good' },
  recreate: { word: 'made anew', tone: 'warn' },
  keep: { word: 'kept', tone: 'neutral' },
  remove: { word: 'removed', tone: 'bad' },
};

/** How many services of a plan have each effect, as a sentence. */
export function planSummary(plan: DeployPlan): string {
  const parts = (['recreate', 'create', 'remove', 'keep'] as const).flatMap((effect) => {
    const number = plan.services.filter((service) => service.effect === effect).length;
    return number === 0 ? [] : [`${number} ${effects[effect].word}`];
  });
  return parts.join(', ') || 'nothing changes';
}

/** What will happen on each server, why, what is missing, and what could not be found out. */
export function PlanView({ plans }: { plans: readonly DeployPlan[] }) {
  const restarts = plans.reduce((sum, plan) => sum + plan.services.filter((service) => service.effect === 'recreate').length, 0);
  const refused = plans.filter((plan) => plan.shortfalls.length > 0).length;
  return (
    <>
      <p>
        <b className="font-semibold">{count(plans.length, 'server')}</b>:{' '}
        {restarts === 0 ? 'no container restarts' : `${count(restarts, 'container')} made anew`}
        {refused > 0 && <span className="text-bad">, {count(refused, 'server')} cannot take it</span>}.
      </p>
      {plans.map((plan) => (
        <Section
          key={plan.serverName}
          title={plan.serverName}
          aside={
            <span className="font-mono">
              {plan.from ?? 'new'} → {plan.release}
            </span>
          }
        >
          <p className="py-1 text-muted">{planSummary(plan)}</p>
          {plan.shortfalls.map((shortfall) => (
            <p key={shortfall} className="py-0.5">
              <StateMark tone="bad">{shortfall}</StateMark>
            </p>
          ))}
          {plan.unknowns.map((unknown) => (
            <p key={unknown} className="py-0.5">
              <StateMark tone="unknown">Could not be found out: {unknown}</StateMark>
            </p>
          ))}
          <ul>
            {plan.services
              .filter((service) => service.effect !== 'keep')
              .map((service) => (
                <li key={service.name} className="grid h-8 grid-cols-[minmax(110px,180px)_96px_minmax(0,1fr)] items-center gap-3 border-b border-hairline px-1">
                  <span className="truncate font-medium">{service.name}</span>
                  <span>
                    <Badge tone={effects[service.effect].tone}>{effects[service.effect].word}</Badge>
                  </span>
                  <span className="truncate text-muted" title={service.why}>
                    {service.why}
                  </span>
                </li>
              ))}
          </ul>
        </Section>
      ))}
    </>
  );
}
