import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { BackupHealth } from '../../../shared/model/backup.ts';
import { orpc } from '../../client/client.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { count, formatBytes, formatElapsed } from '../../ui/format.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { formatSort, parseSort, type TableColumn } from '../../ui/tableModel.ts';
import { Loaded } from '../records/Loaded.tsx';
import { TabTools } from '../records/TabTools.tsx';
import { backupStates, bySeverity } from './backupWords.ts';

const route = getRouteApi('/backups');
const none = <span className="text-faint">none</span>;

const columns: readonly TableColumn<BackupHealth>[] = [
  {
    id: 'server',
    title: 'Server',
    minWidth: 120,
    sortBy: ({ serverName }) => serverName,
    cell: ({ serverName, stackId }) => (
      <Link
        to="/backups/$server/$stack"
        params={{ server: serverName, stack: stackId }}
        search={{}}
        tabIndex={-1}
        className="truncate font-semibold hover:underline"
      >
        {serverName}
      </Link>
    ),
  },
  {
    id: 'stack',
    title: 'Stack',
    minWidth: 130,
    grow: 0.6,
    sortBy: ({ stackId }) => stackId,
    cell: ({ stackId }) => <span className="truncate">{stackId}</span>,
  },
  {
    id: 'state',
    title: 'State',
    minWidth: 118,
    sortBy: ({ state }) => Object.keys(backupStates).indexOf(state),
    cell: ({ state, reasons }) => (
      <StateMark tone={backupStates[state].tone} title={reasons.join('\n')}>
        {backupStates[state].word}
      </StateMark>
    ),
  },
  {
    id: 'newest',
    title: 'Newest',
    minWidth: 84,
    align: 'end',
    sortBy: ({ newest }) => newest?.manifest.startedAtMs ?? null,
    cell: ({ newest }) => (newest === null ? none : <RelativeTime atMs={newest.manifest.startedAtMs} />),
  },
  {
    id: 'sets',
    title: 'Sets',
    minWidth: 54,
    align: 'end',
    priority: 1,
    sortBy: ({ sets }) => sets,
    cell: ({ sets }) => <span className="tabular-nums">{sets}</span>,
  },
  {
    id: 'size',
    title: 'Size',
    minWidth: 84,
    align: 'end',
    priority: 2,
    sortBy: ({ bytes }) => bytes,
    cell: ({ bytes }) => <span className="tabular-nums">{bytes === 0 ? '' : formatBytes(bytes)}</span>,
  },
  {
    id: 'places',
    title: 'Places',
    minWidth: 60,
    align: 'end',
    priority: 1,
    cell: ({ newest }) => (newest === null ? '' : <span className="tabular-nums">{newest.places.length}</span>),
  },
  {
    id: 'restore',
    title: 'Last restore took',
    minWidth: 120,
    align: 'end',
    sortBy: ({ lastRestore }) => lastRestore?.durationMs ?? null,
    cell: ({ lastRestore }) =>
      lastRestore === null ? (
        <span className="text-faint">never tried</span>
      ) : (
        <span className={lastRestore.ok ? 'tabular-nums' : 'text-bad'}>{lastRestore.ok ? formatElapsed(lastRestore.durationMs) : 'failed'}</span>
      ),
  },
  {
    id: 'why',
    title: 'Why',
    minWidth: 160,
    grow: 3,
    cell: ({ reasons }) => (
      <span className="truncate text-muted" title={reasons.join('\n')}>
        {reasons[0] ?? ''}
      </span>
    ),
  },
];

/** How the backups of every stack stand. */
export function BackupsScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const health = useQuery({ ...orpc.backups.health.queryOptions({ input: {} }), refetchInterval: 15_000, select: (data) => data.health });
  const rows = useMemo(() => {
    const words = (search.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    const text = ({ serverName, stackId, state, reasons }: BackupHealth) => [serverName, stackId, backupStates[state].word, ...reasons].join(' ').toLowerCase();
    return (health.data ?? []).filter((row) => words.every((word) => text(row).includes(word))).sort(bySeverity);
  }, [health.data, search.q]);
  const sort = useMemo(() => parseSort(search.sort), [search.sort]);
  const bad = (health.data ?? []).filter(({ state }) => state === 'bad' || state === 'missing' || state === 'stale').length;
  const change = (changes: typeof search) => void navigate({ search: (before) => ({ ...before, ...changes }), replace: true });
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title="Backups">
        <span className={bad > 0 ? 'text-warn' : undefined}>
          {bad > 0 ? `${count(bad, 'stack')} could not be brought back as it should` : 'What every stack could be brought back from'}
        </span>
      </PageHeader>
      <TabTools text={search.q ?? ''} label="Filter backups" placeholder="Filter: server, stack, state" onText={(q) => change({ q })} />
      <Loaded query={health} label="Loading backups" rows={14}>
        {(all) =>
          rows.length > 0 ? (
            <DataTable
              label="Backups"
              columns={columns}
              groups={[{ key: 'all', title: '', rows }]}
              rowKey={({ serverId, stackId }) => `${serverId} ${stackId}`}
              sort={sort}
              onSort={(next) => change({ sort: formatSort(next) })}
              onOpen={({ serverName, stackId }) => void navigate({ to: '/backups/$server/$stack', params: { server: serverName, stack: stackId }, search: {} })}
            />
          ) : (
            <div className="px-4">
              {all.length === 0 ? (
                <EmptyState
                  title="Nothing is deployed, and nothing was kept"
                  actions={
                    <Link to="/stacks" className={buttonClass('primary')}>
                      Deploy a stack
                    </Link>
                  }
                >
                  Every stack on every server stands here, with how it could be brought back.
                </EmptyState>
              ) : (
                <EmptyState title="No stack matches this filter" actions={<Button onClick={() => change({ q: undefined })}>Clear the filter</Button>}>
                  {count(all.length, 'row')} are there.
                </EmptyState>
              )}
            </div>
          )
        }
      </Loaded>
    </div>
  );
}
