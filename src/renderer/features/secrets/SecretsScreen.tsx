import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { FileUp, KeyRound } from 'lucide-react';
import { useMemo } from 'react';
import { toast } from 'sonner';
import { orpc } from '../../client/client.ts';
import { Button } from '../../ui/Button.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Input } from '../../ui/Field.tsx';
import { count } from '../../ui/format.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import type { TableColumn } from '../../ui/tableModel.ts';
import { Loaded } from '../records/Loaded.tsx';
import { StackPlaces } from '../stacks/StackPlaces.tsx';
import { ImportEnvDialog } from './ImportEnvDialog.tsx';
import { KeepSecretDialog } from './KeepSecretDialog.tsx';
import { SecretDetail } from './SecretDetail.tsx';
import { type SecretRow, secretGroups } from './secretView.ts';

const route = getRouteApi('/secrets');
const rowKey = (row: SecretRow) => row.name;

function servicesOf({ uses }: SecretRow): string {
  return [...new Set(uses.flatMap((use) => use.services))].join(', ');
}

const columns: readonly TableColumn<SecretRow>[] = [
  {
    id: 'name',
    title: 'Secret',
    minWidth: 190,
    grow: 1.6,
    cell: (row) => (
      <code className="truncate font-mono text-sm font-medium" title={row.name}>
        {row.shortName}
      </code>
    ),
  },
  {
    id: 'for',
    title: 'For',
    minWidth: 120,
    grow: 0.8,
    cell: ({ place, uses }) => (
      <span className="truncate text-muted">
        {place.kind === 'stack' ? place.serverName : uses.length > 0 ? uses.map((use) => use.serverName).join(', ') : <span className="text-faint">—</span>}
      </span>
    ),
  },
  {
    id: 'services',
    title: 'Used by',
    minWidth: 160,
    grow: 1.4,
    priority: 1,
    cell: (row) =>
      row.uses.length === 0 ? (
        <span className="text-faint">nowhere yet</span>
      ) : (
        <span className="truncate text-muted" title={servicesOf(row)}>
          {servicesOf(row) || 'no service names it'}
        </span>
      ),
  },
  {
    id: 'since',
    title: 'In use since',
    minWidth: 92,
    priority: 2,
    cell: ({ uses: [use] }) => (use?.since ? <code className="font-mono text-sm text-muted">{use.since}</code> : <span className="text-faint">—</span>),
  },
  { id: 'age', title: 'Sealed', minWidth: 84, align: 'end', cell: (row) => <RelativeTime atMs={row.updatedAtMs} suffix=" ago" className="text-muted" /> },
];

/** Secrets that this computer keeps: whose they are, where they are in use, since when. Never a value. */
export function SecretsScreen() {
  const { q = '', item, dialog } = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const list = useQuery({ ...orpc.secrets.list.queryOptions({ input: {} }), refetchInterval: 30_000 });
  const refresh = () => void queries.invalidateQueries({ queryKey: orpc.secrets.key() });
  const show = (changes: { item?: string | undefined; dialog?: 'add' | 'import' | undefined; q?: string | undefined }) =>
    void navigate({
      search: (before) => Object.fromEntries(Object.entries({ ...before, ...changes }).filter(([, value]) => value !== undefined && value !== '')),
      replace: true,
    });
  const secrets = list.data?.secrets;
  const groups = useMemo(() => secretGroups(secrets ?? [], q), [secrets, q]);
  const rows = groups.flatMap((group) => group.rows);
  const shown = rows.find((row) => row.name === item);
  const siblings = rows.flatMap(({ place, shortName }) =>
    shown?.place.kind === 'stack' && place.kind === 'stack' && place.stackId === shown.place.stackId && shortName === shown.shortName ? [place.serverName] : [],
  );
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        title="Secrets"
        actions={
          <>
            <StackPlaces />
            <Button icon={FileUp} onClick={() => show({ dialog: 'import' })}>
              Import
            </Button>
            <Button variant="primary" icon={KeyRound} onClick={() => show({ dialog: 'add' })}>
              Keep a secret
            </Button>
          </>
        }
      >
        <span>
          {list.data ? `${count(list.data.secrets.length, 'secret')}, opened by ${list.data.keystores.join(', ') || 'nothing yet'}` : 'Sealed on this computer'}
        </span>
      </PageHeader>
      <div className="flex shrink-0 items-center gap-1.5 px-4 pb-2">
        <Input
          aria-label="Filter secrets"
          placeholder="Filter: name, stack, server, service"
          value={q}
          data-filter
          className="w-72!"
          onChange={(event) => show({ q: event.target.value })}
        />
      </div>
      <Loaded query={list} label="Loading secrets">
        {(all) =>
          all.secrets.length === 0 ? (
            <div className="px-4">
              <EmptyState
                title="No secret is kept"
                actions={
                  <>
                    <Button variant="primary" icon={KeyRound} onClick={() => show({ dialog: 'add' })}>
                      Keep a secret
                    </Button>
                    <Button icon={FileUp} onClick={() => show({ dialog: 'import' })}>
                      Import an env file
                    </Button>
                  </>
                }
              >
                A deploy makes up what a stack needs and keeps it here. What somebody else gives out, as a token, is put in by hand or taken from an env file.
              </EmptyState>
            </div>
          ) : rows.length === 0 ? (
            <div className="px-4">
              <EmptyState title="No secret fits that" actions={<Button onClick={() => show({ q: undefined })}>Show all</Button>} />
            </div>
          ) : (
            <div className={shown ? 'grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_minmax(280px,360px)]' : 'flex min-h-0 flex-1'}>
              <DataTable
                label="Secrets"
                columns={columns}
                groups={groups}
                rowKey={rowKey}
                onOpen={(row) => show({ item: row.name === item ? undefined : row.name })}
              />
              {shown && <SecretDetail key={shown.name} secret={shown} siblings={siblings} onClose={() => show({ item: undefined })} onChanged={refresh} />}
            </div>
          )
        }
      </Loaded>
      {dialog === 'add' && (
        <KeepSecretDialog
          name={null}
          onClose={() => show({ dialog: undefined })}
          onDone={() => {
            show({ dialog: undefined });
            refresh();
          }}
        />
      )}
      {dialog === 'import' && secrets && (
        <ImportEnvDialog
          secrets={secrets}
          onClose={() => show({ dialog: undefined })}
          onDone={(said) => {
            show({ dialog: undefined });
            refresh();
            toast(said);
          }}
        />
      )}
    </div>
  );
}
