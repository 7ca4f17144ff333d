import { useMutation, useQueryClient } from '@tanstack/react-query';
import { GitCompareArrows, RefreshCw } from 'lucide-react';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Button } from '../../ui/Button.tsx';
import { Chip } from '../../ui/Chip.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count } from '../../ui/format.ts';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import type { PlaceFilter } from './stackPlaces.ts';
import type { useDriftCounts } from './useDriftCounts.ts';

const filters: readonly { id: PlaceFilter; title: string }[] = [
  { id: 'all', title: 'All' },
  { id: 'unwell', title: 'Needs a look' },
  { id: 'drift', title: 'Drift' },
  { id: 'older', title: 'Update to be had' },
];

interface PlacedBarProps {
  counts: Record<PlaceFilter, number>;
  drift: ReturnType<typeof useDriftCounts>;
  filter: PlaceFilter;
  onFilter(filter: PlaceFilter): void;
}

/** Head of the matrix: what of it is shown, asking the servers anew, and comparing them with their releases. */
export function PlacedBar({ counts, drift, filter, onFilter }: PlacedBarProps) {
  const queries = useQueryClient();
  const observe = useMutation({
    mutationFn: () => client.stacks.observe({ selector: 'all' }),
    onSuccess: ({ rows }) => queries.setQueryData(orpc.stacks.inventory.queryKey({ input: {} }), { rows }),
  });
  const failures = observe.data?.failures ?? [];
  return (
    <div className="shrink-0">
      <div className="flex min-h-9 flex-wrap items-center gap-1.5 border-b border-line pb-1.5">
        <h2 className="mr-2 text-sm font-semibold text-muted">What runs where</h2>
        {filters.map(
          ({ id, title }) =>
            (id === 'all' || counts[id] > 0 || filter === id) && (
              <Chip key={id} on={filter === id} count={counts[id]} onClick={() => onFilter(id)}>
                {title}
              </Chip>
            ),
        )}
        <span className="ml-auto flex items-center gap-2">
          {failures.length > 0 && (
            <span className="text-warn" title={failures.map(({ serverName }) => serverName).join(', ')}>
              {count(failures.length, 'server')} could not be asked
            </span>
          )}
          {drift.atMs !== null && !drift.busy && (
            <span className="text-sm text-faint">
              {counts.drift === 0 ? 'no drift, compared' : 'compared'} <RelativeTime atMs={drift.atMs} staleAfterMs={3_600_000} suffix=" ago" />
              {drift.failed > 0 && <span className="text-warn"> · {drift.failed} could not be</span>}
            </span>
          )}
          <Button icon={GitCompareArrows} busy={drift.busy} disabled={counts.all === 0} onClick={drift.compare}>
            Look for drift
          </Button>
          <Button icon={RefreshCw} busy={observe.isPending} onClick={() => observe.mutate()}>
            Ask the servers
          </Button>
        </span>
      </div>
      {observe.error && <ErrorPanel error={toSerializedError(observe.error)} />}
    </div>
  );
}
