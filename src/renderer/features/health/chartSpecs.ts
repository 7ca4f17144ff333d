import type { ChartSpan } from '../../ui/chart/chartScale.ts';
import type { ChartThreshold, ChartUnit } from '../../ui/chart/chartTypes.ts';
import type { ChartGroup } from './chartGroups.ts';

/** One chart: which figures, of what, and how they are drawn. */
export interface ChartSpec {
  id: string;
  group: ChartGroup;
  title: string;
  unit: ChartUnit;
  span?: ChartSpan;
  /** Of what: '' is the server itself, else a kind as in `gpu:…`. */
  of: '' | 'disk' | 'gpu' | 'container' | 'engine' | 'probe';
  /** Of several servers only the first is compared. */
  metrics: readonly [{ metric: string; label: string }, ...{ metric: string; label: string }[]];
  thresholds?: readonly ChartThreshold[];
  stepped?: boolean;
  /** Which lines are the worst, where there are too many. */
  worst: 'high' | 'low';
}

type Rest = Partial<Pick<ChartSpec, 'span' | 'thresholds' | 'stepped' | 'worst'>>;
type Metrics = readonly [string, string][] | string;

function spec(group: ChartGroup, of: ChartSpec['of'], id: string, title: string, unit: ChartUnit, metrics: Metrics, rest: Rest = {}): ChartSpec {
  const [first, ...others] = typeof metrics === 'string' ? [[metrics, title] as const] : metrics;
  const named = ([metric, label]: readonly [string, string]) => ({ metric, label });
  return { group, of, id, title, unit, worst: 'high', ...rest, metrics: [named(first ?? ['', '']), ...others.map(named)] };
}

const warn = (value: number, label: string): ChartThreshold => ({ value, tone: 'warn', label });
const bad = (value: number, label: string): ChartThreshold => ({ value, tone: 'bad', label });
const whole = { span: 'whole' } as const;
const quantiles = (name: string): [string, string][] => [
  [`${name}P95S`, 'p95'],
  [`${name}P50S`, 'p50'],
  [`${name}P99S`, 'p99'],
];

/** Every chart, in order. Of values that come in three, the one that is compared comes first. */
export const chartSpecs: readonly ChartSpec[] = [
  spec('gpus', 'gpu', 'gpu-used', 'GPU used', 'ratio', 'gpuUsedRatio', whole),
  spec('gpus', 'gpu', 'vram', 'VRAM used', 'ratio', 'vramUsedRatio', { ...whole, thresholds: [bad(0.97, '97% full')] }),
  spec('gpus', 'gpu', 'gpu-temperature', 'Temperature', 'celsius', 'gpuTemperatureCelsius', { thresholds: [warn(80, 'hot from 80 °C'), bad(90, '90 °C')] }),
  spec('gpus', 'gpu', 'gpu-power', 'Power', 'watts', 'gpuPowerWatts'),
  spec(
    ...(['gpus', 'gpu', 'gpu-slowed', 'Slowed down', 'flag'] as const),
    [
      ['gpuThrottledByHeat', 'by heat'],
      ['gpuThrottledByPower', 'by its power cap'],
      ['gpuThrottledByHardware', 'by its hardware'],
    ],
    { stepped: true },
  ),
  spec('gpus', 'gpu', 'xid', 'Xid errors in 10 min', 'count', 'xidErrorsRecent', { stepped: true }),
  spec(
    'host',
    '',
    'cpu',
    'CPU',
    'ratio',
    [
      ['cpuUsedRatio', 'used'],
      ['cpuWaitRatio', 'waits for drives'],
      ['cpuStolenRatio', 'taken by the hypervisor'],
    ],
    whole,
  ),
  spec(
    'host',
    '',
    'memory',
    'Memory',
    'ratio',
    [
      ['memoryUsedRatio', 'used'],
      ['swapUsedRatio', 'swap used'],
    ],
    { ...whole, thresholds: [warn(0.9, '90% full')] },
  ),
  spec('host', '', 'load', 'Load for each CPU', 'count', 'load1PerCpu', { thresholds: [warn(1, 'one waits for each CPU')] }),
  spec('host', 'disk', 'disk', 'Disk space used', 'ratio', 'diskUsedRatio', { ...whole, thresholds: [warn(0.85, '85%'), bad(0.95, '95% full')] }),
  spec('host', '', 'drives', 'Drive traffic', 'bytesPerSecond', [
    ['driveWrittenBytesPerSecond', 'written'],
    ['driveReadBytesPerSecond', 'read'],
  ]),
  spec('host', '', 'network', 'Network', 'bytesPerSecond', [
    ['sentBytesPerSecond', 'sent'],
    ['receivedBytesPerSecond', 'received'],
  ]),
  spec('host', '', 'pressure', 'Time spent waiting', 'ratio', [
    ['ioPressureRatio', 'for drives'],
    ['memoryPressureRatio', 'for memory'],
    ['cpuPressureRatio', 'for a CPU'],
  ]),
  spec('containers', 'container', 'container-cpu', 'CPU', 'cores', 'containerCpuCores'),
  spec('containers', 'container', 'container-memory', 'Memory', 'bytes', 'containerMemoryUsedBytes'),
  spec('containers', 'container', 'container-restarts', 'Restarts in 10 min', 'count', 'containerRestartsRecent', {
    stepped: true,
    thresholds: [bad(3, '3 restarts')],
  }),
  spec('engines', 'engine', 'first-token', 'First token', 'seconds', quantiles('firstToken')),
  spec('engines', 'engine', 'inter-token', 'Between tokens', 'seconds', quantiles('interToken')),
  spec(
    'engines',
    'engine',
    'tokens',
    'Tokens',
    'tokensPerSecond',
    [
      ['generationTokensPerSecond', 'generated'],
      ['promptTokensPerSecond', 'read'],
    ],
    { worst: 'low' },
  ),
  spec('engines', 'engine', 'running', 'Requests at work', 'count', 'running'),
  spec('engines', 'engine', 'waiting', 'Requests waiting', 'count', 'waiting'),
  spec('engines', 'engine', 'kv-cache', 'KV cache used', 'ratio', 'kvCacheUsedRatio', { ...whole, thresholds: [warn(0.9, '90% full')] }),
  spec('engines', 'engine', 'errors', 'Requests that failed', 'ratio', 'errorRatio', { thresholds: [bad(0.05, '5%')] }),
  spec('probes', 'probe', 'probe-up', 'As wanted', 'flag', 'up', { stepped: true, worst: 'low' }),
  spec('probes', 'probe', 'probe-total', 'Whole answer', 'seconds', 'totalS'),
  spec('probes', 'probe', 'probe-first-token', 'First token', 'seconds', 'firstTokenS'),
  spec('probes', 'probe', 'probe-tokens', 'Tokens', 'tokensPerSecond', 'tokensPerSecond', { worst: 'low' }),
  spec('probes', 'probe', 'probe-tls', 'Certificate, days left', 'days', 'tlsDaysLeft', { worst: 'low', thresholds: [warn(21, '21 days')] }),
];

/** About how often figures of a kind are read, in s; what costs more is read more rarely. */
const paceS: Record<ChartSpec['of'], number> = { '': 1, gpu: 5, container: 15, engine: 15, disk: 30, probe: 300 };

/** From how long without a value on a live line of a chart has ended, in ms, where servers are read every `intervalS`. */
export const silenceMs = ({ of }: Pick<ChartSpec, 'of'>, intervalS: number): number => 3_000 * Math.max(intervalS, paceS[of]) + 2_000;

/** What to ask the core for. */
export function wantedSeries({ of, metrics }: ChartSpec, isCompared: boolean): { metric: string; subject: string }[] {
  const wanted = isCompared ? metrics.slice(0, 1) : metrics;
  return wanted.map(({ metric }) => ({ metric, subject: of === '' ? '' : `${of}:*` }));
}
