import { Link, useNavigate } from '@tanstack/react-router';
import { Ellipsis, Fingerprint, Plug, RefreshCw, SquareTerminal, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { openTerminal } from '../../app/dock/openTerminal.ts';
import { client } from '../../client/client.ts';
import { type ActionInput, useAction } from '../../client/useAction.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { RelativeTime, StaleMark } from '../../ui/RelativeTime.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { staleAfterMs } from './fleetColumns.tsx';
import { serverState } from './serverState.ts';
import { TrustDialog } from './TrustDialog.tsx';

/** Name, state, where it is, and what can be done with it. */
export function ServerHeader({ row, staleSinceMs }: { row: FleetRow; staleSinceMs: number | null }) {
  const { server } = row;
  const navigate = useNavigate();
  const [trusting, setTrusting] = useState(false);
  const [removing, setRemoving] = useState(false);
  const toOperation = ({ operation }: { operation: { id: string } }) => void navigate({ to: '/operations/$id', params: { id: operation.id } });
  const refresh = useAction(client.servers.refreshFacts, toOperation);
  const remove = useAction(client.servers.remove, () => void navigate({ to: '/fleet' }));
  const test = useAction(
    ({ name }: { name: string; requestId: string }) => client.servers.test({ name }),
    ({ roundTripMs, loginAs }) => toast(`${server.name} answers in ${Math.round(roundTripMs)} ms as ${loginAs}`),
  );
  const state = serverState(row);
  const untrusted = row.connection === 'untrusted' || row.connection === 'key-changed';
  const removal: ActionInput<{ name: string; requestId: string }> = { name: server.name };
  return (
    <>
      <PageHeader
        title={server.name}
        actions={
          <>
            {untrusted ? (
              <Button variant="primary" icon={Fingerprint} onClick={() => setTrusting(true)}>
                Confirm host key
              </Button>
            ) : (
              <Button icon={SquareTerminal} onClick={() => void openTerminal(server.name, 'shell')}>
                Shell
              </Button>
            )}
            <Link to="/workflows" search={{ on: server.name }} className={buttonClass()}>
              Run workflow
            </Link>
            <Link to="/stacks" search={{ on: server.name }} className={buttonClass()}>
              Deploy
            </Link>
            <Menu
              trigger={<IconButton icon={Ellipsis} label="More" />}
              entries={[
                { label: 'Test the connection', icon: Plug, onSelect: () => void test.run({ name: server.name }) },
                { label: 'Refresh facts', icon: RefreshCw, onSelect: () => void refresh.run({ selector: server.name }) },
                { label: 'Watch GPUs', icon: SquareTerminal, onSelect: () => void openTerminal(server.name, 'gpu') },
                { label: 'Show host key', icon: Fingerprint, onSelect: () => setTrusting(true) },
                { kind: 'separator' },
                { label: 'Remove from the inventory', icon: Trash2, danger: true, onSelect: () => setRemoving(true) },
              ]}
            />
          </>
        }
      >
        <StateMark tone={state.tone} className="text-text">
          {state.word}
        </StateMark>
        <Badge tone={server.environment === 'production' ? 'bad' : 'neutral'}>{server.environment}</Badge>
        {server.demo && <Badge>demo</Badge>}
        <code className="font-mono text-sm">
          {server.user}@{server.host}
          {server.port === 22 ? '' : `:${server.port}`}
        </code>
        {server.jump && <span>through {server.jump}</span>}
        <span className="flex gap-1">
          {[...server.tags, ...server.groups.map((group) => `group:${group}`)].map((label) => (
            <Badge key={label}>{label}</Badge>
          ))}
        </span>
        {row.vitals && (
          <span className="whitespace-nowrap">
            read <RelativeTime atMs={row.vitals.observedAtMs} staleAfterMs={staleAfterMs} suffix=" ago" />
          </span>
        )}
        {staleSinceMs !== null && <StaleMark sinceMs={staleSinceMs} />}
      </PageHeader>
      {row.connectionError && (
        <div className="px-4 pb-3">
          <ErrorPanel error={row.connectionError} actions={untrusted && <Button onClick={() => setTrusting(true)}>Confirm host key</Button>} />
        </div>
      )}
      {trusting && <TrustDialog name={server.name} onClose={() => setTrusting(false)} />}
      <ConfirmDialog
        open={removing && remove.confirmation === null}
        title={`Remove ${server.name}?`}
        effect="It leaves the inventory, with its pinned host keys and sealed passwords. Nothing changes on the server itself, and what runs there goes on."
        expected={null}
        action="Remove"
        busy={remove.busy}
        onConfirm={() => void remove.run(removal)}
        onClose={() => setRemoving(false)}
      />
      <ActionConfirm action={remove} title={`Remove ${server.name}`} verb="Remove" />
      <ActionConfirm action={refresh} title="Refresh facts" verb="Refresh" />
      <ActionConfirm action={test} title="Test the connection" verb="Test" />
    </>
  );
}
