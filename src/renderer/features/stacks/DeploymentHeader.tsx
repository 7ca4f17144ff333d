import { Link } from '@tanstack/react-router';
import { Ellipsis, Play, PowerOff, Rocket, RotateCcw, ScrollText, Square } from 'lucide-react';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import type { DeploymentStatus } from '../../../shared/model/stack.ts';
import { openLogs } from '../../app/dock/openTerminal.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { RelativeTime, StaleMark } from '../../ui/RelativeTime.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { DriftMark } from './DriftMark.tsx';
import type { DriftView } from './driftView.ts';
import { stackHealth } from './stackHealth.ts';
import { useLifecycle } from './useLifecycle.tsx';

interface DeploymentHeaderProps {
  row: FleetRow;
  deployment: DeploymentStatus;
  drift: DriftView;
  /** Null: it is live. */
  staleSinceMs: number | null;
}

/** Which release of what is where, how it is, since when and by whom, and what can be done with all of it. */
export function DeploymentHeader({ row, deployment, drift, staleSinceMs }: DeploymentHeaderProps) {
  const { ask, dialogs } = useLifecycle(deployment);
  const { current, stackId, serverName } = deployment;
  const health = stackHealth[deployment.health];
  return (
    <>
      <PageHeader
        title={
          <>
            <Link to="/stacks/$id" params={{ id: stackId }} className="hover:underline">
              {stackId}
            </Link>{' '}
            <span className="font-normal text-muted">on</span>{' '}
            <Link to="/servers/$name/$tab" params={{ name: serverName, tab: 'stacks' }} className="hover:underline">
              {serverName}
            </Link>
          </>
        }
        actions={
          <>
            <Button icon={ScrollText} aria-label="Follow logs" title="Follow logs" onClick={() => openLogs(stackId, serverName)}>
              <span className="hidden wide:inline">Follow logs</span>
            </Button>
            <Link to="/stacks/$id/deploy" params={{ id: stackId }} search={{ on: serverName, base: 'current' }} className={buttonClass('primary')}>
              <Rocket aria-hidden size={14} strokeWidth={1.8} /> Deploy a change
            </Link>
            <Menu
              trigger={<IconButton icon={Ellipsis} label="More" />}
              entries={[
                { label: 'Start all', icon: Play, onSelect: () => ask('start') },
                { label: 'Restart all', icon: RotateCcw, onSelect: () => ask('restart') },
                { label: 'Stop all', icon: Square, onSelect: () => ask('stop') },
                { kind: 'separator' },
                { label: 'Take down', icon: PowerOff, danger: true, onSelect: () => ask('down') },
              ]}
            />
          </>
        }
      >
        <StateMark tone={health.tone} className="text-text">
          {health.word}
        </StateMark>
        {current && (
          <span>
            <code className="font-mono text-sm text-text">{current.id}</code> since <RelativeTime atMs={current.createdAtMs} suffix=" ago" /> by {current.who}
          </span>
        )}
        <Badge tone={row.server.environment === 'production' ? 'bad' : 'neutral'}>{row.server.environment}</Badge>
        <DriftMark view={drift} stackId={stackId} serverName={serverName} />
        {staleSinceMs !== null && <StaleMark sinceMs={staleSinceMs} />}
      </PageHeader>
      {dialogs}
    </>
  );
}
