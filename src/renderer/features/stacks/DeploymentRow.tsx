import { Link, useNavigate } from '@tanstack/react-router';
import { Ellipsis, GitCompare, History, PowerOff, RotateCcw, ScrollText } from 'lucide-react';
import type { DeploymentStatus } from '../../../shared/model/stack.ts';
import { openLogs } from '../../app/dock/openTerminal.ts';
import { count } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { serviceRows } from './deploymentView.ts';
import { stackHealth } from './stackHealth.ts';
import { useLifecycle } from './useLifecycle.tsx';

/** A server's answer that is older than this may no longer hold. */
const staleAfterMs = 120_000;

/** One deployment in a list: release, health, how many services are well. It leads to the deployment itself. */
export function DeploymentRow({ deployment, showStack = false }: { deployment: DeploymentStatus; showStack?: boolean }) {
  const navigate = useNavigate();
  const { ask, dialogs } = useLifecycle(deployment);
  const { stackId, serverName, current } = deployment;
  const health = stackHealth[deployment.health];
  const rows = serviceRows(deployment);
  const ill = rows.filter((row) => row.state.tone === 'bad' || row.state.tone === 'warn');
  const place = { to: '/servers/$name/stacks/$id', params: { name: serverName, id: stackId } } as const;
  return (
    <li className="border-b border-hairline hover:bg-raised/60">
      <div className="grid min-h-[var(--row)] grid-cols-[minmax(120px,1.2fr)_minmax(92px,120px)_minmax(120px,1fr)_minmax(110px,1.6fr)_minmax(80px,auto)_32px] items-center gap-3 px-2">
        <Link {...place} className="truncate font-semibold hover:underline">
          {showStack ? stackId : serverName}
        </Link>
        <StateMark tone={health.tone}>{health.word}</StateMark>
        <span className="truncate text-muted">
          {current ? (
            <>
              <code className="font-mono text-sm text-text">{current.id}</code> since <RelativeTime atMs={current.createdAtMs} suffix=" ago" />
            </>
          ) : (
            'no release'
          )}
        </span>
        <span className="truncate text-muted" title={ill.map((row) => `${row.service}: ${row.state.word}`).join('\n')}>
          {ill.length === 0 ? (
            count(rows.length, 'service')
          ) : (
            <>
              {count(rows.length, 'service')},{' '}
              <span className={ill.some((row) => row.state.tone === 'bad') ? 'text-bad' : 'text-warn'}>
                {ill.length === 1 ? `${ill[0]?.service} ${ill[0]?.state.word}` : `${ill.length} not well`}
              </span>
            </>
          )}
        </span>
        <span className="text-right whitespace-nowrap text-faint">
          seen <RelativeTime atMs={deployment.observedAtMs} staleAfterMs={staleAfterMs} suffix=" ago" />
        </span>
        <Menu
          trigger={<IconButton icon={Ellipsis} label={`Actions for ${stackId} on ${serverName}`} />}
          entries={[
            { label: 'Follow logs', icon: ScrollText, onSelect: () => openLogs(stackId, serverName) },
            { label: 'Releases', icon: History, onSelect: () => void navigate({ ...place, search: { view: 'releases' } }) },
            { label: 'Drift', icon: GitCompare, onSelect: () => void navigate({ ...place, search: { view: 'drift' } }) },
            { label: 'Restart', icon: RotateCcw, onSelect: () => ask('restart') },
            { kind: 'separator' },
            { label: 'Take down', icon: PowerOff, danger: true, onSelect: () => ask('down') },
          ]}
        />
      </div>
      {dialogs}
    </li>
  );
}
