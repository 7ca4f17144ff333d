import { Link } from '@tanstack/react-router';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import { roleTitle } from '../../../shared/model/serverRole.ts';
import { Badge } from '../../ui/Badge.tsx';
import { cx } from '../../ui/cx.ts';
import { Meter } from '../../ui/Meter.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Sparkline } from '../../ui/Sparkline.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import type { TableColumn } from '../../ui/tableModel.ts';
import { errorSentence } from './errorSentence.ts';
import { summarizeGpus } from './gpuSummary.ts';
import { RowMenu } from './RowMenu.tsx';
import { isCurrent, serverState, stateRank } from './serverState.ts';

/** Readings older than this are shown as stale. */
export const staleAfterMs = 30_000;
const none = <span className="text-faint">—</span>;

function level(value: number | null, warn: number, bad: number): 'normal' | 'warn' | 'bad' {
  if (value === null || value < warn) return 'normal';
  return value < bad ? 'warn' : 'bad';
}

function Stacks({ row }: { row: FleetRow }) {
  if (row.stacks.length === 0) return none;
  return (
    <span className="flex min-w-0 gap-2">
      {row.stacks.map((stack) => (
        <Link
          key={stack.stackId}
          to="/stacks/$id"
          params={{ id: stack.stackId }}
          title={`${stack.stackId}: ${stack.health}`}
          className={cx('truncate hover:underline', stack.health === 'down' ? 'text-bad' : stack.health === 'degraded' ? 'text-warn' : 'text-muted')}
        >
          {stack.stackId}
          {stack.health === 'down' || stack.health === 'degraded' ? ` ${stack.health}` : ''}
          {stack.release && <span className="pl-1.5 font-mono text-sm text-faint">{stack.release}</span>}
        </Link>
      ))}
    </span>
  );
}

/** The columns of the fleet, in order. Figures that are no longer current are dimmed. */
export const fleetColumns: readonly TableColumn<FleetRow>[] = [
  {
    id: 'name',
    title: 'Server',
    minWidth: 148,
    grow: 2.2,
    sortBy: (row) => row.server.name,
    cell: ({ server }) => (
      <span className="flex min-w-0 items-center gap-2">
        <Link
          to="/servers/$name/$tab"
          params={{ name: server.name, tab: 'overview' }}
          tabIndex={-1}
          className="max-w-full shrink-0 truncate font-semibold hover:underline"
        >
          {server.name}
        </Link>
        {server.demo && <Badge>demo</Badge>}
        {server.roles && server.roles.length > 0 && (
          <span className="min-w-0 flex-1 truncate text-sm text-faint" title={server.roles.map(roleTitle).join('\n')}>
            {server.roles.join(' ')}
          </span>
        )}
      </span>
    ),
  },
  {
    id: 'state',
    title: 'State',
    minWidth: 124,
    grow: 0.6,
    sortBy: stateRank,
    cell(row) {
      const state = serverState(row);
      return (
        <StateMark
          tone={state.tone}
          title={row.connectionError ? errorSentence(row.connectionError) : state.word}
          className={state.tone === 'good' ? 'text-muted' : ''}
        >
          {state.word}
        </StateMark>
      );
    },
  },
  {
    id: 'gpu',
    title: 'GPU',
    minWidth: 124,
    grow: 0.7,
    priority: 2,
    sortBy: (row) => summarizeGpus(row).label || null,
    cell: (row) => <span className="truncate text-muted">{summarizeGpus(row).label || '—'}</span>,
  },
  {
    id: 'util',
    title: 'Util',
    minWidth: 60,
    align: 'end',
    sortBy: (row) => summarizeGpus(row).utilization,
    cell(row) {
      const { utilization } = summarizeGpus(row);
      return utilization === null ? none : <span className={cx(!isCurrent(row) && 'text-faint')}>{Math.round(utilization)}%</span>;
    },
  },
  {
    id: 'vram',
    title: 'VRAM',
    minWidth: 106,
    sortBy: (row) => summarizeGpus(row).vramRatio,
    cell(row) {
      const { vramRatio } = summarizeGpus(row);
      return <Meter ratio={vramRatio} label="VRAM" tone={isCurrent(row) ? level(vramRatio, 0.88, 0.97) : 'normal'} />;
    },
  },
  {
    id: 'temp',
    title: 'Temp',
    minWidth: 66,
    align: 'end',
    priority: 1,
    sortBy: (row) => summarizeGpus(row).temperatureC,
    cell(row) {
      const { temperatureC } = summarizeGpus(row);
      if (temperatureC === null) return none;
      const tone = isCurrent(row) ? { normal: '', warn: 'text-warn', bad: 'text-bad' }[level(temperatureC, 78, 88)] : 'text-faint';
      return <span className={tone}>{Math.round(temperatureC)} °C</span>;
    },
  },
  {
    id: 'history',
    title: '15 min',
    minWidth: 102,
    priority: 3,
    cell: (row) => <Sparkline values={row.utilizationHistory} label={`GPU utilisation of ${row.server.name} over the last 15 minutes`} />,
  },
  { id: 'stacks', title: 'Stacks', minWidth: 160, grow: 1.6, sortBy: (row) => row.stacks[0]?.stackId ?? null, cell: (row) => <Stacks row={row} /> },
  {
    id: 'disk',
    title: 'Disk',
    minWidth: 106,
    priority: 1,
    sortBy: (row) => row.vitals?.diskUsedRatio ?? null,
    cell(row) {
      const ratio = row.vitals?.diskUsedRatio ?? null;
      return <Meter ratio={ratio} label="Disk" tone={isCurrent(row) ? level(ratio, 0.85, 0.95) : 'normal'} />;
    },
  },
  {
    id: 'load',
    title: 'Load',
    minWidth: 60,
    align: 'end',
    priority: 4,
    sortBy: (row) => row.vitals?.load1 ?? null,
    cell(row) {
      const load = row.vitals?.load1 ?? null;
      return load === null ? none : <span className="text-muted">{load.toFixed(1)}</span>;
    },
  },
  {
    id: 'age',
    title: 'Age',
    minWidth: 58,
    align: 'end',
    sortBy: (row) => (row.vitals ? -row.vitals.observedAtMs : null),
    cell: (row) => (row.vitals ? <RelativeTime atMs={row.vitals.observedAtMs} staleAfterMs={staleAfterMs} className="text-faint" /> : none),
  },
  { id: 'actions', title: '', minWidth: 42, cell: (row) => <RowMenu row={row} /> },
];
