import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { DeploymentRow } from './DeploymentRow.tsx';

/** The stacks on one server, as the server itself tells. */
export function ServerStacks({ row }: { row: FleetRow }) {
  const query = useQuery(orpc.stacks.status.queryOptions({ input: { selector: row.server.name }, refetchInterval: 15_000 }));
  const deployments = query.data?.deployments.filter((deployment) => deployment.health !== 'absent') ?? [];
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-4 py-2">
      {query.isPending && <SkeletonRows count={3} label="Asking the server" />}
      {query.error && <ErrorPanel error={toSerializedError(query.error)} actions={<Button onClick={() => void query.refetch()}>Ask again</Button>} />}
      {query.data && deployments.length === 0 && (
        <EmptyState
          title="No stack runs here"
          actions={
            <Link to="/stacks" search={{ on: row.server.name }} className={buttonClass('primary')}>
              Choose a stack
            </Link>
          }
        >
          Deploying begins with a plan: what is made, what restarts, what is missing.
        </EmptyState>
      )}
      <ul>
        {deployments.map((deployment) => (
          <DeploymentRow key={deployment.stackId} deployment={deployment} showStack />
        ))}
      </ul>
    </div>
  );
}
