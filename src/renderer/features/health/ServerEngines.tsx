import { useQuery } from '@tanstack/react-query';
import type { Engine, EngineState } from '../../../shared/model/engine.ts';
import { reachWords } from '../../../shared/model/reachWay.ts';
import { orpc } from '../../client/client.ts';
import { chartText } from '../../ui/chart/chartText.ts';
import { useNowMs } from '../../ui/clock.ts';
import { formatAge } from '../../ui/format.ts';
import { type PlainColumn, PlainTable } from '../../ui/PlainTable.tsx';
import { StateMark, type Tone } from '../../ui/StateMark.tsx';
import { figure, type ServerFigures } from './serverFigures.ts';

const looks: Record<EngineState, { tone: Tone; word: string }> = {
  working: { tone: 'good', word: 'works' },
  idle: { tone: 'good', word: 'idle' },
  quiet: { tone: 'warn', word: 'quiet' },
  wedged: { tone: 'bad', word: 'wedged' },
  unhealthy: { tone: 'bad', word: 'unhealthy' },
  down: { tone: 'bad', word: 'does not answer' },
  unknown: { tone: 'unknown', word: 'unknown' },
};

function State({ engine: { state, flatSinceMs, problem, via } }: { engine: Engine }) {
  const { tone, word } = looks[state];
  const now = useNowMs();
  const flat = flatSinceMs === null ? '' : `Requests are at work, and nothing was generated for ${formatAge(now - flatSinceMs)}`;
  return (
    <StateMark tone={tone} title={[problem ?? flat, reachWords(via)].filter(Boolean).join('\n')}>
      {flatSinceMs === null ? word : `${word} for ${formatAge(now - flatSinceMs)}`}
    </StateMark>
  );
}

/** The engines of a server: whether they answer and generate, what waits, and how fast the first token comes. */
export function ServerEngines({ name, figures }: { name: string; figures: ServerFigures | null }) {
  const { data } = useQuery({ ...orpc.health.engines.queryOptions({ input: { selector: name } }), refetchInterval: 10_000 });
  if (data === undefined) return <p className="py-1.5 text-muted">Asking which engines run.</p>;
  if (data.engines.length === 0) return <p className="py-1.5 text-muted">No engine was found among its containers.</p>;
  const of = ({ container }: Engine, metric: string) => (figures === null ? null : figure(figures, metric, `engine:${container}`));
  const columns: readonly PlainColumn<Engine>[] = [
    {
      id: 'engine',
      title: 'Engine',
      cell: ({ kind, models, container }) => (
        <span className="block truncate" title={[container, ...models].join('\n')}>
          {kind} <span className="text-faint">{models.length === 0 ? container : models.join(', ')}</span>
        </span>
      ),
    },
    { id: 'state', title: 'State', width: '122px', cell: (engine) => <State engine={engine} /> },
    {
      id: 'requests',
      title: 'At work, waiting',
      width: '112px',
      align: 'end',
      cell: (engine) => `${chartText(of(engine, 'running'), 'count')}, ${chartText(of(engine, 'waiting'), 'count')}`,
    },
    { id: 'first', title: 'First p95', width: '78px', align: 'end', cell: (engine) => chartText(of(engine, 'firstTokenP95S'), 'seconds') },
    { id: 'tokens', title: 'Generates', width: '90px', align: 'end', cell: (engine) => chartText(of(engine, 'generationTokensPerSecond'), 'tokensPerSecond') },
  ];
  return <PlainTable label="Engines" columns={columns} rows={data.engines} rowKey={({ container }) => container} />;
}
