import { useQuery } from '@tanstack/react-query';
import { ArrowLeftRight, Columns2, Rows2, Undo2 } from 'lucide-react';
import { useState } from 'react';
import type { ReleaseId } from '../../../shared/model/ids.ts';
import type { DeploymentStatus, Release } from '../../../shared/model/stack.ts';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Button } from '../../ui/Button.tsx';
import type { DiffLayout } from '../../ui/Diff.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Select } from '../../ui/Select.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { ComparisonView } from './ComparisonView.tsx';
import { canReturnTo, comparisonWords } from './releaseView.ts';

interface Pair {
  from: string;
  to: string;
}

/** What differs between two releases, as their server holds them. */
export function useComparison(deployment: Pick<DeploymentStatus, 'stackId' | 'serverName'>, pair: Pair) {
  const input = { id: deployment.stackId, server: deployment.serverName, from: pair.from as ReleaseId, to: pair.to as ReleaseId };
  // Releases do not change once they are made.
  return useQuery(orpc.stackReleases.compare.queryOptions({ input, retry: false, staleTime: 600_000 }));
}

interface ReleaseCompareProps {
  deployment: DeploymentStatus;
  releases: readonly Release[];
  pair: Pair;
  onPair(pair: Pair): void;
  onReturn(release: Release): void;
}

/** Two releases against each other, the way between them, and the way back to the older. */
export function ReleaseCompare({ deployment, releases, pair, onPair, onReturn }: ReleaseCompareProps) {
  const [layout, setLayout] = useState<DiffLayout>('unified');
  const query = useComparison(deployment, pair);
  const options = (other: string) =>
    releases.filter((release) => release.id !== other).map((release) => ({ value: release.id as string, label: release.id, hint: release.note ?? '' }));
  const back = releases.find((release) => release.id === pair.from && canReturnTo(release));
  return (
    <div className="flex flex-col gap-3">
      <div className="flex min-h-8 flex-wrap items-center gap-1.5">
        <Select label="Compare from" prefix="a" value={pair.from} options={options(pair.to)} onChange={(from) => onPair({ ...pair, from })} />
        <IconButton icon={ArrowLeftRight} label="Swap the two" onClick={() => onPair({ from: pair.to, to: pair.from })} />
        <Select label="Compare to" prefix="b" value={pair.to} options={options(pair.from)} onChange={(to) => onPair({ ...pair, to })} />
        <div className="ml-auto flex items-center gap-1.5">
          <IconButton icon={Rows2} label="Files in one column" aria-pressed={layout === 'unified'} onClick={() => setLayout('unified')} />
          <IconButton icon={Columns2} label="Files side by side" aria-pressed={layout === 'split'} onClick={() => setLayout('split')} />
          {back && (
            <Button icon={Undo2} onClick={() => onReturn(back)}>
              Go back to {back.id}
            </Button>
          )}
        </div>
      </div>
      {query.isPending && <SkeletonRows count={7} label="Reading both releases" />}
      {query.error && <ErrorPanel error={toSerializedError(query.error)} actions={<Button onClick={() => void query.refetch()}>Compare again</Button>} />}
      {query.data && (
        <>
          <p className="px-1">
            <span className="text-muted">
              From {pair.from} to {pair.to}:
            </span>{' '}
            {comparisonWords(query.data)}
          </p>
          <ComparisonView comparison={query.data} layout={layout} />
        </>
      )}
    </div>
  );
}
