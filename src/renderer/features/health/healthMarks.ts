import type { HealthMark } from '../../../shared/model/healthHistory.ts';
import type { ChartMark } from '../../ui/chart/chartTypes.ts';
import type { Tone } from '../../ui/StateMark.tsx';

const kindWords: Record<HealthMark['kind'], string> = { deploy: 'Rollout', rollback: 'Rollback', incident: 'Incident', alert: 'Alert' };
const places: Record<HealthMark['kind'], (id: string) => string> = {
  deploy: (id) => `#/operations/${id}`,
  rollback: (id) => `#/operations/${id}`,
  incident: (id) => `#/incidents/${id}`,
  alert: (id) => `#/alerts/${encodeURIComponent(id)}`,
};
const tones: Record<HealthMark['kind'], Tone> = { deploy: 'info', rollback: 'warn', incident: 'bad', alert: 'warn' };

/** States in which a rollout came to nothing, or an alert is the worst. */
const badStates = new Set(['failed', 'partly-failed', 'needs-attention', 'critical']);

/** What happened to servers as marks of a chart, each with its place. `names`: servers by id, to say whom it was about. */
export function chartMarks(marks: readonly HealthMark[], names: ReadonlyMap<string, string>): ChartMark[] {
  return marks.map(({ id, kind, atMs, title, state, serverIds }) => {
    const [first, ...others] = serverIds.flatMap((server) => names.get(server) ?? []);
    const whom = first === undefined ? '' : others.length === 0 ? ` on ${first}` : ` on ${first} and ${others.length} more`;
    const isBad = badStates.has(state);
    return { key: `${kind} ${id}`, atMs, tone: isBad ? 'bad' : tones[kind], title, detail: `${kindWords[kind]}${whom}, ${state}`, href: places[kind](id) };
  });
}
