import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { WorkflowId } from '../../../shared/model/ids.ts';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { fleetStore, useStateStream } from '../../client/streams.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count } from '../../ui/format.ts';
import { PageHeader, Section } from '../../ui/PageHeader.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { RecentRuns } from '../operations/RecentRuns.tsx';
import { RunForm } from './RunForm.tsx';
import { StepList } from './StepList.tsx';

const route = getRouteApi('/workflows/$id');

/** One workflow: its steps with their reasons, and the form that starts a run of it. */
export function WorkflowScreen() {
  const { id } = route.useParams();
  const { on, only, incident } = route.useSearch();
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
              <RunForm workflow={workflow} on={on ?? ''} only={only} incident={incident} />
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
