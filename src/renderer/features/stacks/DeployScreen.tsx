import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeft, ArrowRight, RefreshCw, Rocket } from 'lucide-react';
import type { DeployPlan } from '../../../shared/contract/stackPlans.ts';
import type { StackId } from '../../../shared/model/ids.ts';
import type { StackDefinition } from '../../../shared/model/stackDefinition.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count } from '../../ui/format.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { Stepper } from '../../ui/Stepper.tsx';
import { ConfirmStep } from './deploy/ConfirmStep.tsx';
import { type DeployStep, deploySteps } from './deploy/deployDraft.ts';
import { NoPlanYet, PlanStep } from './deploy/PlanStep.tsx';
import { errorRules } from './deploy/planRules.ts';
import { ServersStep } from './deploy/ServersStep.tsx';
import { type DeployFlow, useDeployFlow } from './deploy/useDeployFlow.ts';
import { ValuesStep } from './deploy/ValuesStep.tsx';

const route = getRouteApi('/stacks/$id/deploy');
const titles: Record<DeployStep, string> = { values: 'Values', servers: 'Servers', plan: 'Plan', confirm: 'Confirm' };
const shown = deploySteps.map((step) => titles[step]);

/** Rules with errors that nobody has accepted, and the server whose plan shows them. */
function openSaid(plans: readonly DeployPlan[], rules: readonly string[]): string {
  const server =
    plans.length > 1 ? plans.find(({ findings }) => findings.some(({ rule, severity }) => severity === 'error' && rules.includes(rule))) : undefined;
  return `Errors of lint to mend or to accept: ${rules.join(', ')}${server ? `, on ${server.serverName}` : ''}`;
}

/** What is to be known beside the button that goes on. */
function FootNote({ flow }: { flow: DeployFlow }) {
  const { draft, missing, plan, targets } = flow;
  if (draft.step === 'values' && missing.length > 0) return <span className="text-warn">Still needed: {missing.join(', ')}</span>;
  if (draft.step === 'servers' && missing.length > 0) return <span className="text-warn">Values still needed: {missing.join(', ')}</span>;
  const open = plan.data ? errorRules(plan.data.plans).filter((rule) => !draft.accepted.includes(rule)) : [];
  if (draft.step === 'plan' && open.length > 0) return <span className="text-bad">{openSaid(plan.data?.plans ?? [], open)}</span>;
  if (draft.step === 'servers' && targets.rows.length === 0) return <>Pick at least one server</>;
  if ((draft.step === 'plan' || draft.step === 'confirm') && plan.data) {
    return (
      <>
        Planned for {count(plan.data.plans.length, 'server')} <RelativeTime atMs={plan.dataUpdatedAt} staleAfterMs={600_000} suffix=" ago" />; nothing has
        changed yet
      </>
    );
  }
  return <>Nothing has changed yet</>;
}

function Flow({ stack }: { stack: StackDefinition }) {
  const flow = useDeployFlow(stack);
  const { draft, change, go, targets, plan, deploy, reachable } = flow;
  const at = deploySteps.indexOf(draft.step);
  const next = deploySteps[at + 1];
  const before = deploySteps[at - 1];
  const refused = plan.data?.plans.filter(({ shortfalls }) => shortfalls.length > 0).length ?? 0;
  const noneLeft = plan.data !== undefined && refused === plan.data.plans.length;
  const stale = deploy.error?.code === 'guard.plan-stale' || deploy.error?.code === 'guard.lint';
  const again = () => {
    deploy.reset();
    go('plan');
    void plan.refetch();
  };
  const error = deploy.error && (
    <ErrorPanel
      error={deploy.error}
      actions={
        stale && (
          <Button icon={RefreshCw} onClick={again}>
            Plan again
          </Button>
        )
      }
    />
  );
  return (
    <form
      className="grid min-h-0 flex-1 grid-cols-[148px_minmax(0,1fr)] border-t border-line wide:grid-cols-[176px_minmax(0,1fr)]"
      onSubmit={(event) => {
        event.preventDefault();
        if (next === undefined) flow.start();
        else if (reachable[next]) go(next);
      }}
    >
      <Stepper
        label="Steps of the deployment"
        steps={shown}
        current={titles[draft.step]}
        reachable={Object.fromEntries(deploySteps.map((step) => [titles[step], reachable[step]]))}
        onChange={(title) => go(deploySteps[shown.indexOf(title)] ?? 'values')}
      />
      <div className="flex min-h-0 flex-col">
        <div className="flex min-h-0 flex-1 flex-col gap-6 overflow-y-auto px-5 py-4">
          {draft.step === 'values' ? (
            <ValuesStep
              stack={stack}
              draft={draft}
              targets={targets.rows}
              running={flow.runningValues}
              secrets={flow.secrets}
              onDraft={change}
              onSecret={flow.setSecret}
            />
          ) : draft.step === 'servers' ? (
            <ServersStep stack={stack} draft={draft} targets={targets} running={flow.running} onDraft={change} />
          ) : !reachable.plan ? (
            <NoPlanYet missing={flow.missing} targets={targets} />
          ) : draft.step === 'confirm' && plan.data ? (
            <ConfirmStep
              stack={stack}
              plans={plan.data.plans}
              targets={targets.rows}
              order={draft.order}
              failures={draft.failures}
              soakS={draft.soakS}
              accepted={errorRules(plan.data.plans)}
              note={flow.note}
              onNote={flow.setNote}
              error={error}
            />
          ) : (
            <PlanStep
              query={plan}
              servers={targets.rows.length}
              sinceMs={flow.planSinceMs}
              server={draft.server}
              onServer={(server) => change({ server })}
              accepted={draft.accepted}
              onAccept={(rule, on) => change({ accepted: on ? [...draft.accepted, rule] : draft.accepted.filter((each) => each !== rule) })}
            />
          )}
        </div>
        <footer className="flex shrink-0 items-center gap-3 border-t border-line px-5 py-2.5">
          <span className="min-w-0 flex-1 truncate text-muted">
            <FootNote flow={flow} />
          </span>
          {draft.step === 'plan' && plan.data && (
            <Button icon={RefreshCw} busy={plan.isFetching} onClick={() => void plan.refetch()}>
              Plan again
            </Button>
          )}
          {before && (
            <Button icon={ArrowLeft} onClick={() => go(before)}>
              {titles[before]}
            </Button>
          )}
          {next ? (
            <Button type="submit" variant="primary" disabled={!reachable[next]}>
              {next === 'plan' ? 'Show the plan' : titles[next]}
              <ArrowRight aria-hidden size={14} />
            </Button>
          ) : (
            <Button type="submit" variant="primary" icon={Rocket} busy={deploy.busy} disabled={!reachable.confirm || noneLeft}>
              Start the rollout
            </Button>
          )}
        </footer>
      </div>
      <ActionConfirm action={deploy} title={`Deploy ${stack.title} in production`} verb="Deploy" inlineError />
    </form>
  );
}

/** Deploying a stack: values, servers, the plan, and the start of the rollout. Each step is an address. */
export function DeployScreen() {
  const { id } = route.useParams();
  const { on } = route.useSearch();
  const query = useQuery(orpc.stacks.show.queryOptions({ input: { id: id as StackId } }));
  if (query.error) {
    return (
      <div className="max-w-[760px] p-4">
        <ErrorPanel error={toSerializedError(query.error)} actions={<Button onClick={() => void query.refetch()}>Try again</Button>} />
      </div>
    );
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title={query.data ? `Deploy ${query.data.title}` : 'Deploy'}>
        {query.data && (
          <>
            <Link to="/stacks/$id" params={{ id }} className="hover:underline">
              version {query.data.version}, {count(query.data.services.length, 'service')}
            </Link>
            <Link to="/stacks" search={on ? { on } : {}} className="hover:underline">
              Another stack
            </Link>
          </>
        )}
      </PageHeader>
      {query.data ? (
        <Flow key={id} stack={query.data} />
      ) : (
        <div className="px-4">
          <SkeletonRows count={6} label="Loading the stack" />
        </div>
      )}
    </div>
  );
}
