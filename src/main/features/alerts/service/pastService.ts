import { AppError } from '../../../../shared/errors.ts';
import type { AlertRule } from '../../../../shared/model/alertRule.ts';
import type { RuleBacktest } from '../../../../shared/model/alertRuleView.ts';
import type { ServerId } from '../../../../shared/model/ids.ts';
import { type Backtest, backtest, type PastSample } from '../evaluator/backtest.ts';
import type { EvaluatorConfig, ServerInput } from '../evaluator/evaluatorTypes.ts';
import { applies, kindOf } from '../evaluator/scopeRules.ts';

/** Stored values of one metric of a server: points of each series in order of time. `stepMs` 0: as they were measured. */
export interface StoredPast {
  stepMs: number;
  series: readonly {
    subject: string;
    atMs: ArrayLike<number>;
    min: ArrayLike<number>;
    max: ArrayLike<number>;
    mean: ArrayLike<number>;
    last: ArrayLike<number>;
  }[];
}

/** What looking back needs. */
export interface PastPorts {
  /** Asks the store for one metric of a server, of whatever subject. */
  query(query: { serverId: ServerId; metric: string; fromMs: number; toMs: number; maxPoints: number }): Promise<StoredPast>;
  /** Servers as they are now, which the rule's scope is held against. */
  servers(selector: string | undefined): ServerInput[];
  config(): EvaluatorConfig;
  nowMs(): number;
}

/** So many points of a series at most: a day as measured every five seconds. */
const mostPoints = 18_000;
const mostIntervals = 500;
const longestMs = 400 * 86_400_000;

/** Runs a rule over the stored past of the servers that it is for now. Throws `input.invalid` for a time that makes no sense. */
export async function lookBack(
  ports: PastPorts,
  rule: AlertRule,
  range: { selector?: string | undefined; fromMs: number; untilMs?: number | undefined },
): Promise<RuleBacktest> {
  const { fromMs, untilMs = ports.nowMs() } = range;
  if (untilMs <= fromMs || untilMs - fromMs > longestMs) {
    throw new AppError('input.invalid', { issues: [{ path: 'fromMs', message: 'the past begins before its end, and 400 days before it at most' }] });
  }
  const empty = { ...{ fromMs, untilMs, intervals: [], fired: 0, firedMs: 0, samples: 0, series: 0, stepS: 0 } };
  if (rule.on === 'computer') {
    return { ...empty, problem: `${rule.metric} is judged of this computer as it is; it is not stored` };
  }
  const config = ports.config();
  const hoursId = (server: ServerInput) => (rule.schedule === 'environment' ? config.environmentHours[server.environment] : rule.schedule);
  const found: (Backtest & { name: string })[] = [];
  let stepMs = 0;
  for (const server of ports.servers(range.selector)) {
    const past = await ports.query({ serverId: server.id as ServerId, metric: rule.metric, fromMs, toMs: untilMs, maxPoints: mostPoints });
    stepMs = Math.max(stepMs, past.stepMs);
    const gapS = Math.max(config.settings.gapS, (past.stepMs * 2) / 1000 + 1);
    const hours = config.hours.find(({ id }) => id === hoursId(server));
    const options = { gapS, hours: hours === undefined ? null : { hours, zone: server.zone ?? config.settings.zone } };
    for (const series of past.series) {
      if (kindOf(server.id, series.subject) !== rule.on || !applies(rule, server, series.subject)) continue;
      found.push({ ...backtest(rule, samplesOf(server.id, series, rule, past.stepMs), options), name: server.name });
    }
  }
  const intervals = found.flatMap(({ intervals: own, name }) => own.map((interval) => ({ ...interval, serverName: name })));
  const sum = (pick: (each: (typeof found)[number]) => number) => found.reduce((total, each) => total + pick(each), 0);
  return {
    ...{ fromMs, untilMs, fired: intervals.length, stepS: stepMs / 1000, firedMs: sum(({ firedMs }) => firedMs) },
    intervals: intervals.sort((a, b) => b.raisedAtMs - a.raisedAtMs).slice(0, mostIntervals),
    ...{ samples: sum(({ samples }) => samples), series: found.length },
    problem: found.length === 0 ? 'nothing of that is stored for the servers that the rule is for' : null,
  };
}

type Series = StoredPast['series'][number];

/**
 * Values of a series. Of a roll-up its mean where the rule wants it to hold for longer than that, since a peak within is not what it looks
 * for; else what is worst.
 */
function* samplesOf(serverId: string, series: Series, rule: AlertRule, stepMs: number): Generator<PastSample, void, void> {
  const { subject, atMs, min, max, mean, last } = series;
  const sustained = rule.sustainedS * 1000 > stepMs && /^[<>]/.test(rule.comparator);
  const worst = rule.comparator.startsWith('>') ? max : rule.comparator.startsWith('<') ? min : null;
  for (let index = 0; index < atMs.length; index += 1) {
    const at = (values: ArrayLike<number>) => values[index] ?? Number.NaN;
    const value = stepMs === 0 ? at(last) : sustained ? at(mean) : worst === null ? oneOf(rule.value, [at(min), at(max), at(last)]) : at(worst);
    yield { atMs: atMs[index] ?? 0, serverId, subject, value };
  }
}

/** The value that is looked for where it is among some, else the last of them. */
function oneOf(wanted: number, values: readonly number[]): number {
  return values.find((value) => value === wanted) ?? values.at(-1) ?? Number.NaN;
}
