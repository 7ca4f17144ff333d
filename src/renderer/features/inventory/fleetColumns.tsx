import type { FleetRow } from '../../../shared/contract/servers.ts';
import { roleTitle } from '../../../shared/model/serverRole.ts';
import { RowLink } from '../../app/RowLink.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { chartText } from '../../ui/chart/chartText.ts';
import { Meter } from '../../ui/Meter.tsx';
import { Age } from '../../ui/RelativeTime.tsx';
import { Mark } from '../../ui/StateMark.tsx';
import type { TableColumn } from '../../ui/tableModel.ts';
import { cutToFit, textWidth } from '../../ui/textWidth.ts';
import { errorSentence } from './errorSentence.ts';
import { GpuBars } from './GpuBars.tsx';
import { summarizeGpus } from './gpuSummary.ts';
import { HistoryBars } from './HistoryBars.tsx';
import { ageStepMs, type LiveRow } from './liveRow.ts';
import { RowMenu } from './RowMenu.tsx';
import { isCurrent, serverState, stateRank } from './serverState.ts';

/** Readings older than this are shown as stale. */
export const staleAfterMs = 30_000;
const none = '—';
const text = { size: 13 };
const bold = { size: 13, weight: 600 };
const small = { size: 12 };
/** Between two things in a cell, in px; that of a mark and its word; and the room that `demo` takes. */
const [gap, markGap, demoRoom] = [8, 18, 52];

/** Colour of a figure that may be too high; of one that is no longer current, and of none. */
function tone(row: LiveRow, value: number | null, warn: number, bad: number): string {
  if (value === null || !isCurrent(row)) return 'text-faint';
  return value >= bad ? 'text-bad' : value >= warn ? 'text-warn' : '';
}

function level(value: number | null, warn: number, bad: number): 'normal' | 'warn' | 'bad' {
  if (value === null || value < warn) return 'normal';
  return value < bad ? 'warn' : 'bad';
}

const isUnwell = (health: FleetRow['stacks'][number]['health']) => health === 'down' || health === 'degraded';

function Stacks({ row, room }: { row: FleetRow; room: number }) {
  let left = room;
  return row.stacks.map(({ stackId, health, release }, place) => {
    const words = isUnwell(health) ? `${stackId} ${health}` : stackId;
    const shown = cutToFit(words, left, text);
    left -= textWidth(shown, text) + gap;
    const showsRelease = release && shown === words && left > textWidth(release, { ...small, mono: true });
    if (showsRelease) left -= textWidth(release, { ...small, mono: true }) + gap;
    if (shown === '') return null;
    return (
      <RowLink
        // The elements of one server’s stacks become those of another’s while it is scrolled.
        key={place}
        to={`/stacks/${stackId}`}
        title={`${stackId}: ${health}`}
        className={`mr-2 hover:underline ${health === 'down' ? 'text-bad' : health === 'degraded' ? 'text-warn' : 'text-muted'}`}
      >
        {shown}
        {showsRelease && <span className="pl-1.5 font-mono text-sm text-faint">{release}</span>}
      </RowLink>
    );
  });
}

/** What a server is for, beside its name, as far as there is room. */
function Roles({ roles, room }: { roles: readonly string[]; room: number }) {
  const words = roles.join(' ');
  const shown = cutToFit(words, room, small);
  // A letter or two of a word say nothing.
  if (shown !== words && shown.length < 4) return null;
  return <span className="text-sm text-faint">{shown}</span>;
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
    hint: ({ server }) => server.roles?.map(roleTitle).join('\n'),
    cell({ server }, room) {
      const { name, demo, roles = [] } = server;
      const shown = cutToFit(name, room - (demo ? demoRoom : 0), bold);
      return (
        <>
          <RowLink
            to={`/servers/${encodeURIComponent(name)}/overview`}
            tabIndex={-1}
            title={shown === name ? undefined : name}
            className="mr-2 font-semibold hover:underline"
          >
            {shown}
          </RowLink>
          {demo && <Badge>demo</Badge>}
          {roles.length > 0 && <Roles roles={roles} room={room - textWidth(shown, bold) - gap - (demo ? demoRoom : 0)} />}
        </>
      );
    },
  },
  {
    id: 'state',
    title: 'State',
    minWidth: 126,
    grow: 0.6,
    sortBy: stateRank,
    hint: (row) => (row.connectionError ? errorSentence(row.connectionError) : serverState(row).word),
    look: (row) => serverState(row).tone === 'good' && 'text-muted',
    cell(row, room) {
      const { tone, word } = serverState(row);
      return (
        <>
          <Mark tone={tone} className="mr-[7px]" />
          {cutToFit(word, room - markGap, text)}
        </>
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
    hint: (row) => summarizeGpus(row).label || undefined,
    look: () => 'text-muted',
    cell: (row, room) => cutToFit(summarizeGpus(row).label || none, room, text),
  },
  {
    id: 'util',
    title: 'Util',
    minWidth: 94,
    align: 'end',
    sortBy: (row) => summarizeGpus(row).utilization,
    look: (row) => (!isCurrent(row) || summarizeGpus(row).utilization === null) && 'text-faint',
    cell(row) {
      const { utilization } = summarizeGpus(row);
      if (utilization === null) return none;
      return (
        <>
          <GpuBars shares={gpuShares(row)} name={row.server.name} />
          <span className="w-[38px] text-end">{Math.round(utilization)}%</span>
        </>
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
    look: (row) => tone(row, summarizeGpus(row).temperatureC, 78, 88),
    cell(row) {
      const { temperatureC } = summarizeGpus(row);
      return temperatureC === null ? none : `${Math.round(temperatureC)} °C`;
    },
  },
  {
    id: 'history',
    title: '15 min',
    minWidth: 90,
    priority: 4,
    cell: (row) => <HistoryBars percents={row.utilizationHistory} name={row.server.name} />,
  },
  {
    id: 'first-token',
    title: 'First p95',
    minWidth: 78,
    align: 'end',
    priority: 2,
    sortBy: firstTokenS,
    hint: (row) => (firstTokenS(row) === null ? undefined : 'Until the first token, 95 of 100 below: the slowest engine of the server'),
    look: (row) => tone(row, firstTokenS(row), 2, 5),
    cell(row) {
      const seconds = firstTokenS(row);
      return seconds === null ? none : chartText(seconds, 'seconds');
    },
  },
  {
    id: 'stacks',
    title: 'Stacks',
    minWidth: 120,
    grow: 1.6,
    sortBy: (row) => row.stacks[0]?.stackId ?? null,
    look: (row) => row.stacks.length === 0 && 'text-faint',
    cell: (row, room) => (row.stacks.length === 0 ? none : <Stacks row={row} room={room} />),
  },
  {
    id: 'alerts',
    title: 'Alerts',
    minWidth: 62,
    align: 'end',
    priority: 2,
    sortBy: (row) => (row.firing === null ? 0 : row.firing.count + (row.firing.isCritical ? 1_000 : 0)),
    hint: ({ firing }) => firing?.titles.join('\n'),
    look: ({ firing }) => firing === null && 'text-faint',
    cell: ({ firing }) =>
      firing === null ? (
        none
      ) : (
        <>
          <Mark tone={firing.isCritical ? 'bad' : 'warn'} className="mr-[7px]" />
          {firing.count}
        </>
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
    look: (row) => (load1(row) === null ? 'text-faint' : 'text-muted'),
    cell: (row) => load1(row)?.toFixed(1) ?? none,
  },
  {
    id: 'age',
    title: 'Age',
    minWidth: 54,
    align: 'end',
    sortBy: ({ vitals }) => (vitals === null ? null : -vitals.observedAtMs),
    look: () => 'text-faint',
    cell: ({ vitals, ageMs }) =>
      vitals === null || ageMs === null ? none : <Age atMs={vitals.observedAtMs} ageMs={ageMs} staleAfterMs={staleAfterMs} stepMs={ageStepMs} />,
  },
  { id: 'actions', title: '', minWidth: 42, cell: (row) => <RowMenu row={row} /> },
];
