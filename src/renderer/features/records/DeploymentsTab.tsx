import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { RefreshCw } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import type { InventoryRow } from '../../../shared/contract/stacks.ts';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count } from '../../ui/format.ts';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { formatSort, parseSort, type TableColumn } from '../../ui/tableModel.ts';
import { errorSentence } from '../inventory/errorSentence.ts';
import { stackHealth } from '../stacks/stackHealth.ts';
import { Loaded } from './Loaded.tsx';
import type { RecordsTabProps } from './recordsSearch.ts';
import { none } from './recordWords.tsx';
import { TabTools } from './TabTools.tsx';
import { useInventory } from './useRecords.ts';

/** A look older than this can no longer be relied on. */
const staleAfterMs = 24 * 3_600_000;

/** Digests or commits of a release, each once, as short as people write them; and how many images name none. */
export function shortWords(row: InventoryRow, of: 'digest' | 'commit'): { words: string[]; all: string[]; missing: number } {
  const values = row.release?.images.map((image) => image[of]) ?? [];
  const all = [...new Set(values.filter((value) => value != null))];
  return { all, words: all.map((value) => value.replace(/^sha256:/, '').slice(0, 12)), missing: values.filter((value) => value == null).length };
}

function Hashes({ row, of }: { row: InventoryRow; of: 'digest' | 'commit' }) {
  if (row.stackId === null) return none;
  const { words, all, missing } = shortWords(row, of);
  if (words.length === 0) return <span className="text-faint">unknown</span>;
  const more = words.length - 1;
  return (
    <span className="truncate font-mono text-sm" title={[...all, ...(missing > 0 ? [`${missing} images name none`] : [])].join('\n')}>
      {words[0]}
      {more > 0 && <span className="font-sans text-faint"> and {more} more</span>}
    </span>
  );
}

const columns: readonly TableColumn<InventoryRow>[] = [
  {
    id: 'server',
    title: 'Server',
    minWidth: 130,
    grow: 1,
    sortBy: ({ serverName }) => serverName,
    cell: ({ serverName }) => (
      <Link to="/servers/$name/$tab" params={{ name: serverName, tab: 'stacks' }} tabIndex={-1} className="truncate font-semibold hover:underline">
        {serverName}
      </Link>
    ),
  },
  {
    id: 'environment',
    title: 'Environment',
    minWidth: 100,
    priority: 2,
    sortBy: ({ environment }) => environment,
    cell: ({ environment }) => <span className="text-muted">{environment}</span>,
  },
  {
    id: 'stack',
    title: 'Stack',
    minWidth: 140,
    grow: 1,
    sortBy: ({ stackId }) => stackId,
    cell: ({ stackId, lookedAtMs }) =>
      stackId === null ? (
        <span className="text-faint">{lookedAtMs === null ? 'unknown' : 'none'}</span>
      ) : (
        <Link to="/stacks/$id" params={{ id: stackId }} tabIndex={-1} className="truncate hover:underline">
          {stackId}
        </Link>
      ),
  },
  {
    id: 'version',
    title: 'Version',
    minWidth: 66,
    align: 'end',
    priority: 1,
    sortBy: ({ release }) => release?.stackVersion ?? null,
    cell: ({ release }) => (release?.stackVersion === undefined ? none : `v${release.stackVersion}`),
  },
  {
    id: 'release',
    title: 'Release',
    minWidth: 66,
    align: 'end',
    sortBy: ({ release }) => (release ? Number(release.id.slice(1)) : null),
    cell: ({ release }) => (release ? <span className="font-mono text-sm">{release.id}</span> : none),
  },
  {
    id: 'health',
    title: 'Health',
    minWidth: 104,
    sortBy: ({ health }) => health,
    cell: ({ stackId, health }) => (stackId === null ? none : <StateMark tone={stackHealth[health].tone}>{stackHealth[health].word}</StateMark>),
  },
  { id: 'digest', title: 'Digests', minWidth: 130, grow: 1, cell: (row) => <Hashes row={row} of="digest" /> },
  { id: 'commit', title: 'Commits', minWidth: 130, grow: 1, priority: 1, cell: (row) => <Hashes row={row} of="commit" /> },
  {
    id: 'who',
    title: 'Deployed',
    minWidth: 110,
    grow: 0.5,
    priority: 3,
    cell: ({ release }) =>
      release ? (
        <span className="truncate text-muted">
          {release.who}, <RelativeTime atMs={release.createdAtMs} suffix=" ago" />
        </span>
      ) : (
        none
      ),
  },
  {
    id: 'seen',
    title: 'Seen',
    minWidth: 72,
    align: 'end',
    sortBy: ({ lookedAtMs }) => (lookedAtMs === null ? null : -lookedAtMs),
    cell: ({ lookedAtMs }) =>
      lookedAtMs === null ? <span className="text-faint">never</span> : <RelativeTime atMs={lookedAtMs} staleAfterMs={staleAfterMs} className="text-faint" />,
  },
];

/** Which stack, version, digest and commit run on which server, as last seen. */
export function DeploymentsTab({ search, change }: RecordsTabProps) {
  const inventory = useInventory();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const onText = useCallback((q: string | undefined) => change({ q }), [change]);
  const observe = useMutation({
    mutationFn: () => client.stacks.observe({ selector: 'all' }),
    onSettled: () => queries.invalidateQueries({ queryKey: orpc.stacks.inventory.key() }),
  });
  const rows = useMemo(() => {
    const words = (search.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    const all = (row: InventoryRow) =>
      [
        row.serverName,
        row.environment,
        row.stackId ?? (row.lookedAtMs === null ? 'unknown' : 'none'),
        row.health,
        row.release?.id,
        ...shortWords(row, 'digest').all,
        ...shortWords(row, 'commit').all,
      ]
        .join(' ')
        .toLowerCase();
    return (inventory.data ?? []).filter((row) => words.every((word) => all(row).includes(word)));
  }, [inventory.data, search.q]);
  const sort = useMemo(() => parseSort(search.sort), [search.sort]);
  const failures = observe.data?.failures ?? [];
  const ask = (
    <Button icon={RefreshCw} busy={observe.isPending} onClick={() => observe.mutate()}>
      Ask the servers
    </Button>
  );
  return (
    <>
      <TabTools text={search.q ?? ''} label="Filter deployments" placeholder="Filter: server, stack, digest, commit" onText={onText} actions={ask} />
      {(observe.error || failures.length > 0) && (
        <div className="max-h-40 shrink-0 overflow-y-auto px-4 pb-2">
          {observe.error && <ErrorPanel error={toSerializedError(observe.error)} />}
          {failures.length > 0 && (
            <div role="status" className="rounded border border-warn/40 bg-warn-bg px-3 py-2">
              <p className="font-medium">{count(failures.length, 'server')} could not be asked; what was last seen of them stays.</p>
              <ul className="mt-1">
                {failures.map(({ serverName, error }) => (
                  <li key={serverName} className="text-muted">
                    <b className="font-semibold text-text">{serverName}</b> {errorSentence(error)}
                  </li>
                ))}
              </ul>
            </div>
          )}
        </div>
      )}
      <Loaded query={inventory} label="Loading deployments" rows={14}>
        {(all) =>
          all.length === 0 ? (
            <div className="px-4">
              <EmptyState
                title="No servers yet"
                actions={
                  <Link to="/fleet" search={{ dialog: 'add' }} className={buttonClass('primary')}>
                    Add a server
                  </Link>
                }
              >
                What runs on each server stands here once there is one.
              </EmptyState>
            </div>
          ) : rows.length === 0 ? (
            <div className="px-4">
              <EmptyState title="No deployment matches this filter" actions={<Button onClick={() => change({ q: undefined })}>Clear the filter</Button>}>
                {count(all.length, 'row')} are there.
              </EmptyState>
            </div>
          ) : (
            <DataTable
              label="Deployments"
              columns={columns}
              groups={[{ key: 'all', title: '', rows }]}
              rowKey={({ serverId, stackId }) => `${serverId} ${stackId}`}
              sort={sort}
              onSort={(next) => change({ sort: formatSort(next) })}
              onOpen={({ serverName }) => void navigate({ to: '/servers/$name/$tab', params: { name: serverName, tab: 'stacks' } })}
            />
          )
        }
      </Loaded>
    </>
  );
}
