import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { DeploymentStatus, Release } from '../../../shared/model/stack.ts';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { ReleaseCompare } from './ReleaseCompare.tsx';
import { ReleaseList } from './ReleaseList.tsx';
import { RollbackDialog } from './RollbackDialog.tsx';
import { comparedPair } from './releaseView.ts';

interface ReleasesPanelProps {
  deployment: DeploymentStatus;
  from: string | undefined;
  to: string | undefined;
}

/** All releases of a deployment beside what differs between two of them. */
export function ReleasesPanel({ deployment, from, to }: ReleasesPanelProps) {
  const navigate = useNavigate();
  const [back, setBack] = useState<Release | null>(null);
  const { stackId, serverName } = deployment;
  const query = useQuery({ ...orpc.stacks.releases.queryOptions({ input: { id: stackId, server: serverName }, retry: false }), refetchInterval: 30_000 });
  if (query.isPending) {
    return (
      <div className="px-4 pt-2">
        <SkeletonRows count={6} label="Reading the releases" />
      </div>
    );
  }
  if (query.data === undefined) {
    return (
      <div className="max-w-[760px] p-4">
        <ErrorPanel error={toSerializedError(query.error)} actions={<Button onClick={() => void query.refetch()}>Read again</Button>} />
      </div>
    );
  }
  const { releases } = query.data;
  if (releases.length === 0) {
    return (
      <div className="px-4">
        <EmptyState title="The server records no release">What runs was not deployed from here. It can be adopted as a project of your own.</EmptyState>
      </div>
    );
  }
  const pair = comparedPair(releases, from, to);
  const choose = (next: { from: string; to: string }) =>
    void navigate({ to: '/servers/$name/stacks/$id', params: { name: serverName, id: stackId }, search: { view: 'releases', ...next }, replace: true });
  return (
    <div className="grid min-h-0 flex-1 grid-cols-[minmax(330px,2fr)_minmax(0,3fr)]">
      <div className="min-h-0 overflow-y-auto border-r border-line px-4 pt-2 pb-6">
        <ReleaseList releases={releases} pair={pair} onPair={choose} onReturn={setBack} />
      </div>
      <div className="min-h-0 overflow-y-auto px-4 pt-2 pb-6">
        {pair ? (
          <ReleaseCompare key={`${pair.from} ${pair.to}`} deployment={deployment} releases={releases} pair={pair} onPair={choose} onReturn={setBack} />
        ) : (
          <EmptyState title="There is one release">With the next one this shows what changed between the two.</EmptyState>
        )}
      </div>
      {back && <RollbackDialog deployment={deployment} to={back} onClose={() => setBack(null)} />}
    </div>
  );
}
