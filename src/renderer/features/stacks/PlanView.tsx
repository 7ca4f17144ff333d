import type { DeployPlan } from '../../../shared/contract/stackPlans.ts';
import { cx } from '../../ui/cx.ts';
import { count, formatBytes } from '../../ui/format.ts';
import { Section } from '../../ui/PageHeader.tsx';
import { Mark, StateMark } from '../../ui/StateMark.tsx';
import { PlanFiles } from './deploy/PlanFiles.tsx';
import { PlanFindings } from './deploy/PlanFindings.tsx';
import { PlanPulls, pullsShown } from './deploy/PlanPulls.tsx';
import { PlanDrift, PlanResources, PlanValues } from './deploy/PlanRest.tsx';
import { PlanServices } from './deploy/PlanServices.tsx';
import { downtimeSaid, effectsSaid, planStanding, planTotals, totalsSaid } from './deploy/planRules.ts';

const tones = { bad: 'bad', warn: 'warn', plain: 'off' } as const;

/** What a deploy would do on one server: what is in its way first, then services, files, images and the rest. */
function ServerPlan({ plan, accepted, onAccept }: { plan: DeployPlan } & Pick<PlanViewProps, 'accepted' | 'onAccept'>) {
  return (
    <div className="flex min-w-0 flex-col gap-5">
      <div>
        <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
          <h2 className="text-lg font-semibold tracking-[-0.01em]">{plan.serverName}</h2>
          <span className="font-mono text-sm text-muted">
            {plan.from ?? 'new'} → {plan.release}
          </span>
          <span className="text-muted">{effectsSaid(plan)}</span>
          {plan.downtime && plan.from !== null && (
            <span className={plan.downtime.seconds === 0 ? 'text-muted' : 'text-warn'} title={plan.downtime.why}>
              {downtimeSaid(plan.downtime.seconds)}
            </span>
          )}
        </div>
        {plan.shortfalls.map((shortfall) => (
          <p key={shortfall} className="pt-1">
            <StateMark tone="bad" className="max-w-full">
              <span className="whitespace-normal">{shortfall}</span>
            </StateMark>
          </p>
        ))}
        {plan.unknowns.map((unknown) => (
          <p key={unknown} className="pt-1 text-muted">
            <StateMark tone="unknown" className="max-w-full">
              <span className="whitespace-normal">Could not be found out: {unknown}</span>
            </StateMark>
          </p>
        ))}
      </div>
      <Section title="Services">
        <PlanServices plan={plan} />
      </Section>
      <PlanFindings findings={plan.findings} accepted={accepted} onAccept={onAccept} />
      <PlanDrift plan={plan} />
      <PlanValues plan={plan} />
      {plan.files.length > 0 && (
        <Section title="Files" aside={count(plan.files.length, 'file')}>
          <PlanFiles files={plan.files} />
        </Section>
      )}
      {plan.pulls && (
        <Section
          title="Images"
          aside={
            plan.pulls.bytes
              ? `${formatBytes(plan.pulls.bytes)} to pull, before anything stops`
              : `${plan.pulls.images.length - pullsShown(plan.pulls).length} on the server`
          }
        >
          <PlanPulls pulls={plan.pulls} />
        </Section>
      )}
      <PlanResources plan={plan} />
    </div>
  );
}

/** Everything that a deploy would do, in numbers. */
export function PlanTotalsList({ plans }: { plans: readonly DeployPlan[] }) {
  return (
    <ul aria-label="In numbers" className="flex flex-wrap gap-x-5 gap-y-1">
      {totalsSaid(planTotals(plans)).map(({ said, tone }) => (
        <li key={said} className={cx('flex items-center gap-2', tone === 'bad' ? 'text-bad' : tone === 'warn' ? 'text-text' : 'text-muted')}>
          <Mark tone={tones[tone]} size={9} />
          {said}
        </li>
      ))}
    </ul>
  );
}

interface PlanViewProps {
  plans: readonly DeployPlan[];
  /** Name of the server that is looked at; null: the first in whose way something stands, else the first. */
  server: string | null;
  onServer(name: string): void;
  /** Rules of lint whose errors are accepted. */
  accepted: readonly string[];
  onAccept(rule: string, accepted: boolean): void;
}

/** What will happen on each server, why, what is missing, and what could not be found out. */
export function PlanView({ plans, server, onServer, accepted, onAccept }: PlanViewProps) {
  const shown = plans.find((plan) => plan.serverName === server) ?? plans.find((plan) => planStanding(plan) === 'bad') ?? plans[0];
  if (!shown) return <p className="text-muted">No server was picked.</p>;
  return (
    <>
      <PlanTotalsList plans={plans} />
      <div className={plans.length > 1 ? 'grid min-w-0 grid-cols-[minmax(150px,210px)_minmax(0,1fr)] gap-6' : ''}>
        {plans.length > 1 && (
          <ul aria-label="Plans by server" className="min-w-0">
            {plans.map((plan) => (
              <li key={plan.serverName}>
                <button
                  type="button"
                  aria-current={plan === shown}
                  onClick={() => onServer(plan.serverName)}
                  className={cx(
                    'flex w-full flex-col rounded-sm px-2 py-1.5 text-left -outline-offset-2',
                    plan === shown ? 'bg-accent-bg' : 'hover:bg-raised/60',
                  )}
                >
                  <span className="flex items-center gap-2">
                    <Mark tone={planStanding(plan)} size={9} />
                    <span className="truncate font-medium">{plan.serverName}</span>
                    <span className="ml-auto font-mono text-xs text-faint">{plan.from ?? 'new'}</span>
                  </span>
                  <span className="truncate pl-[17px] text-sm text-muted">
                    {plan.shortfalls.length > 0 ? count(plan.shortfalls.length, 'shortfall') : effectsSaid(plan)}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        )}
        <ServerPlan key={shown.serverName} plan={shown} accepted={accepted} onAccept={onAccept} />
      </div>
    </>
  );
}
