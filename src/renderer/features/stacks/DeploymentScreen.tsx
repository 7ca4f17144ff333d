import { getRouteApi, Link } from '@tanstack/react-router';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import type { StackId } from '../../../shared/model/ids.ts';
import type { DeploymentStatus } from '../../../shared/model/stack.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { fleetStore, useStateStream } from '../../client/streams.ts';
import { useConnection } from '../../client/useConnection.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { RecentRuns } from '../operations/RecentRuns.tsx';
import { DeploymentHeader } from './DeploymentHeader.tsx';
import { DeploymentLint } from './DeploymentLint.tsx';
import { DeploymentServices } from './DeploymentServices.tsx';
import { DriftPanel } from './DriftPanel.tsx';
import { LockNote, useDeployLock } from './LockNote.tsx';
import { ModelList } from './ModelList.tsx';
import { PrunePanel } from './PrunePanel.tsx';
import { ReleasesPanel } from './ReleasesPanel.tsx';
import { TestsPanel } from './TestsPanel.tsx';
import { useDeploymentDrift, useDeploymentStatus } from './useDeployment.ts';

const route = getRouteApi('/servers/$name/stacks/$id');

/** What takes the place of a deployment that cannot be shown. */
function Instead({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title={title} />
      <div className="max-w-[760px] px-4">{children}</div>
    </div>
  );
}

function Deployment({ row, deployment, askedAtMs }: { row: FleetRow; deployment: DeploymentStatus; askedAtMs: number }) {
  const { view = 'services', from, to } = route.useSearch();
  const navigate = route.useNavigate();
  const link = useConnection();
  const { stackId, serverName } = deployment;
  const drift = useDeploymentDrift(stackId, serverName);
  const stale = link.state === 'offline' || row.connection !== 'connected' ? askedAtMs : null;
  const scrolls = 'min-h-0 flex-1 overflow-y-auto px-4 pt-2 pb-6';
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <DeploymentHeader row={row} deployment={deployment} drift={drift.view} staleSinceMs={stale} />
      <LockNote stackId={stackId} serverName={serverName} />
      <Tabs
        label={`Views of ${stackId} on ${serverName}`}
        value={view}
        tabs={[
          { value: 'services', label: 'Services', count: deployment.containers.length },
          { value: 'releases', label: 'Releases' },
          { value: 'drift', label: 'Drift' },
          { value: 'lint', label: 'Lint' },
          { value: 'tests', label: 'Tests' },
          { value: 'models', label: 'Models' },
          { value: 'space', label: 'Disk' },
          { value: 'runs', label: 'Runs' },
        ]}
        onChange={(next) => void navigate({ search: next === 'services' ? {} : { view: next }, replace: true })}
      >
        {view === 'services' && <DeploymentServices deployment={deployment} />}
        {view === 'releases' && <ReleasesPanel deployment={deployment} from={from} to={to} />}
        {view === 'drift' && (
          <div className={scrolls}>
            <DriftPanel deployment={deployment} view={drift.view} asking={drift.query.isFetching} onAsk={() => void drift.query.refetch()} />
          </div>
        )}
        {view === 'lint' && <DeploymentLint deployment={deployment} />}
        {view === 'tests' && (
          <div className={scrolls}>
            <TestsPanel deployment={deployment} />
          </div>
        )}
        {view === 'models' && (
          <div className={scrolls}>
            <ModelList deployment={deployment} />
          </div>
        )}
        {view === 'space' && (
          <div className={scrolls}>
            <PrunePanel deployment={deployment} />
          </div>
        )}
        {view === 'runs' && (
          <div className={scrolls}>
            <RecentRuns subject={stackId} serverId={deployment.serverId} empty="Nothing was done with it from here yet." limit={100} />
          </div>
        )}
      </Tabs>
    </div>
  );
}

/** One stack on one server: its services, releases, drift, models, and what it takes of the disk. */
export function DeploymentScreen() {
  const { name, id } = route.useParams();
  const fleet = useStateStream(fleetStore);
  const status = useDeploymentStatus(id as StackId, name);
  // Asked for together, so that the note of a lock does not push down what stands there already.
  const lock = useDeployLock(id as StackId, name);
  const row = fleet.list.find((each) => each.server.name === name);
  const title = `${id} on ${name}`;
  if (fleet.status === 'loading' || status.isPending || lock.isPending) {
    return (
      <div className="px-4 pt-14">
        <SkeletonRows count={8} label="Asking the server" />
      </div>
    );
  }
  if (!row) {
    return (
      <Instead title={title}>
        <EmptyState title={`There is no server named ${name}`}>It may have been renamed or removed. Names of servers are found with Ctrl K.</EmptyState>
      </Instead>
    );
  }
  if (status.data === undefined) {
    return (
      <Instead title={title}>
        <ErrorPanel error={toSerializedError(status.error)} actions={<Button onClick={() => void status.refetch()}>Ask again</Button>} />
      </Instead>
    );
  }
  if (status.data === null || status.data.health === 'absent') {
    return (
      <Instead title={title}>
        <EmptyState
          title="It is not deployed here"
          actions={
            <Link to="/stacks/$id/deploy" params={{ id }} search={{ on: name }} className={buttonClass('primary')}>
              Deploy it
            </Link>
          }
        >
          {name} has no release of {id}. A plan says what would happen before anything does.
        </EmptyState>
      </Instead>
    );
  }
  return <Deployment row={row} deployment={status.data} askedAtMs={status.data.observedAtMs} />;
}
