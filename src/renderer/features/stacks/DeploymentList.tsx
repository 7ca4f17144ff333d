import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { StackId } from '../../../shared/model/ids.ts';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { fleetStore, useStateStream } from '../../client/streams.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { DeploymentRow } from './DeploymentRow.tsx';

/** Where a stack is, as the servers themselves tell. Only servers known to hold it are asked. What follows it waits for its length. */
export function DeploymentList({ stackId, children }: { stackId: StackId; children?: ReactNode }) {
  const fleet = useStateStream(fleetStore);
  const names = fleet.list.filter((row) => row.stacks.some((stack) => stack.stackId === stackId)).map((row) => row.server.name);
  // A selector has a limit; the others are on the fleet screen.
  let selector = '';
  for (const name of names) if (selector.length + name.length < 490) selector += `${selector ? ',' : ''}${name}`;
  const status = useQuery({
    ...orpc.stacks.status.queryOptions({ input: { id: stackId, selector: selector || 'none' } }),
    enabled: selector !== '',
    refetchInterval: 15_000,
  });
  if (fleet.status === 'loading' || (selector !== '' && status.isPending)) return <SkeletonRows count={4} label="Asking the servers" />;
  if (status.error) return <ErrorPanel error={toSerializedError(status.error)} actions={<Button onClick={() => void status.refetch()}>Ask again</Button>} />;
  const deployments = status.data?.deployments ?? [];
  if (deployments.length === 0) {
    return (
      <>
        <EmptyState
          title="Not deployed anywhere yet"
          actions={
            <Link to="/stacks/$id/deploy" params={{ id: stackId }} className={buttonClass('primary')}>
              Deploy it
            </Link>
          }
        >
          A plan says what would happen on each server before anything does.
        </EmptyState>
        {children}
      </>
    );
  }
  const asked = selector.split(',').length;
  return (
    <>
      <ul>
        {deployments.map((deployment) => (
          <DeploymentRow key={deployment.serverId} deployment={deployment} />
        ))}
      </ul>
      {asked < names.length && (
        <p className="px-2 py-2 text-muted">
          The first {asked} of {names.length.toLocaleString('en')}. The rest is in the{' '}
          <Link to="/fleet" search={{ q: `stack:${stackId}` }} className="text-accent hover:underline">
            fleet
          </Link>
          .
        </p>
      )}
      {children}
    </>
  );
}
