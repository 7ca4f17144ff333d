import { Ellipsis, Play, RotateCcw, ScrollText, Square } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ContainerStatus, DeploymentStatus } from '../../../shared/model/stack.ts';
import { openLogs } from '../../app/dock/openTerminal.ts';
import { Button } from '../../ui/Button.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { count } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import type { TableColumn } from '../../ui/tableModel.ts';
import { imageParts, portWords, type ServiceRow, serviceRows, shortDigest, sinceWords, stateSummary } from './deploymentView.ts';
import { useLifecycle } from './useLifecycle.tsx';

const rowKey = (row: ServiceRow) => row.key;

function ImageCell({ row }: { row: ServiceRow }) {
  const { from, name } = imageParts(row.image);
  return (
    <span className="flex min-w-0 items-baseline gap-2 font-mono text-sm" title={row.digest ? `${row.image}\n${row.digest}` : row.image}>
      <span className="truncate">
        <span className="text-faint">{from}</span>
        {name}
      </span>
      {row.digest && <span className="hidden shrink-0 text-faint wide:inline">{shortDigest(row.digest)}</span>}
    </span>
  );
}

/** How long it has run; of one that does not, what Docker says of its end. */
function Since({ container }: { container: ContainerStatus | null }) {
  if (container === null) return <span className="text-faint">—</span>;
  if (container.state === 'running' && container.startedAtMs) return <RelativeTime atMs={container.startedAtMs} className="text-muted" />;
  return (
    <span className="truncate text-muted" title={container.status}>
      {sinceWords(container.status) ?? '—'}
    </span>
  );
}

type Ask = ReturnType<typeof useLifecycle>['ask'];

function columnsOf(deployment: DeploymentStatus, ask: Ask): TableColumn<ServiceRow>[] {
  return [
    {
      id: 'service',
      title: 'Service',
      minWidth: 130,
      grow: 1,
      sortBy: (row) => row.service,
      cell: (row) => <span className="truncate font-semibold">{row.service}</span>,
    },
    {
      id: 'state',
      title: 'State',
      minWidth: 116,
      sortBy: (row) => row.state.word,
      cell: (row) => (
        <StateMark tone={row.state.tone} title={row.container?.status ?? 'The release has it, and no container is there'}>
          {row.state.word}
        </StateMark>
      ),
    },
    { id: 'image', title: 'Image', minWidth: 200, grow: 2.4, sortBy: (row) => row.image, cell: (row) => <ImageCell row={row} /> },
    {
      id: 'ports',
      title: 'Published ports',
      minWidth: 150,
      grow: 0.6,
      priority: 2,
      cell: (row) =>
        row.container?.ports.length ? (
          <code className="truncate font-mono text-sm text-muted" title={row.container.ports.join('\n')}>
            {row.container.ports.map(portWords).join(', ')}
          </code>
        ) : (
          <span className="text-faint">—</span>
        ),
    },
    {
      id: 'since',
      title: 'Up',
      minWidth: 92,
      priority: 1,
      sortBy: (row) => row.container?.startedAtMs ?? null,
      cell: (row) => <Since container={row.container} />,
    },
    {
      id: 'restarts',
      title: 'Restarts',
      minWidth: 72,
      align: 'end',
      priority: 1,
      sortBy: (row) => row.container?.restarts ?? null,
      cell: (row) =>
        row.container?.restarts ? (
          <span className="text-warn" title="Docker started it anew by itself">
            {row.container.restarts}
          </span>
        ) : (
          <span className="text-faint">{row.container?.restarts ?? '—'}</span>
        ),
    },
    {
      id: 'actions',
      title: '',
      minWidth: 104,
      align: 'end',
      cell: (row) =>
        row.container && (
          <span className="-mr-2 flex">
            <IconButton
              icon={ScrollText}
              label={`Follow logs of ${row.service}`}
              onClick={() => openLogs(deployment.stackId, deployment.serverName, [row.service])}
            />
            <IconButton icon={RotateCcw} label={`Restart ${row.service}`} onClick={() => ask('restart', [row.service])} />
            <Menu
              trigger={<IconButton icon={Ellipsis} label={`More for ${row.service}`} />}
              entries={[
                { label: 'Start', icon: Play, disabled: row.container.state === 'running', onSelect: () => ask('start', [row.service]) },
                { label: 'Stop', icon: Square, disabled: row.container.state !== 'running', onSelect: () => ask('stop', [row.service]) },
              ]}
            />
          </span>
        ),
    },
  ];
}

/** The services of a deployment with what can be done to each, or to several. */
export function DeploymentServices({ deployment }: { deployment: DeploymentStatus }) {
  const { ask, dialogs } = useLifecycle(deployment);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => serviceRows(deployment), [deployment]);
  const columns = useMemo(() => columnsOf(deployment, ask), [deployment, ask]);
  const groups = useMemo(() => [{ key: 'all', title: '', rows }], [rows]);
  const picked = rows.filter((row) => selected.has(row.key) && row.container !== null).map((row) => row.service);
  return (
    <>
      <div className="flex h-10 shrink-0 items-center gap-1.5 px-4">
        {picked.length === 0 ? (
          <span className="truncate px-2 text-muted">
            {count(rows.length, 'service')}: {stateSummary(rows)}
          </span>
        ) : (
          <>
            <span className="px-2 font-medium">{count(picked.length, 'service')} picked</span>
            <Button icon={RotateCcw} onClick={() => ask('restart', picked)}>
              Restart
            </Button>
            <Button icon={Play} onClick={() => ask('start', picked)}>
              Start
            </Button>
            <Button icon={Square} onClick={() => ask('stop', picked)}>
              Stop
            </Button>
            <Button icon={ScrollText} onClick={() => openLogs(deployment.stackId, deployment.serverName, picked)}>
              Follow logs
            </Button>
            <Button variant="ghost" onClick={() => setSelected(new Set())}>
              Clear
            </Button>
          </>
        )}
      </div>
      <DataTable
        label={`Services of ${deployment.stackId} on ${deployment.serverName}`}
        columns={columns}
        groups={groups}
        rowKey={rowKey}
        selected={selected}
        onSelect={setSelected}
      />
      {dialogs}
    </>
  );
}
