import { Link, useNavigate } from '@tanstack/react-router';
import { ChevronRight, Ellipsis, PowerOff, RotateCcw, ScrollText, Undo2 } from 'lucide-react';
import { useState } from 'react';
import type { DeploymentStatus } from '../../../shared/model/stack.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { openLogs } from '../../app/dock/openTerminal.ts';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { count } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Mark, StateMark } from '../../ui/StateMark.tsx';
import { ReleaseList } from './ReleaseList.tsx';
import { stackHealth } from './stackHealth.ts';

type Asked = 'rollback' | 'down' | 'restart' | null;

/** What an action does to a deployment, in numbers. */
export function effectOf(asked: Exclude<Asked, null>, deployment: DeploymentStatus): string {
  const containers = count(deployment.containers.length, 'container');
  if (asked === 'restart')
    return `${containers} of ${deployment.stackId} on ${deployment.serverName} restart. Requests under way are lost, and it does not answer until they are back.`;
  if (asked === 'down') return `${containers} of ${deployment.stackId} on ${deployment.serverName} stop and are removed. Volumes and releases stay.`;
  return `${deployment.stackId} on ${deployment.serverName} goes from ${deployment.current?.id ?? 'nothing'} back to the release before. Changed containers are made anew.`;
}

const titles = { rollback: 'Go back to the previous release', down: 'Take the stack down', restart: 'Restart the stack' };
const verbs = { rollback: 'Roll back', down: 'Take down', restart: 'Restart' };

function Actions({ deployment }: { deployment: DeploymentStatus }) {
  const navigate = useNavigate();
  const [asked, setAsked] = useState<Asked>(null);
  const target = { id: deployment.stackId, selector: deployment.serverName };
  const show = ({ operation }: { operation: { id: string } }) => void navigate({ to: '/operations/$id', params: { id: operation.id } });
  const rollback = useAction(client.stacks.rollback, show);
  const down = useAction(client.stacks.down, show);
  const restart = useAction(client.stacks.restart, show);
  const actions = { rollback, down, restart };
  const begin = () => {
    if (asked) void actions[asked].run(target);
    setAsked(null);
  };
  return (
    <>
      <Menu
        trigger={<IconButton icon={Ellipsis} label={`Actions for ${deployment.stackId} on ${deployment.serverName}`} />}
        entries={[
          { label: 'Follow logs', icon: ScrollText, onSelect: () => openLogs(deployment.stackId, deployment.serverName) },
          { label: 'Restart', icon: RotateCcw, onSelect: () => setAsked('restart') },
          { label: 'Roll back', icon: Undo2, onSelect: () => setAsked('rollback') },
          { kind: 'separator' },
          { label: 'Take down', icon: PowerOff, danger: true, onSelect: () => setAsked('down') },
        ]}
      />
      <ConfirmDialog
        open={asked !== null}
        title={asked ? titles[asked] : ''}
        effect={asked ? effectOf(asked, deployment) : ''}
        expected={null}
        action={asked ? verbs[asked] : ''}
        onConfirm={begin}
        onClose={() => setAsked(null)}
      />
      {(['rollback', 'down', 'restart'] as const).map((kind) => (
        <ActionConfirm key={kind} action={actions[kind]} title={titles[kind]} verb={verbs[kind]} />
      ))}
    </>
  );
}

/** One deployment: release, health, containers and releases behind it, and what can be done. */
export function DeploymentRow({ deployment, showStack = false, opened = false }: { deployment: DeploymentStatus; showStack?: boolean; opened?: boolean }) {
  const [open, setOpen] = useState(opened);
  const health = stackHealth[deployment.health];
  const running = deployment.containers.filter((container) => container.state === 'running').length;
  return (
    <li className="border-b border-hairline">
      <div className="grid min-h-9 grid-cols-[20px_minmax(110px,1.3fr)_minmax(90px,110px)_52px_minmax(90px,1fr)_minmax(70px,auto)_32px] items-center gap-3 px-1">
        <IconButton
          icon={ChevronRight}
          label={open ? 'Hide containers' : 'Show containers'}
          size="small"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className={open ? '[&>svg]:rotate-90' : ''}
        />
        {showStack ? (
          <Link to="/stacks/$id" params={{ id: deployment.stackId }} className="truncate font-semibold hover:underline">
            {deployment.stackId}
          </Link>
        ) : (
          <Link to="/servers/$name/$tab" params={{ name: deployment.serverName, tab: 'stacks' }} className="truncate font-semibold hover:underline">
            {deployment.serverName}
          </Link>
        )}
        <StateMark tone={health.tone}>{health.word}</StateMark>
        <span className="font-mono text-sm">{deployment.current?.id ?? '—'}</span>
        <span className="truncate text-muted">
          {running} of {count(deployment.containers.length, 'container')}
        </span>
        <span className="text-right whitespace-nowrap text-faint">
          seen <RelativeTime atMs={deployment.observedAtMs} staleAfterMs={120_000} suffix=" ago" />
        </span>
        <Actions deployment={deployment} />
      </div>
      {open && (
        <div className="flex flex-col gap-4 pt-1 pb-4 pl-9">
          <ul aria-label="Containers">
            {deployment.containers.map((container) => (
              <li key={container.name} className="grid min-h-7 grid-cols-[minmax(90px,1fr)_minmax(120px,1.4fr)_minmax(100px,1.6fr)] items-center gap-3">
                <span className="flex min-w-0 items-center gap-2">
                  <Mark
                    tone={
                      container.state === 'running' ? (container.health === 'unhealthy' ? 'bad' : container.health === 'starting' ? 'busy' : 'good') : 'bad'
                    }
                    size={9}
                  />
                  <span className="truncate">{container.service}</span>
                </span>
                <span className={container.state === 'running' ? 'truncate text-muted' : 'truncate text-bad'}>{container.status}</span>
                <code className="truncate font-mono text-sm text-muted" title={container.image}>
                  {container.image}
                </code>
              </li>
            ))}
          </ul>
          <ReleaseList deployment={deployment} />
        </div>
      )}
    </li>
  );
}
