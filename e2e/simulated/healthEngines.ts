import type { FleetRow } from '../../src/shared/contract/servers.ts';
import { isDown } from './healthContainers.ts';
import { demand, type FigureSeries, noise, probeIdOf, share } from './healthNoise.ts';

const minute = 60_000;

/** Figures of the engine of a server's first stack, and of two probes that look at it. */
export function engineSeries(row: FleetRow): FigureSeries[] {
  const [stack] = row.stacks;
  if (stack === undefined || (row.facts?.gpu.devices.length ?? 0) === 0) return [];
  const container = `ph-${stack.stackId}-model-1`;
  const own = `${row.server.name} ${container}`;
  const isOff = stack.health === 'down' || stack.health === 'absent';
  const asked = (atMs: number) => 42 * demand(row, atMs) * (0.7 + 0.5 * noise(`${own} asked`, atMs, 4 * minute));
  const room = 24 + 8 * share(own);
  const waiting = (atMs: number) => Math.max(0, Math.round(asked(atMs) - room));
  const slow = 0.16 + 0.3 * share(`${own} slow`);
  const first = (atMs: number) => slow * (0.8 + 0.5 * noise(`${own} first`, atMs, 3 * minute)) + 0.13 * waiting(atMs);
  const between = (atMs: number) => 0.012 + 0.022 * demand(row, atMs) + 0.004 * noise(`${own} between`, atMs, 2 * minute);
  const alive = (at: (atMs: number) => number) => (atMs: number) => (isOff || isDown(own, atMs) ? null : at(atMs));
  const engine = (metric: string, at: (atMs: number) => number): FigureSeries => ({ source: 'engines', subject: `engine:${container}`, metric, at: alive(at) });
  const running = (atMs: number) => Math.round(Math.min(room, asked(atMs)));
  const probe = (id: string, metric: string, at: (atMs: number) => number | null): FigureSeries => ({ source: 'probes', subject: `probe:${id}`, metric, at });
  const [chat, page] = [probeIdOf(`l${row.server.id}${stack.stackId}`), probeIdOf(`h${row.server.id}${stack.stackId}`)];
  const holds = (atMs: number) => !isOff && !isDown(own, atMs);
  return [
    { source: 'engines', subject: `engine:${container}`, metric: 'up', at: (atMs) => Number(holds(atMs)) },
    engine('running', running),
    engine('waiting', waiting),
    engine('kvCacheUsedRatio', (atMs) => Math.min(0.99, 0.12 + (0.8 * running(atMs)) / room + 0.03 * waiting(atMs))),
    engine('firstTokenP50S', (atMs) => first(atMs) * 0.55),
    engine('firstTokenP95S', first),
    engine('firstTokenP99S', (atMs) => first(atMs) * (1.3 + 0.7 * noise(`${own} tail`, atMs, 2 * minute))),
    engine('interTokenP50S', (atMs) => between(atMs) * 0.8),
    engine('interTokenP95S', (atMs) => between(atMs) * 1.3),
    engine('interTokenP99S', (atMs) => between(atMs) * 1.9),
    engine('generationTokensPerSecond', (atMs) => running(atMs) / between(atMs) / 1.6),
    engine('promptTokensPerSecond', (atMs) => 90 * running(atMs)),
    engine('requestsPerSecond', (atMs) => running(atMs) / 6),
    engine('errorRatio', (atMs) => Math.max(0, noise(`${own} errors`, atMs, 7 * minute) - 0.72) * 0.12),
    engine('prefixCacheHitRatio', () => 0.61),
    probe(chat, 'up', (atMs) => Number(holds(atMs))),
    probe(chat, 'firstTokenS', (atMs) => (holds(atMs) ? first(atMs) * 0.9 : null)),
    probe(chat, 'totalS', (atMs) => (holds(atMs) ? first(atMs) + 48 * between(atMs) : null)),
    probe(chat, 'tokensPerSecond', (atMs) => (holds(atMs) ? 1 / between(atMs) : null)),
    probe(page, 'up', (atMs) => Number(holds(atMs))),
    probe(page, 'totalS', (atMs) => 0.04 + 0.05 * noise(`${own} page`, atMs, 2 * minute)),
    probe(page, 'tlsDaysLeft', (atMs) => 61 - ((atMs / 86_400_000) % 40)),
  ];
}
