import { Plus } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { type CloudResource, resourceKinds } from '../../../shared/model/cloudResource.ts';
import { monthlyAmount, monthlyTotals } from '../../../shared/model/money.ts';
import type { Server } from '../../../shared/model/server.ts';
import { Button } from '../../ui/Button.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { count } from '../../ui/format.ts';
import { formatSort, parseSort, type TableColumn } from '../../ui/tableModel.ts';
import { Loaded } from './Loaded.tsx';
import { ResourceDialog } from './ResourceDialog.tsx';
import type { RecordsTabProps } from './recordsSearch.ts';
import { CostText, none, Totals } from './recordWords.tsx';
import { TabTools } from './TabTools.tsx';
import { useResources } from './useRecords.ts';

const text = (value: string | null) => (value ? <span className="truncate">{value}</span> : none);
const serves = ({ groups, servers }: CloudResource) => [...groups.map((group) => `group:${group}`), ...servers].join(' ');

const columns: readonly TableColumn<CloudResource>[] = [
  {
    id: 'name',
    title: 'Resource',
    minWidth: 130,
    grow: 1.2,
    sortBy: ({ name }) => name,
    cell: ({ name }) => <span className="truncate font-semibold">{name}</span>,
  },
  {
    id: 'kind',
    title: 'Kind',
    minWidth: 116,
    sortBy: ({ kind }) => resourceKinds[kind],
    cell: ({ kind }) => <span className="text-muted">{resourceKinds[kind]}</span>,
  },
  { id: 'provider', title: 'Provider', minWidth: 110, grow: 0.8, sortBy: ({ provider }) => provider, cell: ({ provider }) => text(provider) },
  { id: 'region', title: 'Region', minWidth: 100, grow: 0.6, priority: 1, sortBy: ({ region }) => region, cell: ({ region }) => text(region) },
  { id: 'address', title: 'Address', minWidth: 130, grow: 1.2, priority: 2, cell: ({ address, identifier }) => text(address ?? identifier) },
  { id: 'serves', title: 'Serves', minWidth: 120, grow: 1.2, priority: 3, cell: (resource) => text(serves(resource)) },
  { id: 'owner', title: 'Owner', minWidth: 100, grow: 0.8, priority: 1, sortBy: ({ owner }) => owner, cell: ({ owner }) => text(owner) },
  {
    id: 'cost',
    title: 'Cost',
    minWidth: 140,
    align: 'end',
    // Prices of different currencies stand apart: the currency comes first.
    sortBy: ({ cost }) => (cost ? `${cost.currency} ${monthlyAmount(cost).toFixed(4)}` : null),
    cell: ({ cost }) => <CostText cost={cost} />,
  },
];

/** What is rented and is no server. */
export function ResourcesTab({ search, change, servers }: RecordsTabProps & { servers: readonly Server[] }) {
  const resources = useResources();
  const onText = useCallback((q: string | undefined) => change({ q }), [change]);
  const rows = useMemo(() => {
    const words = (search.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    const all = (resource: CloudResource) =>
      [
        resource.name,
        resourceKinds[resource.kind],
        resource.provider,
        resource.region,
        resource.address,
        resource.identifier,
        resource.owner,
        resource.notes,
        serves(resource),
      ]
        .join(' ')
        .toLowerCase();
    return (resources.data ?? []).filter((resource) => words.every((word) => all(resource).includes(word)));
  }, [resources.data, search.q]);
  const sort = useMemo(() => parseSort(search.sort), [search.sort]);
  const add = (
    <Button variant="primary" icon={Plus} onClick={() => change({ dialog: 'add', item: undefined })}>
      New resource
    </Button>
  );
  return (
    <>
      <TabTools text={search.q ?? ''} label="Filter cloud resources" placeholder="Filter: name, kind, provider, owner" onText={onText} actions={add}>
        <span className="text-muted">{rows.length > 0 && <Totals totals={monthlyTotals(rows.flatMap(({ cost }) => cost ?? []))} />}</span>
      </TabTools>
      <Loaded query={resources} label="Loading cloud resources">
        {(all) =>
          all.length === 0 ? (
            <div className="px-4">
              <EmptyState title="No cloud resources yet" actions={add}>
                Load balancers, buckets, CDN, keys, logs: what the fleet needs and is on no server. These are records of yours; nothing is asked of a provider.
              </EmptyState>
            </div>
          ) : rows.length === 0 ? (
            <div className="px-4">
              <EmptyState title="No resource matches this filter" actions={<Button onClick={() => change({ q: undefined })}>Clear the filter</Button>}>
                {count(all.length, 'resource')} {all.length === 1 ? 'is' : 'are'} there.
              </EmptyState>
            </div>
          ) : (
            <DataTable
              label="Cloud resources"
              columns={columns}
              groups={[{ key: 'all', title: '', rows }]}
              rowKey={({ id }) => id}
              sort={sort}
              onSort={(next) => change({ sort: formatSort(next) })}
              onOpen={({ name }) => change({ item: name })}
            />
          )
        }
      </Loaded>
      {resources.data && (search.dialog === 'add' || search.item !== undefined) && (
        <ResourceDialog
          key={search.item ?? ''}
          name={search.dialog === 'add' ? null : (search.item ?? null)}
          resources={resources.data}
          servers={servers}
          onClose={() => change({ item: undefined, dialog: undefined })}
        />
      )}
    </>
  );
}
