import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { AlertRecord } from '../../../shared/model/alert.ts';
import { type AlertSeverity, alertSeverities } from '../../../shared/model/alertRule.ts';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useConnection } from '../../client/useConnection.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { coreNowMs } from '../../ui/clock.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { formatAge } from '../../ui/format.ts';
import { RelativeTime, StaleMark } from '../../ui/RelativeTime.tsx';
import { Select } from '../../ui/Select.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import type { TableColumn } from '../../ui/tableModel.ts';
import { TabTools } from '../records/TabTools.tsx';
import { severityTones } from './alertTotals.ts';
import { causeText } from './alertView.ts';
import { subjectText } from './metricWords.ts';

const route = getRouteApi('/alerts');
const pageSize = 100;
const rowKey = ({ id }: AlertRecord) => id;
const spans = { '1d': 86_400_000, '7d': 7 * 86_400_000, '30d': 30 * 86_400_000 } as const;

const columns: readonly TableColumn<AlertRecord>[] = [
  {
    id: 'when',
    title: 'Raised',
    minWidth: 74,
    align: 'end',
    cell: ({ raisedAtMs }) => <RelativeTime atMs={raisedAtMs} suffix=" ago" className="text-faint" />,
  },
  {
    id: 'severity',
    title: 'Severity',
    minWidth: 100,
    cell: ({ severity, endedAtMs }) => <StateMark tone={endedAtMs === null ? severityTones[severity] : 'off'}>{severity}</StateMark>,
  },
  {
    id: 'what',
    title: 'What was wrong',
    minWidth: 220,
    grow: 3,
    cell: ({ id, title, flapping, level, whileAway }) => (
      <span className="flex min-w-0 items-center gap-2">
        <Link to="/alerts/$id" params={{ id }} tabIndex={-1} className="truncate font-semibold hover:underline">
          {title}
        </Link>
        {whileAway && <Badge>while away</Badge>}
        {flapping && <Badge tone="warn">came and went</Badge>}
        {level > 1 && <Badge>level {level}</Badge>}
      </span>
    ),
  },
  { id: 'cause', title: 'Cause', minWidth: 110, grow: 0.6, priority: 3, cell: ({ cause }) => <span className="truncate text-muted">{causeText(cause)}</span> },
  {
    id: 'where',
    title: 'Where',
    minWidth: 140,
    grow: 1.4,
    cell: ({ servers, subjects }) => (
      <span className="truncate">
        {servers.map(({ name }) => name).join(', ') || 'this computer'}
        {subjects.length > 0 && <span className="text-muted"> · {subjects.slice(0, 3).map(subjectText).join(', ')}</span>}
      </span>
    ),
  },
  {
    id: 'who',
    title: 'Looked after by',
    minWidth: 108,
    priority: 2,
    cell: ({ acknowledgedBy }) => <span className="truncate text-muted">{acknowledgedBy ?? 'nobody'}</span>,
  },
  {
    id: 'lasted',
    title: 'Lasted',
    minWidth: 64,
    align: 'end',
    cell: ({ raisedAtMs, endedAtMs }) =>
      endedAtMs === null ? <span className="text-warn">open</span> : <span className="text-muted">{formatAge(endedAtMs - raisedAtMs)}</span>,
  },
  {
    id: 'incident',
    title: 'Incident',
    minWidth: 76,
    priority: 1,
    cell: ({ incident }) =>
      incident === null ? (
        <span className="text-faint">—</span>
      ) : (
        <Link to="/incidents/$id" params={{ id: incident }} tabIndex={-1} className="text-accent hover:underline">
          {incident}
        </Link>
      ),
  },
];

/** What was wrong before, the newest first. */
export function HistoryTab() {
  const { q, severity, state = 'all', since = '7d' } = route.useSearch();
  const navigate = route.useNavigate();
  const link = useConnection();
  const change = (changes: Partial<ReturnType<typeof route.useSearch>>) => void navigate({ search: (before) => ({ ...before, ...changes }), replace: true });
  const filter = { state: state as 'all' | 'open' | 'ended', limit: pageSize, ...(q && { text: q }), ...(severity && { severities: [severity] }) };
  const history = useInfiniteQuery({
    queryKey: [...orpc.alerts.list.key(), 'history', filter, since],
    queryFn: ({ pageParam, signal }) =>
      client.alerts.list({ ...filter, ...(since !== 'all' && { sinceMs: coreNowMs() - spans[since] }), ...pageParam }, { signal }),
    initialPageParam: {} as { beforeMs?: number; beforeId?: string },
    getNextPageParam: ({ alerts, more }) => {
      const last = alerts.at(-1);
      return more && last !== undefined ? { beforeMs: last.raisedAtMs, beforeId: last.id } : null;
    },
    placeholderData: (before) => before,
    refetchInterval: 30_000,
  });
  const rows = useMemo(() => history.data?.pages.flatMap(({ alerts }) => alerts) ?? [], [history.data]);
  const groups = useMemo(() => [{ key: 'all', title: '', rows }], [rows]);
  const isFiltered = Boolean(q || severity || state !== 'all');
  return (
    <>
      <TabTools text={q ?? ''} label="Filter the history" placeholder="Title, cause, server or subject" onText={(text) => change({ q: text })}>
        {history.data && link.state === 'offline' && <StaleMark sinceMs={history.dataUpdatedAt} />}
        <Select
          label="Severity"
          prefix="severity"
          value={severity ?? 'any'}
          options={[{ value: 'any', label: 'any' }, ...alertSeverities.toReversed().map((value) => ({ value, label: value }))]}
          onChange={(value) => change({ severity: value === 'any' ? undefined : (value as AlertSeverity) })}
        />
        <Select
          label="State"
          prefix="state"
          value={state}
          options={[
            { value: 'all', label: 'any' },
            { value: 'open', label: 'open' },
            { value: 'ended', label: 'over' },
          ]}
          onChange={(value) => change({ state: value === 'all' ? undefined : (value as typeof state) })}
        />
        <Select
          label="Since"
          prefix="of the last"
          value={since}
          options={[
            { value: '1d', label: 'day' },
            { value: '7d', label: '7 days' },
            { value: '30d', label: '30 days' },
            { value: 'all', label: 'years' },
          ]}
          onChange={(value) => change({ since: value === '7d' ? undefined : (value as typeof since) })}
        />
      </TabTools>
      {history.isPending ? (
        <div className="px-4">
          <SkeletonRows count={12} label="Loading the history" />
        </div>
      ) : history.error && rows.length === 0 ? (
        <div className="max-w-[760px] p-4">
          <ErrorPanel error={toSerializedError(history.error)} actions={<Button onClick={() => void history.refetch()}>Try again</Button>} />
        </div>
      ) : rows.length === 0 ? (
        <div className="px-4">
          <EmptyState title={isFiltered ? 'Nothing fits' : 'Nothing was wrong'}>
            {isFiltered
              ? 'Take a filter away, or look further back.'
              : 'Every alert stands here from its raise to its end, with what it was believed for and who was told.'}
          </EmptyState>
        </div>
      ) : (
        <>
          <DataTable
            label="History of alerts"
            columns={columns}
            groups={groups}
            rowKey={rowKey}
            onOpen={({ id }) => void navigate({ to: '/alerts/$id', params: { id } })}
          />
          {history.hasNextPage && (
            <div className="border-t border-hairline px-4 py-2">
              <Button busy={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
                Older
              </Button>
            </div>
          )}
        </>
      )}
    </>
  );
}
