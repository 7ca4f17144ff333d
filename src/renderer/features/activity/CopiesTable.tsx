import type { ActivityCopy } from '../../../shared/model/activity.ts';
import type { StateSnapshot } from '../../client/stateStore.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { count } from '../../ui/format.ts';
import { PlainTable } from '../../ui/PlainTable.tsx';
import { RelativeTime, StaleMark } from '../../ui/RelativeTime.tsx';
import { StateMark } from '../../ui/StateMark.tsx';

/** How the copy of each server stands. */
export function CopiesTable({ copies }: { copies: StateSnapshot<ActivityCopy> }) {
  if (copies.list.length === 0) {
    return (
      <div className="px-4">
        <EmptyState title="No server has a copy yet">The first change on a server begins one there: /var/lib/pilothouse/activity.jsonl.</EmptyState>
      </div>
    );
  }
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-4 py-2">
      {copies.status === 'stale' && <StaleMark sinceMs={copies.sinceMs} />}
      <PlainTable
        label="Copies on servers"
        rows={copies.list}
        rowKey={({ serverId }) => serverId}
        columns={[
          { id: 'server', title: 'Server', cell: ({ serverName }) => serverName },
          {
            id: 'state',
            title: 'State',
            cell: ({ pending, problem }) =>
              pending === 0 ? (
                <StateMark tone="good">all there</StateMark>
              ) : (
                <StateMark tone="warn" title={problem ?? undefined}>
                  {count(pending, 'entry', 'entries')} on the way{problem === null ? '' : `: ${problem}`}
                </StateMark>
              ),
          },
          { id: 'there', title: 'From this computer', align: 'end', cell: ({ delivered }) => delivered },
          {
            id: 'last',
            title: 'Last brought',
            align: 'end',
            cell: ({ lastDeliveredAtMs }) => (lastDeliveredAtMs === null ? 'never' : <RelativeTime atMs={lastDeliveredAtMs} suffix=" ago" />),
          },
        ]}
      />
    </div>
  );
}
