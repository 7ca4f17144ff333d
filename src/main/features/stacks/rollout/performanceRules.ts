import type { MeasuredGate } from '../../../../shared/model/stack.ts';
import type { ChatFigures } from './chatStreamRules.ts';

/** How much worse than the release before a release may be, in percent. */
export interface Margins {
  firstTokenPercent: number;
  tokensPerSPercent: number;
}

export const defaultMargins: Margins = { firstTokenPercent: 25, tokensPerSPercent: 15 };

/** Fewer requests say too little to fail a release. */
export const fewestSamples = 20;

/** What many requests came to, at the median; null: that was not measured. */
export function summarize(gate: { title: string; model: string }, figures: readonly ChatFigures[], via: MeasuredGate['via']): MeasuredGate {
  return {
    ...{ gate: gate.title, model: gate.model, samples: figures.length, via },
    firstTokenMs: median(figures.flatMap(({ firstTokenMs }) => (firstTokenMs === null ? [] : [firstTokenMs]))),
    tokensPerS: median(figures.flatMap(({ tokensPerS }) => (tokensPerS === null ? [] : [tokensPerS]))),
    counted: figures.every(({ counted }) => counted === 'usage') ? 'usage' : 'pieces',
  };
}

/**
 * What of the figures is too bad, in words; null: nothing. They are set against those of the release before only where both come from
 * enough requests of the same gate, model and way.
 */
export function judgeFigures(
  now: MeasuredGate,
  limits: { maxFirstTokenMs?: number | undefined; margins: Margins; before: MeasuredGate | null },
): string | null {
  const { maxFirstTokenMs, margins, before } = limits;
  const first = now.firstTokenMs;
  if (maxFirstTokenMs !== undefined && first !== null && first > maxFirstTokenMs) {
    return `the first token takes ${ms(first)}, at most ${maxFirstTokenMs} ms is allowed`;
  }
  if (before === null || !isComparable(now, before)) return null;
  if (first !== null && before.firstTokenMs !== null && first > before.firstTokenMs * (1 + margins.firstTokenPercent / 100)) {
    return `the first token takes ${ms(first)}, before it took ${ms(before.firstTokenMs)}: more than ${margins.firstTokenPercent} % slower, at the median of ${now.samples} requests`;
  }
  if (now.tokensPerS !== null && before.tokensPerS !== null && now.tokensPerS < before.tokensPerS * (1 - margins.tokensPerSPercent / 100)) {
    return `it gives ${rate(now.tokensPerS)}, before it gave ${rate(before.tokensPerS)}: more than ${margins.tokensPerSPercent} % slower, at the median of ${now.samples} requests`;
  }
  return null;
}

/** The figures of the same gate in another release; null: it has none. */
export function sameGate(figures: readonly MeasuredGate[] | undefined, gate: { title: string; model: string }): MeasuredGate | null {
  return figures?.find((each) => each.gate === gate.title && each.model === gate.model) ?? null;
}

/** One line for people. */
export function describeFigures(figures: MeasuredGate): string {
  const first = figures.firstTokenMs === null ? 'first token not measured' : `first token ${ms(figures.firstTokenMs)}`;
  const speed = figures.tokensPerS === null ? '' : `, ${rate(figures.tokensPerS)}`;
  return `${figures.gate}: ${first}${speed} at the median of ${figures.samples} requests`;
}

function isComparable(now: MeasuredGate, before: MeasuredGate): boolean {
  return now.via === before.via && now.counted === before.counted && now.samples >= fewestSamples && before.samples >= fewestSamples;
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}

function rate(value: number): string {
  return `${value.toFixed(1)} tokens/s`;
}
