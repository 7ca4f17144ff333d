import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { Terminal } from '../../../shared/contract/terminals.ts';
import { openTerminal } from '../../app/dock/openTerminal.ts';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { fleetStore, useStateStream } from '../../client/streams.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Select } from '../../ui/Select.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { Mark } from '../../ui/StateMark.tsx';

const TerminalPane = lazy(() => import('../../terminal/TerminalPane.tsx').then((module) => ({ default: module.TerminalPane })));
const route = getRouteApi('/terminals');
const tones = { open: 'good', reconnecting: 'warn', closed: 'off' } as const;

function NewTerminalDialog({ onClose, onOpened }: { onClose(): void; onOpened(terminal: Terminal): void }) {
  const fleet = useStateStream(fleetStore);
  const [server, setServer] = useState('');
  const [preset, setPreset] = useState<'shell' | 'gpu'>('shell');
  const [busy, setBusy] = useState(false);
  const known = fleet.list.some((row) => row.server.name === server);
  const submit = async () => {
    if (!known) return;
    setBusy(true);
    const terminal = await openTerminal(server, preset);
    setBusy(false);
    if (terminal) onOpened(terminal);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={() => void submit()}
      title="Open a terminal"
      width="narrow"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={busy} disabled={!known}>
            Open
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        <Field label="Server">
          {(field) => (
            <>
              <Input {...field} autoFocus list="terminal-servers" value={server} className="font-mono" onChange={(event) => setServer(event.target.value)} />
              <datalist id="terminal-servers">
                {fleet.list.slice(0, 500).map((row) => (
                  <option key={row.server.id} value={row.server.name} />
                ))}
              </datalist>
            </>
          )}
        </Field>
        <Field label="What runs in it">
          {(field) => (
            <Select<'shell' | 'gpu'>
              {...field}
              value={preset}
              field
              options={[
                { value: 'shell', label: 'the login shell' },
                { value: 'gpu', label: 'nvidia-smi, every two seconds' },
              ]}
              onChange={setPreset}
            />
          )}
        </Field>
      </div>
    </Dialog>
  );
}

/** Let me in: every terminal that the core holds, one of them shown large. */
export function TerminalsScreen() {
  const { id } = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const [opening, setOpening] = useState(false);
  const list = useQuery(orpc.terminals.list.queryOptions({ input: {}, staleTime: 0, refetchInterval: 5_000 }));
  const terminals = list.data?.terminals ?? [];
  const shown = terminals.find((terminal) => terminal.id === id) ?? terminals[0];
  const add = (
    <Button variant="primary" icon={Plus} onClick={() => setOpening(true)}>
      Open terminal
    </Button>
  );
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title="Terminals" actions={terminals.length > 0 && add}>
        <span>Held by the core: they survive leaving this screen and reloading the window</span>
      </PageHeader>
      {list.isPending && (
        <div className="px-4">
          <SkeletonRows count={4} label="Loading terminals" />
        </div>
      )}
      {list.error && terminals.length === 0 && (
        <div className="px-4">
          <ErrorPanel error={toSerializedError(list.error)} actions={<Button onClick={() => void list.refetch()}>Try again</Button>} />
        </div>
      )}
      {list.data && terminals.length === 0 && (
        <div className="px-4">
          <EmptyState title="No terminal is open" actions={add}>
            Open one here, from a server, or with Ctrl K and the name of a server.
          </EmptyState>
        </div>
      )}
      {shown && (
        <div className="grid min-h-0 flex-1 grid-cols-[224px_minmax(0,1fr)] border-t border-line">
          <ul className="min-h-0 overflow-y-auto border-r border-line py-1.5">
            {terminals.map((terminal) => (
              <li key={terminal.id}>
                <Link
                  to="/terminals"
                  search={{ id: terminal.id }}
                  aria-current={terminal.id === shown.id ? 'true' : undefined}
                  className="flex h-8 items-center gap-2 px-4 hover:bg-raised/60 aria-[current]:bg-accent-bg"
                >
                  <Mark tone={tones[terminal.state]} size={9} />
                  <span className="min-w-0 flex-1 truncate" title={terminal.state}>
                    {terminal.title}
                  </span>
                  <RelativeTime atMs={terminal.openedAtMs} className="text-sm text-muted" />
                </Link>
              </li>
            ))}
          </ul>
          <Suspense>
            <TerminalPane key={shown.id} terminalId={shown.id} serverName={shown.serverName} />
          </Suspense>
        </div>
      )}
      {opening && (
        <NewTerminalDialog
          onClose={() => setOpening(false)}
          onOpened={(terminal) => {
            setOpening(false);
            void queries.invalidateQueries({ queryKey: orpc.terminals.key() });
            void navigate({ search: { id: terminal.id } });
          }}
        />
      )}
    </div>
  );
}
