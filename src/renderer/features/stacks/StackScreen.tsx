import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Rocket, ScrollText } from 'lucide-react';
import type { StackId } from '../../../shared/model/ids.ts';
import type { OperationKind } from '../../../shared/model/operation.ts';
import type { StackDefinition } from '../../../shared/model/stackDefinition.ts';
import { openLogs } from '../../app/dock/openTerminal.ts';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { fleetStore, useStateStream } from '../../client/streams.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count, formatMib } from '../../ui/format.ts';
import { PageHeader, Section } from '../../ui/PageHeader.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { RecentRuns } from '../operations/RecentRuns.tsx';
import { DeploymentList } from './DeploymentList.tsx';
import { ServicesTable } from './ServicesTable.tsx';
import { StackDataTab } from './StackDataTab.tsx';
import { StackHealthTab } from './StackHealthTab.tsx';
import { StackValuesTab } from './StackValuesTab.tsx';
import { advisedCards, publishedPorts } from './stackNeeds.ts';

const route = getRouteApi('/stacks/$id');
const operationKinds: readonly OperationKind[] = [
  'rollout',
  'rollback',
  'stack-down',
  'stack-restart',
  'stack-start',
  'stack-stop',
  'stack-revert',
  'model-update',
];

/** What a stack asks of a server, as a line of figures. */
function Needs({ stack }: { stack: StackDefinition }) {
  const { requirements, advised } = stack;
  const cards = advisedCards(stack);
  const parts = [
    requirements.dockerVersion && `Docker ${requirements.dockerVersion}`,
    requirements.composeVersion && `Compose ${requirements.composeVersion}`,
    advised?.cores && count(advised.cores, 'core'),
    advised?.memoryGb ? `${advised.memoryGb} GB memory` : requirements.memoryMib && `${formatMib(requirements.memoryMib)} memory`,
    advised?.storage[0] ? `${advised.storage[0].gb} GB disk` : requirements.diskMib && `${formatMib(requirements.diskMib)} disk`,
    cards && (advised?.gpus?.[0] ? `${advised.gpus[0].count} × ${advised.gpus[0].model} (${advised.gpus[0].vramGb} GB)` : `GPU ${cards}`),
  ].filter((part) => typeof part === 'string');
  const ports = publishedPorts(stack).filter(({ exposure }) => exposure === 'public');
  return (
    <p className="text-muted">
      Meant for {parts.join(' · ') || 'any server with Docker'}.{' '}
      {ports.length === 0 ? 'Nothing of it is published to everybody.' : `Published to everybody: ${ports.map(({ port }) => port).join(', ')}.`}
    </p>
  );
}

/** One stack: what it is made of and where it runs, how it is judged, what it keeps, what can be set. */
export function StackScreen() {
  const { id } = route.useParams();
  const { tab = 'overview' } = route.useSearch();
  const navigate = route.useNavigate();
  const stackId = id as StackId;
  const fleet = useStateStream(fleetStore);
  const query = useQuery(orpc.stacks.show.queryOptions({ input: { id: stackId } }));
  if (query.error) {
    return (
      <div className="max-w-[760px] p-4">
        <ErrorPanel error={toSerializedError(query.error)} actions={<Button onClick={() => void query.refetch()}>Try again</Button>} />
      </div>
    );
  }
  if (!query.data) {
    return (
      <div className="px-4 pt-14">
        <SkeletonRows count={8} label="Loading the stack" />
      </div>
    );
  }
  const stack = query.data;
  const healths = fleet.list.flatMap((row) => row.stacks.filter((each) => each.stackId === stackId).map((each) => each.health));
  const unwell = healths.filter((health) => health !== 'healthy').length;
  const kept = stack.models.length + stack.volumes.length + stack.backups.length;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        title={stack.title}
        actions={
          <>
            <Button icon={ScrollText} onClick={() => openLogs(stack.id, 'all')}>
              Follow logs
            </Button>
            <Link to="/stacks/$id/deploy" params={{ id: stack.id }} className={buttonClass('primary')}>
              <Rocket aria-hidden size={14} strokeWidth={1.8} /> Deploy
            </Link>
          </>
        }
      >
        <code className="font-mono text-sm">{stack.id}</code>
        <span>version {stack.version}</span>
        <span>{count(stack.services.length, 'service')}</span>
        {healths.length > 0 && (
          <Link to="/stacks/$id" params={{ id: stack.id }} search={{ tab: 'deployments' }} className="hover:underline">
            <StateMark tone={unwell > 0 ? 'bad' : 'good'}>
              {unwell > 0 ? `${unwell} of ${count(healths.length, 'server')} not well` : `healthy on ${count(healths.length, 'server')}`}
            </StateMark>
          </Link>
        )}
      </PageHeader>
      <Tabs
        label={`Views of ${stack.title}`}
        value={tab}
        onChange={(next) => void navigate({ search: next === 'overview' ? {} : { tab: next } })}
        tabs={[
          { value: 'overview', label: 'Overview' },
          { value: 'deployments', label: 'Deployments', count: healths.length },
          { value: 'health', label: 'Start and health', count: stack.gates.length + stack.smokeTests.length },
          { value: 'data', label: 'Data and models', count: kept },
          { value: 'values', label: 'Parameters and secrets', count: stack.parameters.length + stack.secrets.length },
        ]}
      >
        <div tabIndex={0} role="region" aria-label={`About ${stack.title}`} className="min-h-0 flex-1 overflow-y-auto px-4 pt-3 pb-6 -outline-offset-2">
          {tab === 'overview' ? (
            <div className="flex flex-col gap-6">
              <div className="max-w-[100ch]">
                <p>{stack.summary}</p>
                <Needs stack={stack} />
              </div>
              <Section title="Services">
                <ServicesTable stack={stack} />
              </Section>
            </div>
          ) : tab === 'deployments' ? (
            <DeploymentList stackId={stack.id}>
              <div className="pt-6">
                <Section title="Rollouts">
                  <RecentRuns kinds={operationKinds} subject={stack.id} empty="It was never rolled out from here." />
                </Section>
              </div>
            </DeploymentList>
          ) : tab === 'health' ? (
            <StackHealthTab stack={stack} />
          ) : tab === 'data' ? (
            <StackDataTab stack={stack} />
          ) : (
            <StackValuesTab stack={stack} />
          )}
        </div>
      </Tabs>
    </div>
  );
}
