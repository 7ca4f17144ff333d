import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Play } from 'lucide-react';
import { useState } from 'react';
import type { WorkflowId } from '../../../shared/model/ids.ts';
import type { WorkflowDefinition } from '../../../shared/model/workflow.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { fleetStore, useStateStream } from '../../client/streams.ts';
import { useAction } from '../../client/useAction.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count } from '../../ui/format.ts';
import { InputsForm, problemOf } from '../../ui/InputsForm.tsx';
import { PageHeader, Section } from '../../ui/PageHeader.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { RecentRuns } from '../operations/RecentRuns.tsx';
import { StrategyField, type StrategyName, strategies } from '../targets/StrategyField.tsx';
import { TargetField } from '../targets/TargetField.tsx';
import { useTargets } from '../targets/useTargets.ts';
import { StepList } from './StepList.tsx';

const route = getRouteApi('/workflows/$id');

function RunForm({ workflow, on }: { workflow: WorkflowDefinition; on: string }) {
  const navigate = useNavigate();
  const [selector, setSelector] = useState(on);
  const [inputs, setInputs] = useState<Record<string, string>>({});
  const [checkOnly, setCheckOnly] = useState(false);
  const [strategy, setStrategy] = useState<StrategyName>('one-by-one');
  const targets = useTargets(selector);
  const start = useAction(client.workflows.run, ({ operation }) => void navigate({ to: '/operations/$id', params: { id: operation.id } }));
  const missing = workflow.inputs.filter((input) => problemOf(input, inputs) !== null);
  const ready = targets.rows.length > 0 && missing.length === 0;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void start.run({ id: workflow.id, selector, inputs, checkOnly, strategy: strategies[strategy] });
      }}
    >
      <TargetField selector={selector} targets={targets} onChange={setSelector} />
      {workflow.inputs.length > 0 && <InputsForm definitions={workflow.inputs} values={inputs} onChange={setInputs} />}
      <StrategyField value={strategy} onChange={setStrategy} />
      <Checkbox checked={checkOnly} onChange={setCheckOnly}>
        Only check
        <span className="block text-sm text-faint">Looks at every step and changes nothing</span>
      </Checkbox>
      {start.error && <ErrorPanel error={start.error} />}
      <div className="flex items-center gap-3">
        <Button type="submit" variant="primary" icon={Play} busy={start.busy} disabled={!ready}>
          {checkOnly ? 'Check' : 'Run'} {targets.rows.length > 0 ? `on ${count(targets.rows.length, 'server')}` : ''}
        </Button>
        {missing.length > 0 && <span className="text-muted">Still needed: {missing.map((input) => input.title).join(', ')}</span>}
      </div>
      <ActionConfirm action={start} title={`Run “${workflow.title}” in production`} verb="Run it" inlineError />
    </form>
  );
}

/** One workflow: its steps with their reasons, and the form that starts a run of it. */
export function WorkflowScreen() {
  const { id } = route.useParams();
  const { on } = route.useSearch();
  const fleet = useStateStream(fleetStore);
  const query = useQuery(orpc.workflows.show.queryOptions({ input: { id: id as WorkflowId } }));
  if (query.error) {
    return (
      <div className="max-w-[760px] p-4">
        <ErrorPanel error={toSerializedError(query.error)} actions={<Button onClick={() => void query.refetch()}>Try again</Button>} />
      </div>
    );
  }
  if (!query.data || fleet.status === 'loading') {
    return (
      <div className="px-4 pt-14">
        <SkeletonRows count={10} label="Loading the workflow" />
      </div>
    );
  }
  const workflow = query.data;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title={workflow.title}>
        <Badge>{workflow.kind}</Badge>
        <Badge mono>v{workflow.version}</Badge>
        <span className="min-w-0">{workflow.summary}</span>
      </PageHeader>
      <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_minmax(0,1fr)] gap-8 overflow-y-auto border-t border-line px-4 py-3">
        <div className="flex min-w-0 flex-col gap-6">
          <Section title="Start a run">
            <div className="pt-2">
              <RunForm workflow={workflow} on={on ?? ''} />
            </div>
          </Section>
          <Section title="Recent runs">
            <RecentRuns kinds={['workflow']} subject={workflow.id} empty="It has not run yet." limit={6} />
          </Section>
        </div>
        <Section title="Steps" aside={count(workflow.steps.length, 'step')}>
          <StepList steps={workflow.steps} />
        </Section>
      </div>
    </div>
  );
}
