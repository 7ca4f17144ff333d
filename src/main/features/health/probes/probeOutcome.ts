import type { ProbeMetric } from '../../../../shared/model/engineMetricCatalogue.ts';
import type { Reading } from '../../../../shared/model/reading.ts';

/** Why nothing could be judged. `broken`: it hung up in the middle. `not-spoken`: what is there speaks another protocol. */
export type ProbeFailureCode = 'unreachable' | 'timed-out' | 'broken' | 'not-spoken' | 'unresolved';

/** `detail` is what was heard of it, without secrets and control characters. */
export interface ProbeFailure<C extends string = ProbeFailureCode> {
  code: C;
  detail: string;
}

/** What a probe found. */
export interface ProbeOutcome<C extends string = ProbeFailureCode> {
  /** All is as wanted. */
  holds: boolean;
  /** The line that proves it. */
  proof: string;
  failure: ProbeFailure<C> | null;
  /** What was measured, in the units of the catalogue; what was not is left out. */
  values: Partial<Record<ProbeMetric, number>>;
}

/** One thing that was wanted of an answer. */
export interface Finding {
  holds: boolean;
  /** What was found, and what was wanted where it differs. */
  text: string;
}

/** The readings of a probe; subject `probe:ID`. A wrong answer of a model is one all the same: it is up, and `correct` tells. */
export function probeReadings(id: string, { holds, failure, values }: ProbeOutcome<string>): Reading[] {
  const isUp = holds || (failure === null && values.correct === 0);
  const all: [string, number | undefined][] = [['up' satisfies ProbeMetric, isUp ? 1 : 0], ...Object.entries(values)];
  return all.flatMap(([metric, value]) => (value === undefined || !Number.isFinite(value) ? [] : [{ subject: `probe:${id}`, metric, value }]));
}

/** An outcome of findings: it holds where all do, and is proved by what does not, else by all. */
export function judged(name: string, findings: readonly Finding[], values: ProbeOutcome['values']): ProbeOutcome {
  const wrong = findings.filter(({ holds }) => !holds);
  const shown = (wrong.length === 0 ? findings : wrong).map(({ text }) => text).join('; ');
  return { holds: wrong.length === 0, proof: `${name}: ${shown}`, failure: null, values };
}

/** An outcome of a failure. */
export function failed<C extends string>(name: string, failure: ProbeFailure<C>, values: ProbeOutcome['values'] = {}): ProbeOutcome<C> {
  return { holds: false, proof: `${name}: ${failure.detail}`, failure, values };
}
