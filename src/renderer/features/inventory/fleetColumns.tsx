import type { FleetRow } from '../../../shared/contract/servers.ts';
import { roleTitle } from '../../../shared/model/serverRole.ts';
import { RowLink } from '../../app/RowLink.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { chartText } from '../../ui/chart/chartText.ts';
import { cx } from '../../ui/cx.ts';
import { Meter } from '../../ui/Meter.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Sparkline } from '../../ui/Sparkline.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import type { TableColumn } from '../../ui/tableModel.ts';
import { errorSentence } from './errorSentence.ts';
import { GpuBars } from './GpuBars.tsx';
import { summarizeGpus } from './gpuSummary.ts';
import type { LiveRow } from './liveRow.ts';
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
        <RowLink
          key={stack.stackId}
          to={`/stacks/${stack.stackId}`}
          title={`${stack.stackId}: ${stack.health}`}
          className={cx('truncate hover:underline', stack.health === 'down' ? 'text-bad' : stack.health === 'degraded' ? 'text-warn' : 'text-muted')}
        >
          {stack.stackId}
          {stack.health === 'down' || stack.health === 'degraded' ? ` ${stack.health}` : ''}
          {stack.release && <span className="pl-1.5 font-mono text-sm text-faint">{stack.release}</span>}
        </RowLink>
      ))}
    </span>
  );
}

const diskRatio = ({ vitals }: LiveRow) => vitals?.diskUsedRatio ?? null;
const load1 = ({ vitals }: LiveRow) => vitals?.load1 ?? null;
const firstTokenS = ({ vitals }: LiveRow) => vitals?.firstTokenS ?? null;
const gpuShares = ({ vitals }: LiveRow) => (vitals?.gpus ?? []).flatMap(({ utilizationPercent: percent }) => (percent === null ? [] : [percent / 100]));

/** The columns of the fleet, in order. Figures that are no longer current are dimmed. */
export const fleetColumns: readonly TableColumn<LiveRow>[] = [
  {
    id: 'name',
    title: 'Server',
    minWidth: 138,
    grow: 2.2,
    sortBy: (row) => row.server.name,
    cell: ({ server }) => (
      <span className="flex min-w-0 items-center gap-2">
        <RowLink
          to={`/servers/${encodeURIComponent(server.name)}/overview`}
          tabIndex={-1}
          className="max-w-full shrink-0 truncate font-semibold hover:underline"
        >
          {server.name}
        </RowLink>
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
    minWidth: 126,
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
    minWidth: 120,
    grow: 0.7,
    priority: 3,
    sortBy: (row) => summarizeGpus(row).label || null,
    cell: (row) => <span className="truncate text-muted">{summarizeGpus(row).label || '—'}</span>,
  },
  {
    id: 'util',
    title: 'Util',
    minWidth: 94,
    align: 'end',
    sortBy: (row) => summarizeGpus(row).utilization,
    cell(row) {
      const { utilization } = summarizeGpus(row);
      if (utilization === null) return none;
      return (
        <span className={cx('flex items-center gap-2', !isCurrent(row) && 'text-faint')}>
          <GpuBars shares={gpuShares(row)} name={row.server.name} />
          <span>{Math.round(utilization)}%</span>
        </span>
      );
    },
  },
  {
    id: 'vram',
    title: 'VRAM',
    minWidth: 100,
    priority: 1,
    sortBy: (row) => summarizeGpus(row).vramRatio,
    cell(row) {
      const { vramRatio } = summarizeGpus(row);
      return <Meter ratio={vramRatio} label="VRAM" tone={isCurrent(row) ? level(vramRatio, 0.95, 0.98) : 'normal'} />;
    },
  },
  {
    id: 'temp',
    title: 'Temp',
    minWidth: 60,
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
    minWidth: 90,
    priority: 4,
    cell: (row) => <Sparkline values={row.utilizationHistory} width={68} label={`GPU utilisation of ${row.server.name} over the last 15 minutes`} />,
  },
  {
    id: 'first-token',
    title: 'First p95',
    minWidth: 78,
    align: 'end',
    priority: 2,
    sortBy: firstTokenS,
    cell(row) {
      const seconds = firstTokenS(row);
      if (seconds === null) return none;
      const tone = isCurrent(row) ? { normal: '', warn: 'text-warn', bad: 'text-bad' }[level(seconds, 2, 5)] : 'text-faint';
      return (
        <span className={tone} title="Until the first token, 95 of 100 below: the slowest engine of the server">
          {chartText(seconds, 'seconds')}
        </span>
      );
    },
  },
  { id: 'stacks', title: 'Stacks', minWidth: 120, grow: 1.6, sortBy: (row) => row.stacks[0]?.stackId ?? null, cell: (row) => <Stacks row={row} /> },
  {
    id: 'alerts',
    title: 'Alerts',
    minWidth: 62,
    align: 'end',
    priority: 2,
    sortBy: (row) => (row.firing === null ? 0 : row.firing.count + (row.firing.isCritical ? 1_000 : 0)),
    cell: ({ firing }) =>
      firing === null ? (
        none
      ) : (
        <StateMark tone={firing.isCritical ? 'bad' : 'warn'} title={firing.titles.join('\n')}>
          {firing.count}
        </StateMark>
      ),
  },
  {
    id: 'disk',
    title: 'Disk',
    minWidth: 100,
    priority: 2,
    sortBy: diskRatio,
    cell: (row) => <Meter ratio={diskRatio(row)} label="Disk" tone={isCurrent(row) ? level(diskRatio(row), 0.85, 0.95) : 'normal'} />,
  },
  {
    id: 'load',
    title: 'Load',
    minWidth: 56,
    align: 'end',
    priority: 4,
    sortBy: load1,
    cell(row) {
      const load = load1(row);
      return load === null ? none : <span className="text-muted">{load.toFixed(1)}</span>;
    },
  },
  {
    id: 'age',
    title: 'Age',
    minWidth: 54,
    align: 'end',
    sortBy: ({ vitals }) => (vitals === null ? null : -vitals.observedAtMs),
    cell: ({ vitals }) => (vitals === null ? none : <RelativeTime atMs={vitals.observedAtMs} staleAfterMs={staleAfterMs} className="text-faint" />),
  },
  { id: 'actions', title: '', minWidth: 42, cell: (row) => <RowMenu row={row} /> },
];
