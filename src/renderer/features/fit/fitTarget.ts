import type { Fit, TierId } from '../../../shared/model/fit.ts';

/** What a server is set against. As text in an address: `recommended`, `stack:privaxai`. */
export type FitTarget = { kind: 'tier'; id: TierId } | { kind: 'stack'; id: string };

const tiers: readonly TierId[] = ['minimum', 'recommended', 'optimal'];

/** Reads a target out of an address; anything else is the middle tier. */
export function parseTarget(text: string | undefined): FitTarget {
  const stack = /^stack:([a-z0-9][a-z0-9-]*)$/.exec(text ?? '')?.[1];
  if (stack !== undefined) return { kind: 'stack', id: stack };
  return { kind: 'tier', id: tiers.find((tier) => tier === text) ?? 'recommended' };
}

/** The target as text for an address. */
export function targetText(target: FitTarget): string {
  return target.kind === 'stack' ? `stack:${target.id}` : target.id;
}

/** How many needs are short and unknown, in a word or two: `2 short, 1 unknown`; empty where all are met. */
export function fitCounts({ requirements }: Fit): string {
  const count = (verdict: Fit['verdict']) => requirements.filter((each) => each.level === 'required' && each.verdict === verdict).length;
  const parts = [
    [count('short'), 'short'],
    [count('unknown'), 'unknown'],
  ] as const;
  return parts.flatMap(([number, word]) => (number === 0 ? [] : [`${number} ${word}`])).join(', ');
}
