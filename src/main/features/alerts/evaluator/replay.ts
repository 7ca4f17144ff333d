import type { AlertRule } from '../../../../shared/model/alertRule.ts';
import { metricDefinition } from '../../../../shared/model/metricCatalogue.ts';
import { createEvaluator, type Tick } from './evaluateRules.ts';
import type { ConditionState, EvaluatorState } from './evaluatorState.ts';
import type { AlertEvent, EvaluatorConfig, EvaluatorInput, Sample, ServerInput } from './evaluatorTypes.ts';
import { tell } from './openAlertRules.ts';

/** From where on, and by what, a stretch of time is judged afterwards. */
export interface ReplayInput {
  config: EvaluatorConfig;
  /** How everything stood before. */
  state: EvaluatorState;
  /** The server as it is now; how its connection stands does not count, since its figures are there. */
  server: ServerInput;
  /** What people asked for at that time. */
  asked: Pick<EvaluatorInput, 'maintenance' | 'silences'>;
  /** Series that were filled in, as `seriesKey` names them: of others nothing is known of that time. */
  series: ReadonlySet<string>;
}

/** All that happened to an alert that began and ended in the time that was judged afterwards: its raise first, its end last. */
export type PastAlert = readonly [AlertEvent, ...AlertEvent[]];

/** Whether a rule can be judged by what a recorder keeps: it measures servers, not engines, probes or connections. */
export function isRecorded({ on, metric }: Pick<AlertRule, 'on' | 'metric'>): boolean {
  return !['engine', 'probe', 'computer'].includes(on) && metricDefinition(metric) !== null;
}

export const seriesKey = (metric: string, subject: string): string => `${metric} ${subject}`;

/**
 * Judges one server's past with the same evaluator that judges the present, moment by moment. Levels and reminders are left out: nobody could
 * have been told. What lies on other servers counts for nothing.
 */
export class Replay {
  readonly serverId: string;
  readonly #input: ReplayInput;
  readonly #rules: ReadonlySet<string>;
  readonly #evaluate: ReturnType<typeof createEvaluator>;
  readonly #begun = new Map<string, [AlertEvent, ...AlertEvent[]]>();
  readonly #over: PastAlert[] = [];
  #state: EvaluatorState;

  constructor(input: ReplayInput) {
    const { config, state, server, series } = input;
    const rules = config.rules.filter(isRecorded);
    const metrics = new Map(rules.map(({ id, metric }) => [id, metric]));
    const isKnown = ({ ruleId, serverId, subject }: Pick<ConditionState, 'ruleId' | 'serverId' | 'subject'>) =>
      serverId === server.id && series.has(seriesKey(metrics.get(ruleId) ?? '', subject));
    const conditions = pick(state.conditions, (condition) => isKnown(condition));
    // By its evidence: one that flaps is open for a while though nothing of it holds.
    const alerts = pick(state.alerts, ({ evidence }) => evidence.some(isKnown));
    const memory = state.servers[server.id];
    this.serverId = server.id;
    this.#input = input;
    this.#rules = new Set(metrics.keys());
    this.#state = { ...state, conditions, alerts, servers: memory === undefined ? {} : { [server.id]: memory } };
    const settings = { ...config.settings, repeatS: { critical: null, warning: null, advice: null }, escalateS: { critical: [], warning: [], advice: [] } };
    this.#evaluate = createEvaluator({ ...config, rules, settings });
  }

  /** Takes one moment; one that is not newer than what was seen is left out. */
  take(sample: Sample): void {
    const { server, asked } = this.#input;
    if (sample.atMs <= (this.#state.servers[server.id]?.sampleAtMs ?? 0)) return;
    const present: ServerInput = { ...server, connection: 'connected', via: null, samples: [sample] };
    const { state, events }: Tick = this.#evaluate(this.#state, { nowMs: sample.atMs, servers: [present], online: true, ...asked });
    this.#state = state;
    for (const event of events) this.#note(event);
  }

  /** Alerts that began and ended; what only waits to be called over, since it flaps or is muted, is over too. */
  over(): PastAlert[] {
    const waiting = Object.values(this.#state.alerts).flatMap((alert) => {
      const begun = this.#begun.get(alert.key);
      if (begun === undefined || alert.ending === null) return [];
      const { event } = tell(alert, 'resolved', alert.ending, alert.lastMemberMs);
      return event === null ? [] : [[...begun, event] as PastAlert];
    });
    return [...this.#over, ...waiting];
  }

  /**
   * A state of now in which the conditions of the server are as if it had been heard all along. It is returned as it is where what was judged
   * here does not reach up to what was judged there.
   */
  continued(live: EvaluatorState): EvaluatorState {
    const [now, then] = [live.servers[this.serverId], this.#state.servers[this.serverId]];
    if (now === undefined || then === undefined || now.sampleAtMs !== then.sampleAtMs) return live;
    const isJudgedHere = ({ ruleId, serverId, subject }: ConditionState) => {
      const rule = this.#rules.has(ruleId) ? this.#input.config.rules.find(({ id }) => id === ruleId) : undefined;
      return serverId === this.serverId && rule !== undefined && this.#input.series.has(seriesKey(rule.metric, subject));
    };
    // The live count of heard time left the gap out.
    const more = then.heardMs - now.heardMs;
    const own = Object.entries(this.#state.conditions).map(([key, each]) => [key, { ...each, lastHeardMs: each.lastHeardMs - more }] as const);
    return { ...live, conditions: { ...pick(live.conditions, (each) => !isJudgedHere(each)), ...Object.fromEntries(own) } };
  }

  #note(event: AlertEvent): void {
    const begun = this.#begun.get(event.key);
    if (event.kind === 'raised') this.#begun.set(event.key, [event]);
    else if (event.kind !== 'resolved') begun?.push(event);
    else if (begun !== undefined) {
      this.#over.push([...begun, event]);
      this.#begun.delete(event.key);
    }
  }
}

function pick<T>(record: Readonly<Record<string, T>>, wanted: (value: T) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => wanted(value)));
}
