import { useCallback, useMemo } from 'react';
import { filterInstances, gpuWords, leadingPrice, totalVramGb, typeOf } from '../../../shared/model/instanceFilter.ts';
import type { InstanceType } from '../../../shared/model/instanceType.ts';
import { formatCost, formatTotal, monthlyAmount } from '../../../shared/model/money.ts';
import type { Server } from '../../../shared/model/server.ts';
import { Button } from '../../ui/Button.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Select } from '../../ui/Select.tsx';
import { Mark } from '../../ui/StateMark.tsx';
import { formatSort, parseSort, type TableColumn } from '../../ui/tableModel.ts';
import { InstanceDialog } from './InstanceDialog.tsx';
import { Loaded } from './Loaded.tsx';
import type { RecordsTabProps } from './recordsSearch.ts';
import { none } from './recordWords.tsx';
import { TabTools } from './TabTools.tsx';
import { useCatalogue } from './useRecords.ts';

const open = (
  <span className="text-faint" title="No source says">
    ?
  </span>
);

const columns: readonly TableColumn<InstanceType>[] = [
  {
    id: 'provider',
    title: 'Provider',
    minWidth: 110,
    sortBy: ({ provider }) => provider,
    cell: ({ provider }) => <span className="text-muted">{provider}</span>,
  },
  {
    id: 'name',
    title: 'Instance type',
    minWidth: 170,
    grow: 1.4,
    sortBy: ({ name }) => name,
    cell: ({ name, doubts }) => (
      <span className="flex min-w-0 items-center gap-2">
        <span className="truncate font-semibold">{name}</span>
        {doubts.length > 0 && (
          <span title={doubts.join('\n')} role="img" aria-label="Doubtful">
            <Mark tone="warn" size={10} />
          </span>
        )}
      </span>
    ),
  },
  { id: 'vcpu', title: 'vCPU', minWidth: 58, align: 'end', sortBy: ({ vcpu }) => vcpu, cell: ({ vcpu }) => vcpu ?? open },
  { id: 'ram', title: 'Memory', minWidth: 78, align: 'end', sortBy: ({ ramGb }) => ramGb, cell: ({ ramGb }) => (ramGb === null ? open : `${ramGb} GB`) },
  {
    id: 'gpu',
    title: 'GPU',
    minWidth: 170,
    grow: 1.2,
    sortBy: ({ gpu }) => gpu?.model ?? null,
    cell: (type) => (type.gpu ? <span className="truncate">{gpuWords(type)}</span> : none),
  },
  {
    id: 'vram',
    title: 'VRAM',
    minWidth: 70,
    align: 'end',
    priority: 1,
    sortBy: (type) => totalVramGb(type) || null,
    cell: (type) => (type.gpu === null ? none : totalVramGb(type) === null ? open : `${totalVramGb(type)} GB`),
  },
  {
    id: 'network',
    title: 'Network',
    minWidth: 120,
    grow: 0.8,
    priority: 3,
    cell: ({ network }) => (network ? <span className="truncate text-muted">{network}</span> : none),
  },
  { id: 'price', title: 'Price', minWidth: 152, align: 'end', sortBy: priceOrder, cell: (type) => <Price type={type} /> },
  { id: 'month', title: 'By the month', minWidth: 178, align: 'end', priority: 2, sortBy: priceOrder, cell: (type) => <Month type={type} /> },
  {
    id: 'asOf',
    title: 'As of',
    minWidth: 88,
    priority: 2,
    sortBy: (type) => leadingPrice(type)?.asOf ?? null,
    cell: (type) => <span className="text-faint">{leadingPrice(type)?.asOf ?? ''}</span>,
  },
];

/** Prices of different currencies stand apart: the currency comes first. */
function priceOrder(type: InstanceType): string | null {
  const price = leadingPrice(type);
  return price === null ? null : `${price.currency} ${monthlyAmount(price).toFixed(2)}`;
}

function Price({ type }: { type: InstanceType }) {
  const price = leadingPrice(type);
  return price === null ? none : <span title={`${price.source}, ${price.asOf ?? 'undated'}`}>{`${price.rounded ? '~ ' : ''}${formatCost(price)}`}</span>;
}

function Month({ type }: { type: InstanceType }) {
  const price = leadingPrice(type);
  if (price === null) return none;
  return <span className="text-muted">{formatTotal({ currency: price.currency, amount: monthlyAmount(price), estimated: price.per !== 'month' })}</span>;
}

const gpus = [
  { value: '', label: 'any or none' },
  { value: 'any', label: 'with a GPU' },
  { value: 'none', label: 'without' },
  ...['A100', 'A10G', 'A10', 'A6000', 'RTX', 'V100', 'T4'].map((value) => ({ value, label: value })),
];
const vrams = ['', '16', '24', '40', '80', '160', '320'].map((value) => ({ value, label: value === '' ? 'any' : `${value} GB or more` }));

/** Kinds of machine that providers rent out. */
export function InstancesTab({ search, change, servers }: RecordsTabProps & { servers: readonly Server[] }) {
  const catalogue = useCatalogue();
  const onText = useCallback((q: string | undefined) => change({ q }), [change]);
  const types = catalogue.data?.types;
  const providers = useMemo(() => [...new Set((types ?? []).map(({ provider }) => provider))], [types]);
  const rows = useMemo(
    () => filterInstances(types ?? [], { text: search.q, provider: search.provider, gpu: search.gpu, minVramGb: search.vram }),
    [types, search.q, search.provider, search.gpu, search.vram],
  );
  const sort = useMemo(() => parseSort(search.sort), [search.sort]);
  const item = search.item === undefined ? undefined : types?.find(({ id }) => id === search.item);
  const users = useMemo(() => (item ? servers.filter((server) => typeOf([item], server.record) !== null) : []), [item, servers]);
  return (
    <>
      <TabTools text={search.q ?? ''} label="Filter instance types" placeholder="Filter: name, GPU, use" onText={onText}>
        <Select
          label="Provider"
          prefix="Provider:"
          value={search.provider ?? ''}
          options={[{ value: '', label: 'all' }, ...providers.map((value) => ({ value, label: value }))]}
          onChange={(provider) => change({ provider: provider || undefined })}
        />
        <Select label="GPU" prefix="GPU:" value={search.gpu ?? ''} options={gpus} onChange={(gpu) => change({ gpu: gpu || undefined })} />
        <Select
          label="VRAM of all cards"
          prefix="VRAM:"
          value={search.vram === undefined ? '' : String(search.vram)}
          options={vrams}
          onChange={(vram) => change({ vram: vram === '' ? undefined : Number(vram) })}
        />
      </TabTools>
      <Loaded query={catalogue} label="Loading instance types">
        {({ about }) =>
          rows.length === 0 ? (
            <div className="px-4">
              <EmptyState
                title="No instance type is like that"
                actions={<Button onClick={() => change({ q: undefined, provider: undefined, gpu: undefined, vram: undefined })}>Clear the filter</Button>}
              >
                What no source says never counts as enough.
              </EmptyState>
            </div>
          ) : (
            <>
              <DataTable
                label="Instance types"
                columns={columns}
                groups={[{ key: 'all', title: '', rows }]}
                rowKey={({ id }) => id}
                sort={sort}
                onSort={(next) => change({ sort: formatSort(next) })}
                onOpen={({ id }) => change({ item: id })}
              />
              <p className="shrink-0 border-t border-hairline px-4 py-1.5 text-sm text-faint">{about}</p>
            </>
          )
        }
      </Loaded>
      {search.item !== undefined && types && <InstanceDialog id={search.item} type={item} users={users} onClose={() => change({ item: undefined })} />}
    </>
  );
}
