import { chartText } from '../../ui/chart/chartText.ts';
import { cx } from '../../ui/cx.ts';
import { formatAge, formatBytes } from '../../ui/format.ts';
import { type PlainColumn, PlainTable } from '../../ui/PlainTable.tsx';
import { StateMark, type Tone } from '../../ui/StateMark.tsx';
import { plainSubject } from './lineNames.ts';
import { figure, type ServerFigures, subjectsOfKind } from './serverFigures.ts';

interface ContainerLine {
  name: string;
  tone: Tone;
  state: string;
  cpu: number | null;
  memory: number | null;
  limit: number | null;
  restarts: number | null;
  restartsRecent: number;
  upS: number | null;
}

/** What a container's figures say of it. */
export function containerState(of: (metric: string) => number | null): { tone: Tone; state: string } {
  if (of('containerOomKilled') === 1) return { tone: 'bad', state: 'killed for memory' };
  if (of('containerRunning') === 0) {
    const code = of('containerExitCode');
    return code === 0 ? { tone: 'off', state: 'ended' } : { tone: 'bad', state: code === null ? 'does not run' : `ended with ${code}` };
  }
  if (of('containerRunning') === null) return { tone: 'unknown', state: 'unknown' };
  if (of('containerHealthy') === 0) return { tone: 'bad', state: 'unhealthy' };
  if ((of('containerRestartsRecent') ?? 0) > 0) return { tone: 'warn', state: 'just restarted' };
  return { tone: 'good', state: of('containerHealthy') === 1 ? 'healthy' : 'runs' };
}

function linesOf(figures: ServerFigures): ContainerLine[] {
  return subjectsOfKind(figures, 'container').map((subject) => {
    const of = (metric: string) => figure(figures, metric, subject);
    return {
      name: subject.slice('container:'.length),
      ...containerState(of),
      cpu: of('containerCpuCores'),
      memory: of('containerMemoryUsedBytes'),
      limit: of('containerMemoryLimitBytes'),
      restarts: of('containerRestarts'),
      restartsRecent: of('containerRestartsRecent') ?? 0,
      upS: of('containerUptimeSeconds'),
    };
  });
}

const columns: readonly PlainColumn<ContainerLine>[] = [
  {
    id: 'name',
    title: 'Container',
    cell: ({ name }) => (
      <span title={name} className="block truncate font-mono text-sm">
        {plainSubject(`container:${name}`)}
      </span>
    ),
  },
  { id: 'state', title: 'State', width: '122px', cell: ({ tone, state }) => <StateMark tone={tone}>{state}</StateMark> },
  { id: 'cpu', title: 'CPU', width: '84px', align: 'end', cell: ({ cpu }) => chartText(cpu, 'cores') },
  {
    id: 'memory',
    title: 'Memory',
    width: '84px',
    align: 'end',
    cell: ({ memory, limit }) => (
      <span
        title={limit === null ? 'no limit of its own' : `of ${formatBytes(limit)}`}
        className={cx(memory !== null && limit !== null && memory / limit > 0.9 && 'text-warn')}
      >
        {memory === null ? '—' : formatBytes(memory)}
      </span>
    ),
  },
  {
    id: 'restarts',
    title: 'Restarts',
    width: '66px',
    align: 'end',
    cell: ({ restarts, restartsRecent }) => <span className={cx(restartsRecent > 0 ? 'text-warn' : 'text-muted')}>{restarts ?? '—'}</span>,
  },
  { id: 'up', title: 'Up', width: '52px', align: 'end', cell: ({ upS }) => <span className="text-muted">{upS === null ? '—' : formatAge(upS * 1000)}</span> },
];

/** The containers of a server, live. */
export function ServerContainers({ figures }: { figures: ServerFigures }) {
  const lines = linesOf(figures);
  if (lines.length === 0) return <p className="py-1.5 text-muted">No container runs here, or Docker may not be asked with this login.</p>;
  return <PlainTable label="Containers" columns={columns} rows={lines} rowKey={({ name }) => name} />;
}
