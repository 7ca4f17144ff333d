import { Plus } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { type Group, groupKinds } from '../../../shared/model/group.ts';
import { monthlyTotals } from '../../../shared/model/money.ts';
import type { Server } from '../../../shared/model/server.ts';
import { Button } from '../../ui/Button.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { count } from '../../ui/format.ts';
import { StateMark } from '../../ui/StateMark.tsx';
import { formatSort, parseSort, type TableColumn } from '../../ui/tableModel.ts';
import { GroupDialog } from './GroupDialog.tsx';
import { Loaded } from './Loaded.tsx';
import type { RecordsTabProps } from './recordsSearch.ts';
import { none, Totals } from './recordWords.tsx';
import { TabTools } from './TabTools.tsx';
import { useGroups } from './useRecords.ts';

type Row = Group & { totals: ReturnType<typeof monthlyTotals> };

const columns: readonly TableColumn<Row>[] = [
  {
    id: 'name',
    title: 'Group',
    minWidth: 130,
    grow: 1.2,
    sortBy: ({ name }) => name,
    cell: ({ name }) => <span className="truncate font-semibold">{name}</span>,
  },
  { id: 'kind', title: 'Kind', minWidth: 96, sortBy: ({ kind }) => kind, cell: ({ kind }) => <span className="text-muted">{groupKinds[kind].title}</span> },
  { id: 'count', title: 'Servers', minWidth: 72, align: 'end', sortBy: ({ members }) => members.length, cell: ({ members }) => members.length },
  { id: 'parts', title: 'Parts', minWidth: 180, grow: 1.6, priority: 1, cell: (group) => <span className="truncate text-muted">{partsOf(group) || '—'}</span> },
  {
    id: 'entrance',
    title: 'In front',
    minWidth: 110,
    grow: 0.8,
    priority: 2,
    cell: ({ entrance }) => (entrance ? <span className="truncate">{entrance}</span> : none),
  },
  { id: 'cost', title: 'Servers cost', minWidth: 150, grow: 1, priority: 3, cell: ({ totals }) => <Totals totals={totals} /> },
  {
    id: 'findings',
    title: 'To look at',
    minWidth: 150,
    grow: 2,
    sortBy: ({ findings }) => -findings.length,
    cell: ({ findings }) =>
      findings.length === 0 ? (
        none
      ) : (
        <StateMark tone="warn" title={findings.join('\n')}>
          {findings.length > 1 ? `${findings[0]} (and ${findings.length - 1} more)` : findings[0]}
        </StateMark>
      ),
  },
];

/** How many servers do what: `2 active, 1 backup`. */
export function partsOf({ members }: Pick<Group, 'members'>): string {
  const counts = new Map<string, number>();
  for (const { part } of members) if (part !== null) counts.set(part, (counts.get(part) ?? 0) + 1);
  return [...counts].map(([part, number]) => `${number} ${part}`).join(', ');
}

/** Groups: what each set of servers is. */
export function GroupsTab({ search, change, servers }: RecordsTabProps & { servers: readonly Server[] }) {
  const groups = useGroups();
  const onText = useCallback((q: string | undefined) => change({ q }), [change]);
  const rows = useMemo(() => {
    const costs = new Map(servers.map((server) => [server.id, server.record?.cost]));
    const wanted = (search.q ?? '').toLowerCase();
    return (groups.data ?? [])
      .filter((group) =>
        [group.name, groupKinds[group.kind].title, group.entrance, ...group.members.map(({ name }) => name)].join(' ').toLowerCase().includes(wanted),
      )
      .map((group): Row => ({ ...group, totals: monthlyTotals(group.members.flatMap(({ serverId }) => costs.get(serverId) ?? [])) }));
  }, [groups.data, servers, search.q]);
  const sort = useMemo(() => parseSort(search.sort), [search.sort]);
  const close = () => change({ item: undefined, dialog: undefined });
  const add = (
    <Button variant="primary" icon={Plus} onClick={() => change({ dialog: 'add', item: undefined })}>
      New group
    </Button>
  );
  return (
    <>
      <TabTools text={search.q ?? ''} label="Filter groups" placeholder="Filter: name, kind, server" onText={onText} actions={add} />
      <Loaded query={groups} label="Loading groups">
        {(all) =>
          all.length === 0 ? (
            <div className="px-4">
              <EmptyState title="No groups yet" actions={add}>
                A group names servers that belong together: a pool behind a load balancer, a cluster, a primary place with its standby. Commands take{' '}
                <code className="font-mono text-sm">group:name</code> wherever servers are named.
              </EmptyState>
            </div>
          ) : rows.length === 0 ? (
            <div className="px-4">
              <EmptyState title="No group matches this filter" actions={<Button onClick={() => change({ q: undefined })}>Clear the filter</Button>}>
                {count(all.length, 'group')} {all.length === 1 ? 'is' : 'are'} there.
              </EmptyState>
            </div>
          ) : (
            <DataTable
              label="Groups"
              columns={columns}
              groups={[{ key: 'all', title: '', rows }]}
              rowKey={({ name }) => name}
              sort={sort}
              onSort={(next) => change({ sort: formatSort(next) })}
              onOpen={({ name }) => change({ item: name })}
            />
          )
        }
      </Loaded>
      {groups.data && (search.dialog === 'add' || search.item !== undefined) && (
        <GroupDialog
          key={search.item ?? ''}
          name={search.dialog === 'add' ? null : (search.item ?? null)}
          groups={groups.data}
          servers={servers}
          onClose={close}
        />
      )}
    </>
  );
}
