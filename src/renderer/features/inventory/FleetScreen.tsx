import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useDeferredValue, useMemo, useState } from 'react';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import { useSettings } from '../../app/settings.ts';
import { createSlowStore } from '../../client/slowStore.ts';
import { alertsStore, fleetStore, useStateStream } from '../../client/streams.ts';
import { Button } from '../../ui/Button.tsx';
import { coreNowMs, subscribeToClock } from '../../ui/clock.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import type { LiveRows } from '../../ui/standingRows.ts';
import { formatSort, parseSort } from '../../ui/tableModel.ts';
import { FirstRun } from './FirstRun.tsx';
import { FleetActionBar } from './FleetActionBar.tsx';
import { FleetHeader, FleetTools } from './FleetHeader.tsx';
import { firingByServer } from './firingAlerts.ts';
import { fleetColumns } from './fleetColumns.tsx';
import { type FleetQuery, fleetGroups, fleetTotals } from './fleetView.ts';
import { createRowJoin, type LiveRow } from './liveRow.ts';
import { serverState } from './serverState.ts';
import { useGroupWords } from './useGroupWords.ts';

const AddServerDialog = lazy(() => import('./AddServerDialog.tsx').then((module) => ({ default: module.AddServerDialog })));
const EditServerDialog = lazy(() => import('./EditServerDialog.tsx').then((module) => ({ default: module.EditServerDialog })));
const ExportDialog = lazy(() => import('./ExportDialog.tsx').then((module) => ({ default: module.ExportDialog })));
const ImportDialog = lazy(() => import('./ImportDialog.tsx').then((module) => ({ default: module.ImportDialog })));
const LabelServersDialog = lazy(() => import('./LabelServersDialog.tsx').then((module) => ({ default: module.LabelServersDialog })));
const RemoveServerDialog = lazy(() => import('./RemoveServerDialog.tsx').then((module) => ({ default: module.RemoveServerDialog })));
const TrustDialog = lazy(() => import('./TrustDialog.tsx').then((module) => ({ default: module.TrustDialog })));
const route = getRouteApi('/fleet');
/** Whether it is another server, or is told to be in another state; else its figures alone are others. */
function standsOtherwise(before: FleetRow, now: FleetRow): boolean {
  return before.server !== now.server || serverState(before).id !== serverState(now).id;
}
/** The list with its order and its figures over all: put together every few seconds, and when a server stands otherwise. Its rows are live. */
const slowFleet = createSlowStore(fleetStore, 5_000, standsOtherwise);
const rowKey = (row: { server: { id: string } }) => row.server.id;

/** What have I got, and is it well? */
export function FleetScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const fleet = useStateStream(slowFleet);
  const { data: settings } = useSettings();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());

  const query = useMemo<FleetQuery>(
    () => ({
      text: search.q ?? '',
      environment: search.env ?? null,
      attention: search.attention ?? false,
      grouping: search.group ?? 'environment',
    }),
    [search.q, search.env, search.attention, search.group],
  );
  const sort = useMemo(() => parseSort(search.sort), [search.sort]);
  const change = useCallback(
    (changes: Partial<typeof search>) => void navigate({ search: (before) => ({ ...before, ...changes }), replace: true }),
    [navigate],
  );
  const [join] = useState(createRowJoin);
  const alerts = useStateStream(alertsStore).list;
  const firing = useMemo(() => firingByServer(alerts), [alerts]);
  const joined = useMemo(() => fleet.list.map((row) => join(row, firing.get(row.server.id), coreNowMs())), [join, fleet.list, firing]);
  const deferred = useDeferredValue(joined);
  // The first rows are shown at once: what counts them would move else.
  const rows = deferred.length === 0 ? joined : deferred;
  const live = useMemo<LiveRows<LiveRow>>(
    () => ({
      subscribe(listener) {
        let toldMs = 0;
        const tell = () => {
          toldMs = performance.now();
          listener();
        };
        const leaveFleet = fleetStore.subscribe(tell);
        // Ages go on where nothing else is told.
        const leaveClock = subscribeToClock(() => performance.now() - toldMs > 1_500 && tell());
        return () => {
          leaveFleet();
          leaveClock();
        };
      },
      rowOf(id) {
        const row = fleetStore.get().items.get(id);
        return row && join(row, firing.get(id), coreNowMs());
      },
      mayWait: (drawn, now) => drawn.firing === now.firing && !standsOtherwise(drawn, now),
    }),
    [join, firing],
  );
  const servers = useMemo(() => fleet.list.map((row) => row.server), [fleet.list]);
  const totals = useMemo(() => fleetTotals(rows), [rows]);
  const about = useGroupWords(query.grouping === 'group');
  const groups = useMemo(() => fleetGroups(rows, query, about), [rows, query, about]);
  const shown = groups.reduce((sum, group) => sum + group.rows.length, 0);
  const picked = useMemo(() => new Set([...selected].filter((id) => fleet.items.has(id))), [selected, fleet.items]);
  const closeDialog = () => change({ dialog: undefined, server: undefined, on: undefined, trust: undefined });
  const removed = search.dialog === 'remove' ? fleet.list.find((row) => row.server.name === search.server)?.server : undefined;

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <FleetHeader totals={totals} fleet={fleet} onAdd={() => change({ dialog: 'add' })} />
      {fleet.status === 'error' && fleet.error ? (
        <div className="px-4">
          <ErrorPanel error={fleet.error} />
        </div>
      ) : fleet.status === 'loading' ? (
        <div className="px-4 pt-9">
          <SkeletonRows count={14} label="Loading the fleet" />
        </div>
      ) : fleet.list.length === 0 ? (
        <FirstRun onAdd={() => change({ dialog: 'add' })} onImport={() => change({ dialog: 'import' })} />
      ) : (
        <>
          <FleetTools totals={totals} query={query} onChange={change} />
          {shown === 0 ? (
            <div className="px-4">
              <EmptyState
                title="No server matches this filter"
                actions={<Button onClick={() => change({ q: undefined, env: undefined, attention: undefined })}>Clear the filter</Button>}
              >
                {totals.servers.toLocaleString('en')} servers are in the inventory.
              </EmptyState>
            </div>
          ) : (
            <DataTable
              label="Fleet"
              columns={fleetColumns}
              groups={groups}
              rowKey={rowKey}
              live={live}
              sort={sort}
              onSort={(next) => change({ sort: formatSort(next) })}
              selected={picked}
              onSelect={setSelected}
              onOpen={(row) => void navigate({ to: '/servers/$name/$tab', params: { name: row.server.name, tab: 'overview' }, search: {} })}
              rowHeight={settings?.density === 'comfortable' ? 40 : 32}
            />
          )}
          {picked.size > 0 && <FleetActionBar rows={fleet.list} selected={picked} onClear={() => setSelected(new Set())} />}
        </>
      )}
      <Suspense>
        {search.dialog === 'add' && <AddServerDialog onClose={closeDialog} onTrust={(name) => change({ dialog: undefined, trust: name })} />}
        {search.dialog === 'edit' && search.server && (
          <EditServerDialog
            key={search.server}
            name={search.server}
            onClose={closeDialog}
            onSaved={(server, isTrusted) => change({ dialog: undefined, server: undefined, trust: isTrusted ? undefined : server.name })}
          />
        )}
        {search.dialog === 'labels' && search.on && fleet.status !== 'loading' && (
          <LabelServersDialog selector={search.on} servers={servers} onClose={closeDialog} />
        )}
        {removed && <RemoveServerDialog server={removed} onClose={closeDialog} onRemoved={closeDialog} />}
        {search.dialog === 'import' && <ImportDialog onClose={closeDialog} />}
        {search.dialog === 'export' && <ExportDialog selector={search.on} onClose={closeDialog} />}
        {search.trust && <TrustDialog name={search.trust} onClose={closeDialog} />}
      </Suspense>
    </div>
  );
}
