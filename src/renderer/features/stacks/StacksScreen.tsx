import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { fleetStore, useStateStream } from '../../client/streams.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Input } from '../../ui/Field.tsx';
import { count } from '../../ui/format.ts';
import { PageHeader, Section } from '../../ui/PageHeader.tsx';
import { StaleMark } from '../../ui/RelativeTime.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { CatalogTable, catalogHeight } from './CatalogTable.tsx';
import { PlacedBar } from './PlacedBar.tsx';
import { StackMatrix } from './StackMatrix.tsx';
import { StackPlaces } from './StackPlaces.tsx';
import { countPlaced, filterPlaced, placedRows } from './stackPlaces.ts';
import { useDriftCounts } from './useDriftCounts.ts';

const route = getRouteApi('/stacks');

/** What runs where, which release? */
export function StacksScreen() {
  const { on, q = '', show = 'all' } = route.useSearch();
  const navigate = route.useNavigate();
  const catalog = useQuery(orpc.stacks.catalog.queryOptions({ input: {} }));
  const inventory = useQuery({ ...orpc.stacks.inventory.queryOptions({ input: {} }), refetchInterval: 30_000 });
  const fleet = useStateStream(fleetStore);
  const stacks = useMemo(() => catalog.data?.stacks ?? [], [catalog.data]);
  const known = useMemo(() => placedRows(fleet.list, inventory.data?.rows ?? [], stacks, new Map()), [fleet.list, inventory.data, stacks]);
  const drift = useDriftCounts(known);
  const rows = useMemo(() => placedRows(fleet.list, inventory.data?.rows ?? [], stacks, drift.counts), [fleet.list, inventory.data, stacks, drift.counts]);
  const shown = useMemo(() => filterPlaced(rows, show, q), [rows, show, q]);
  const matching = useMemo(() => {
    const needle = q.trim().toLowerCase();
    return needle === '' ? stacks : stacks.filter((stack) => `${stack.id} ${stack.title} ${stack.summary}`.toLowerCase().includes(needle));
  }, [stacks, q]);
  const counts = countPlaced(rows);
  // A name of a server finds no stack: then the catalogue stays whole.
  const listed = matching.length === 0 ? stacks : matching;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        title="Stacks"
        actions={
          <>
            <StackPlaces />
            <Input
              type="search"
              data-filter
              aria-label="Filter stacks and servers"
              placeholder="Filter stacks and servers"
              value={q}
              className="w-56"
              onChange={(event) => void navigate({ search: (before) => ({ ...before, q: event.target.value || undefined }) as typeof before, replace: true })}
            />
          </>
        }
      >
        {on ? (
          <span>
            Choose what to deploy on <code className="font-mono text-sm text-text">{on}</code>
          </span>
        ) : (
          <>
            <span>
              <b className="font-medium text-text">{stacks.length}</b> in the catalogue
            </span>
            <span>
              <b className="font-medium text-text">{counts.all}</b> on {count(rows.length, 'server')}
            </span>
            {counts.unwell > 0 && <span className="text-warn">{count(counts.unwell, 'needs', 'need')} a look</span>}
          </>
        )}
        {fleet.status === 'stale' && <StaleMark sinceMs={fleet.sinceMs} />}
      </PageHeader>
      <div className="flex min-h-0 flex-1 flex-col overflow-y-auto px-4">
        <Section title="Catalogue">
          {catalog.isPending && (
            <div className="overflow-hidden" style={{ height: catalogHeight(5) }}>
              <SkeletonRows count={9} label="Loading the catalogue" />
            </div>
          )}
          {catalog.error && <ErrorPanel error={toSerializedError(catalog.error)} actions={<Button onClick={() => void catalog.refetch()}>Try again</Button>} />}
          {catalog.data && stacks.length === 0 && (
            <EmptyState title="The catalogue is empty">Stack definitions are files of the catalogue; none could be read.</EmptyState>
          )}
          {stacks.length > 0 && <CatalogTable stacks={listed} rows={rows} on={on} />}
        </Section>
        <PlacedBar
          counts={counts}
          drift={drift}
          filter={show}
          onFilter={(next) => void navigate({ search: (before) => ({ ...before, show: next === 'all' ? undefined : next }) as typeof before, replace: true })}
        />
        {inventory.error && (
          <ErrorPanel error={toSerializedError(inventory.error)} actions={<Button onClick={() => void inventory.refetch()}>Try again</Button>} />
        )}
        <div className="-mx-4 flex min-h-64 flex-1">
          {fleet.status === 'loading' ? (
            <div className="flex-1 px-4">
              <SkeletonRows count={6} label="Loading what runs where" />
            </div>
          ) : fleet.status === 'error' && fleet.error ? (
            <div className="flex-1 px-4 pt-2">
              <ErrorPanel error={fleet.error} />
            </div>
          ) : rows.length === 0 ? (
            <p className="px-6 py-2 text-muted">No stack is deployed yet. A plan says what would happen on each server before anything does.</p>
          ) : shown.length === 0 ? (
            <p className="px-6 py-2 text-muted">Nothing of what runs matches.</p>
          ) : (
            <StackMatrix stacks={stacks} rows={shown} filter={show} />
          )}
        </div>
      </div>
    </div>
  );
}
