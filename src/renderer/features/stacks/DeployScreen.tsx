import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { ArrowRight, Rocket } from 'lucide-react';
import { useState } from 'react';
import type { StackId } from '../../../shared/model/ids.ts';
import type { StackDefinition } from '../../../shared/model/stackDefinition.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { count } from '../../ui/format.ts';
import { InputsForm, problemOf } from '../../ui/InputsForm.tsx';
import { PageHeader, Section } from '../../ui/PageHeader.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { Stepper } from '../../ui/Stepper.tsx';
import { StrategyField, type StrategyName, strategies } from '../targets/StrategyField.tsx';
import { TargetField } from '../targets/TargetField.tsx';
import { useTargets } from '../targets/useTargets.ts';
import { PlanView } from './PlanView.tsx';
import { RenderedFiles } from './RenderedFiles.tsx';

const route = getRouteApi('/stacks/$id/deploy');
const steps = ['Parameters', 'Targets', 'Plan', 'Start'] as const;
type Step = (typeof steps)[number];

function Flow({ stack, on }: { stack: StackDefinition; on: string }) {
  const navigate = useNavigate();
  const [step, setStep] = useState<Step>('Parameters');
  const [parameters, setParameters] = useState<Record<string, string>>({});
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const [selector, setSelector] = useState(on);
  const [strategy, setStrategy] = useState<StrategyName>('canary');
  const [note, setNote] = useState('');
  const targets = useTargets(selector);
  const problems = stack.parameters.filter((parameter) => problemOf(parameter, parameters) !== null);
  const plan = useQuery({
    ...orpc.stacks.plan.queryOptions({ input: { id: stack.id, selector: selector || 'none', parameters } }),
    enabled: (step === 'Plan' || step === 'Start') && targets.rows.length > 0,
    staleTime: 30_000,
    retry: false,
  });
  const deploy = useAction(client.stacks.deploy, ({ operation }) => void navigate({ to: '/operations/$id', params: { id: operation.id } }));

  const given = Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== ''));
  const shortfalls = plan.data?.plans.filter((each) => each.shortfalls.length > 0).length ?? 0;
  const reachable: Record<Step, boolean> = {
    Parameters: true,
    Targets: problems.length === 0,
    Plan: problems.length === 0 && targets.rows.length > 0,
    Start: problems.length === 0 && targets.rows.length > 0 && plan.data !== undefined,
  };
  const next = steps[steps.indexOf(step) + 1];
  const start = () =>
    void deploy.run({ id: stack.id, selector, parameters, secrets: given, strategy: strategies[strategy], ...(note.trim() ? { note: note.trim() } : {}) });
  return (
    <form
      className="grid min-h-0 flex-1 grid-cols-[176px_minmax(0,1fr)] border-t border-line"
      onSubmit={(event) => {
        event.preventDefault();
        if (next) {
          if (reachable[next]) setStep(next);
        } else start();
      }}
    >
      <Stepper label="Steps of the deployment" steps={steps} current={step} reachable={reachable} onChange={setStep} />
      <div className="flex min-h-0 flex-col">
        <div className="flex min-h-0 flex-1 flex-col gap-6 overflow-y-auto px-5 py-4">
          {step === 'Parameters' && (
            <>
              <Section title="Parameters">
                <div className="pt-2.5">
                  {stack.parameters.length === 0 ? (
                    <p className="text-muted">This stack has none.</p>
                  ) : (
                    <InputsForm definitions={stack.parameters} values={parameters} onChange={setParameters} />
                  )}
                </div>
              </Section>
              {stack.secrets.length > 0 && (
                <Section title="Secrets" aside="what is left empty is kept from the last release, or generated">
                  <div className="grid max-w-[760px] grid-cols-2 gap-x-5 gap-y-3.5 pt-2.5">
                    {stack.secrets.map((secret) => (
                      <Field key={secret.name} label={secret.title} hint={<code className="font-mono text-xs">{secret.name}</code>}>
                        {(field) => (
                          <Input
                            {...field}
                            type="password"
                            value={secrets[secret.name] ?? ''}
                            placeholder="kept or generated"
                            onChange={(event) => setSecrets({ ...secrets, [secret.name]: event.target.value })}
                          />
                        )}
                      </Field>
                    ))}
                  </div>
                </Section>
              )}
              <RenderedFiles id={stack.id} parameters={parameters} enabled={problems.length === 0} />
            </>
          )}
          {step === 'Targets' && (
            <Section title="Where to">
              <div className="flex flex-col gap-4 pt-2.5">
                <TargetField selector={selector} targets={targets} onChange={setSelector} autoFocus />
                <StrategyField value={strategy} onChange={setStrategy} />
              </div>
            </Section>
          )}
          {step === 'Plan' &&
            (plan.isPending ? (
              <SkeletonRows count={6} label="Working out the plan with the servers" />
            ) : plan.error ? (
              <ErrorPanel error={toSerializedError(plan.error)} actions={<Button onClick={() => void plan.refetch()}>Plan again</Button>} />
            ) : (
              <PlanView plans={plan.data.plans} />
            ))}
          {step === 'Start' && (
            <Section title={`Deploy ${stack.title} on ${count(targets.rows.length, 'server')}`}>
              <div className="flex max-w-[760px] flex-col gap-3.5 pt-2.5">
                <ul className="list-disc pl-4 text-muted">
                  <li>
                    {strategy === 'canary'
                      ? 'One server first; the rest only when its gates have passed.'
                      : strategy === 'one-by-one'
                        ? 'One server after the other; the first failure stops the rest.'
                        : 'All servers at once.'}
                  </li>
                  <li>
                    {stack.gates.length > 0
                      ? `${count(stack.gates.length, 'health gate')} must pass on each; otherwise its previous release comes back by itself.`
                      : 'There are no health gates: whether it works is for you to see.'}
                  </li>
                  {shortfalls > 0 && <li className="text-warn">{count(shortfalls, 'server')} do not meet what the stack needs and will be refused.</li>}
                </ul>
                <Field label="Note" hint="Stands with the release on every server">
                  {(field) => <Input {...field} autoFocus value={note} maxLength={500} placeholder="why" onChange={(event) => setNote(event.target.value)} />}
                </Field>
                {deploy.error && <ErrorPanel error={deploy.error} />}
              </div>
            </Section>
          )}
        </div>
        <footer className="flex shrink-0 items-center gap-3 border-t border-line px-5 py-2.5">
          <span className="min-w-0 flex-1 truncate text-muted">
            {step === 'Parameters' && problems.length > 0
              ? `Still needed: ${problems.map((parameter) => parameter.title).join(', ')}`
              : step === 'Plan' && plan.data
                ? `Planned for ${count(plan.data.plans.length, 'server')}; nothing has changed yet`
                : 'Nothing has changed yet'}
          </span>
          {next ? (
            <Button type="submit" variant="primary" disabled={!reachable[next]}>
              {next === 'Plan' ? 'Show the plan' : next}
              <ArrowRight aria-hidden size={14} />
            </Button>
          ) : (
            <Button type="submit" variant="primary" icon={Rocket} busy={deploy.busy}>
              Start the rollout
            </Button>
          )}
        </footer>
      </div>
      <ActionConfirm action={deploy} title={`Deploy ${stack.title} in production`} verb="Deploy" inlineError />
    </form>
  );
}

/** Deploying a stack: parameters and secrets, targets, the plan, and the start of the rollout. */
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
        <span>{query.data?.summary}</span>
      </PageHeader>
      {query.data ? (
        <Flow stack={query.data} on={on ?? ''} />
      ) : (
        <div className="px-4">
          <SkeletonRows count={6} label="Loading the stack" />
        </div>
      )}
    </div>
  );
}
