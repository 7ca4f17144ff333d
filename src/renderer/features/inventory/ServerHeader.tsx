import { Link, useNavigate } from '@tanstack/react-router';
import { Ellipsis, Fingerprint, Pencil, Plug, RefreshCw, SquareTerminal, Trash2 } from 'lucide-react';
import { toast } from 'sonner';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { askForTerminal } from '../../app/dock/DockDialogs.tsx';
import { openTerminal } from '../../app/dock/openTerminal.ts';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { RelativeTime, StaleMark } from '../../ui/RelativeTime.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { staleAfterMs } from './fleetColumns.tsx';
import type { ServerDialog } from './ServerDialogs.tsx';
import { serverState } from './serverState.ts';

interface ServerHeaderProps {
  row: FleetRow;
  staleSinceMs: number | null;
  /** Opens a dialog of the server. */
  onDialog(dialog: ServerDialog): void;
}

/** Errors that a person at the login mends. */
const asksPerson: ReadonlySet<string> = new Set(['ssh.login-needs-person', 'ssh.auth-answers-refused']);

/** Name, state, where it is, and what can be done with it. */
export function ServerHeader({ row, staleSinceMs, onDialog }: ServerHeaderProps) {
  const { server } = row;
  const navigate = useNavigate();
  const toOperation = ({ operation }: { operation: { id: string } }) => void navigate({ to: '/operations/$id', params: { id: operation.id } });
  const refresh = useAction(client.servers.refreshFacts, toOperation);
  const test = useAction(
    ({ name }: { name: string; requestId: string }) => client.servers.test({ name }),
    ({ roundTripMs, loginAs }) => toast(`${server.name} answers in ${Math.round(roundTripMs)} ms as ${loginAs}`),
  );
  const state = serverState(row);
  const untrusted = row.connection === 'untrusted' || row.connection === 'key-changed';
  return (
    <>
      <PageHeader
        title={server.name}
        actions={
          <>
            {untrusted ? (
              <Button variant="primary" icon={Fingerprint} onClick={() => onDialog('trust')}>
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
                { label: 'Edit', icon: Pencil, onSelect: () => onDialog('edit') },
                { label: 'Test the connection', icon: Plug, onSelect: () => void test.run({ name: server.name }) },
                { label: 'Refresh facts', icon: RefreshCw, onSelect: () => void refresh.run({ selector: server.name }) },
                { label: 'Watch GPUs', icon: SquareTerminal, onSelect: () => void openTerminal(server.name, 'gpu') },
                { label: 'GPU figures in columns', icon: SquareTerminal, onSelect: () => void openTerminal(server.name, 'gpu-dmon') },
                { label: 'Container statistics', icon: SquareTerminal, onSelect: () => void openTerminal(server.name, 'stats') },
                { label: 'Shell in a container', icon: SquareTerminal, onSelect: () => askForTerminal(server.name, 'container') },
                { label: 'Journal', icon: SquareTerminal, onSelect: () => void openTerminal(server.name, 'journal') },
                { label: 'Show host key', icon: Fingerprint, onSelect: () => onDialog('trust') },
                { kind: 'separator' },
                { label: 'Remove from the inventory', icon: Trash2, danger: true, onSelect: () => onDialog('remove') },
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
          {[...server.tags, ...server.groups.map((group) => `group:${group}`), ...(server.roles ?? []).map((role) => `role:${role}`)].map((label) => (
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
          <ErrorPanel
            error={row.connectionError}
            actions={
              untrusted ? (
                <Button onClick={() => onDialog('trust')}>Confirm host key</Button>
              ) : asksPerson.has(row.connectionError.code) ? (
                <Button onClick={() => onDialog('login')}>Log in</Button>
              ) : (
                <Button onClick={() => onDialog('edit')}>Edit server</Button>
              )
            }
          />
        </div>
      )}
      <ActionConfirm action={refresh} title="Refresh facts" verb="Refresh" />
      <ActionConfirm action={test} title="Test the connection" verb="Test" />
    </>
  );
}
