import { expect, it } from 'vitest';
import { type SpendState, settleSpend, takeSpend } from './spendLedger.ts';

const limits = { callsPerDay: 3, tokensPerDay: 1000 };
const hour = 3_600_000;
const noon = Date.UTC(2026, 10, 21, 12);
const taken = (state: SpendState | null, tokens: number, nowMs = noon) => {
  const answer = takeSpend(state, limits, tokens, nowMs);
  if ('refused' in answer) throw new Error(answer.refused);
  return answer;
};

it('lets calls through until the day has none left', () => {
  let state: SpendState | null = null;
  for (let call = 0; call < 3; call += 1) ({ state } = taken(state, 10));
  expect(takeSpend(state, limits, 10, noon)).toEqual({ refused: 'calls', untilMs: Date.UTC(2026, 10, 22) });
  expect(taken(state, 10, noon + 12 * hour).state).toEqual({ day: Math.floor(noon / 86_400_000) + 1, calls: 1, tokens: 10 });
});

it('sets tokens aside, and gives back what was not used', () => {
  const first = taken(null, 600);
  expect(takeSpend(first.state, limits, 600, noon)).toMatchObject({ refused: 'tokens' });
  const settled = settleSpend(first.state, first.ticket, 40);
  expect(settled).toMatchObject({ calls: 1, tokens: 40 });
  expect(taken(settled, 960).state).toMatchObject({ calls: 2, tokens: 1000 });
  expect(takeSpend(settled, limits, 961, noon)).toMatchObject({ refused: 'tokens' });
});

it('counts what was used beyond what was set aside', () => {
  const { state, ticket } = taken(null, 100);
  expect(settleSpend(state, ticket, 1500).tokens).toBe(1500);
});

it('goes by the day of the person', () => {
  const west = -5 * hour;
  const at = Date.UTC(2026, 10, 22, 3);
  const { state } = takeSpend(null, limits, 10, at, west) as { state: SpendState };
  expect(takeSpend({ ...state, calls: 3 }, limits, 10, at, west)).toEqual({ refused: 'calls', untilMs: Date.UTC(2026, 10, 22, 5) });
  expect(takeSpend({ ...state, calls: 3 }, limits, 10, at + 2 * hour, west)).toMatchObject({ state: { calls: 1 } });
});

it('changes nothing for a call of yesterday, and begins no day anew where the clock was set back', () => {
  const { ticket } = taken(null, 500);
  const next = taken(null, 100, noon + 24 * hour).state;
  expect(settleSpend(next, ticket, 0)).toEqual(next);
  expect(takeSpend({ ...next, calls: 3 }, limits, 1, noon)).toMatchObject({ refused: 'calls' });
});

it('lets nothing through where nothing may be spent', () => {
  expect(takeSpend(null, { callsPerDay: 0, tokensPerDay: 10 }, 1, noon)).toMatchObject({ refused: 'calls' });
  expect(takeSpend(null, { callsPerDay: 1, tokensPerDay: 0 }, 1, noon)).toMatchObject({ refused: 'tokens' });
});
