import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ShieldCheck } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import type { ShownRecord } from '../../../shared/contract/activity.ts';
import { activityOutcomeSchema } from '../../../shared/model/activity.ts';
import { orpc } from '../../client/client.ts';
import { activityCopiesStore, activityHeadStore, useStateStream } from '../../client/streams.ts';
import { Button } from '../../ui/Button.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { count } from '../../ui/format.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Select } from '../../ui/Select.tsx';
import { StateMark, type Tone } from '../../ui/StateMark.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import type { TableColumn } from '../../ui/tableModel.ts';
import { Loaded } from '../records/Loaded.tsx';
import { TabTools } from '../records/TabTools.tsx';
import { CopiesTable } from './CopiesTable.tsx';
import { VerifyDialog } from './VerifyDialog.tsx';

const route = getRouteApi('/activity');
const outcomes: Record<ShownRecord['entry']['outcome'], { tone: Tone; word: string }> = {
  started: { tone: 'info', word: 'started' },
  done: { tone: 'good', word: 'done' },
  failed: { tone: 'bad', word: 'failed' },
  'partly-failed': { tone: 'warn', word: 'partly failed' },
  cancelled: { tone: 'off', word: 'cancelled' },
  'needs-attention': { tone: 'warn', word: 'needs a look' },
};

const columns: readonly TableColumn<ShownRecord>[] = [
  { id: 'when', title: 'When', minWidth: 84, align: 'end', cell: ({ entry }) => <RelativeTime atMs={entry.atMs} suffix=" ago" className="text-faint" /> },
  {
    id: 'who',
    title: 'Who',
    minWidth: 110,
    cell: ({ entry, signedBy, key }) => (
      <span className="truncate" title={`Signed with ${key}${signedBy === null ? ', which nobody known here holds' : `, the key of ${signedBy}`}`}>
        {entry.who}
        {signedBy === null && <span className="text-warn"> (unknown key)</span>}
      </span>
    ),
  },
  {
    id: 'what',
    title: 'What',
    minWidth: 220,
    grow: 3,
    cell: ({ entry }) =>
      entry.operationId === undefined ? (
        <span className="truncate">{entry.what}</span>
      ) : (
        <Link to="/operations/$id" params={{ id: entry.operationId }} tabIndex={-1} className="truncate hover:underline">
          {entry.what}
        </Link>
      ),
  },
  {
    id: 'servers',
    title: 'Where',
    minWidth: 120,
    grow: 1,
    priority: 1,
    cell: ({ entry }) => <span className="truncate text-muted">{entry.servers.map(({ name }) => name).join(', ') || 'this computer'}</span>,
  },
  {
    id: 'how',
    title: 'How it went',
    minWidth: 130,
    cell: ({ entry }) => (
      <StateMark tone={outcomes[entry.outcome].tone} title={entry.error}>
        {outcomes[entry.outcome].word}
      </StateMark>
    ),
  },
  { id: 'seq', title: 'No.', minWidth: 56, align: 'end', priority: 2, cell: ({ seq }) => <span className="text-faint tabular-nums">{seq}</span> },
];
const rowKey = (record: ShownRecord) => String(record.seq);
const any = 'any';

/** Who changed what, where and when; whether the ledger is whole; and how each server's copy stands. */
export function ActivityScreen() {
  const { q, server, outcome, tab = 'changes', dialog, limit = 200 } = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changes: Partial<ReturnType<typeof route.useSearch>>) => void navigate({ search: (before) => ({ ...before, ...changes }), replace: true });
  const filter = { ...(q && { search: q }), ...(server && { server }), ...(outcome && { outcome }), limit };
  const head = useStateStream(activityHeadStore).list[0]?.seq ?? 0;
  const copies = useStateStream(activityCopiesStore);
  const query = useQuery({ ...orpc.activity.list.queryOptions({ input: filter }), placeholderData: (before) => before });
  const { refetch } = query;
  // Another head is another entry: what is shown is read anew.
  useEffect(() => {
    if (head > 0) void refetch();
  }, [head, refetch]);
  const groups = useMemo(() => [{ key: 'all', title: '', rows: query.data?.records ?? [] }], [query.data]);
  const isFiltered = Boolean(q || server || outcome);
  const behind = copies.list.filter(({ pending }) => pending > 0).length;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        title="Activity"
        actions={
          <Button icon={ShieldCheck} onClick={() => change({ dialog: 'verify' })}>
            Verify
          </Button>
        }
      >
        <span>{query.data ? `${count(query.data.total, 'change')}, each signed and chained to the one before` : 'Every change made through Pilothouse'}</span>
      </PageHeader>
      <Tabs
        label="Parts of the ledger"
        value={tab}
        tabs={[
          { value: 'changes', label: 'Changes' },
          { value: 'copies', label: behind > 0 ? `Copies on servers, ${behind} behind` : 'Copies on servers', count: copies.list.length },
        ]}
        onChange={(next) => change({ tab: next })}
      >
        {tab === 'copies' ? (
          <CopiesTable copies={copies} />
        ) : (
          <>
            <TabTools text={q ?? ''} label="Filter changes" placeholder="Who, what, or a server" onText={(text) => change({ q: text })}>
              {server && <Button onClick={() => change({ server: undefined })}>on {server} ×</Button>}
              <Select
                label="How it went"
                prefix="how"
                value={outcome ?? any}
                options={[{ value: any, label: 'any' }, ...activityOutcomeSchema.options.map((value) => ({ value, label: outcomes[value].word }))]}
                onChange={(value) => change({ outcome: value === any ? undefined : (value as typeof outcome) })}
              />
            </TabTools>
            <Loaded query={query} label="Loading the ledger">
              {({ records, more }) =>
                records.length === 0 ? (
                  <div className="px-4">
                    <EmptyState title={isFiltered ? 'No change fits' : 'Nothing was changed yet'}>
                      {isFiltered
                        ? 'Take a filter away.'
                        : 'Whatever anybody changes through Pilothouse stands here, and on the server that it was changed on.'}
                    </EmptyState>
                  </div>
                ) : (
                  <>
                    <DataTable
                      label="Changes"
                      columns={columns}
                      groups={groups}
                      rowKey={rowKey}
                      onOpen={({ entry }) => entry.operationId && void navigate({ to: '/operations/$id', params: { id: entry.operationId } })}
                    />
                    {more && (
                      <div className="border-t border-hairline px-4 py-2">
                        <Button onClick={() => change({ limit: Math.min(1000, limit + 200) })} disabled={limit >= 1000}>
                          {limit >= 1000 ? 'Filter to see older ones' : 'Show more'}
                        </Button>
                      </div>
                    )}
                  </>
                )
              }
            </Loaded>
          </>
        )}
      </Tabs>
      {dialog === 'verify' && <VerifyDialog onClose={() => change({ dialog: undefined })} />}
    </div>
  );
}
