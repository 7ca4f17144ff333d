import { isScalar, parse, parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { type AlertRule, alertRuleSchema } from '../../../shared/model/alertRule.ts';

/** A figure of a rule by its place: `['missing', 'afterS']`. */
export type FigurePath = readonly [string, ...string[]];

const { value, clear, sustainedS, clearS, severity, schedule, missing } = alertRuleSchema.shape;
const figuresSchema = z.object({ value, clear, sustainedS, clearS, severity, schedule, missing });

/** Reads the text of one rule; null: it is none. The core says what is wrong with it. */
export function readRule(text: string): AlertRule | null {
  try {
    const parsed = alertRuleSchema.safeParse(parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/**
 * The rule that a form shows while its figures contradict each other: those of the text in `last`, the rule that could be read last. Null:
 * the text is no rule at all, or has a figure that is none.
 */
export function readFigures(text: string, last: AlertRule): AlertRule | null {
  try {
    const parsed = alertRuleSchema.safeParse(parse(text));
    if (parsed.success) return parsed.data;
    const figures = figuresSchema.safeParse(parse(text));
    if (!figures.success || parsed.error.issues.some(({ code }) => code !== 'custom')) return null;
    const { clear: _clear, ...rest } = last;
    return { ...rest, ...figures.data };
  } catch {
    return null;
  }
}

/** The text with one figure changed; `undefined` takes it away. Everything else stays as it was written. */
export function withFigure(text: string, path: FigurePath, value: string | number | undefined): string {
  const document = parseDocument(text);
  const node = document.getIn(path, true);
  if (value !== undefined && isScalar(node) && node.range) return `${text.slice(0, node.range[0])}${stringify(value).trim()}${text.slice(node.range[1])}`;
  if (value === undefined) document.deleteIn(path);
  else document.setIn(path, value);
  return document.toString({ lineWidth: 0 });
}

const unitsS: Readonly<Record<string, number>> = { s: 1, min: 60, m: 60, h: 3600, d: 86_400, day: 86_400, days: 86_400 };

/** Reads a span as people write it, in seconds: `90`, `90 s`, `5 min`, `1.5 h`, `2 days`; null: it is none. */
export function readSpan(text: string): number | null {
  const [, figure, unit = 's'] = /^\s*(\d+(?:[.,]\d+)?)\s*(s|min|m|h|d|days?)?\s*$/.exec(text) ?? [];
  if (figure === undefined) return null;
  const seconds = Number(figure.replace(',', '.')) * (unitsS[unit] ?? 1);
  return Number.isInteger(seconds) ? seconds : null;
}

/** What a rule of one's own begins with. */
export const newRuleText = `id: my-rule
title: GPU draws much power
explanation: >-
  What it means, and what to look at first.
metric: gpuPowerWatts
on: gpu
comparator: '>'
value: 350
clear: 330
sustainedS: 300
clearS: 120
missing: { policy: keep, afterS: 600 }
severity: warning
schedule: environment
runbook: null
references: []
`;
