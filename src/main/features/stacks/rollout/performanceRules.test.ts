import { expect, test } from 'vitest';
import type { MeasuredGate } from '../../../../shared/model/stack.ts';
import type { ChatFigures } from './chatStreamRules.ts';
import { defaultMargins, describeFigures, judgeFigures, sameGate, summarize } from './performanceRules.ts';

const gate = { title: 'Chat', model: 'm' };
const one = (firstTokenMs: number | null, tokensPerS: number | null): ChatFigures => ({
  text: 'x',
  thoughts: 0,
  firstTokenMs,
  tokensPerS,
  tokens: 3,
  counted: 'usage',
});
const measured = (change: Partial<MeasuredGate>): MeasuredGate => ({
  ...{ gate: 'Chat', model: 'm', samples: 20, firstTokenMs: 100, tokensPerS: 50, counted: 'usage', via: 'channel' },
  ...change,
});

test('the median of an odd and of an even number, without what was not measured', () => {
  expect(summarize(gate, [one(30, 5), one(10, null), one(900, 7)], 'channel')).toMatchObject({ samples: 3, firstTokenMs: 30, tokensPerS: 6 });
  expect(summarize(gate, [one(10, 1), one(20, 2)], 'server')).toMatchObject({ firstTokenMs: 15, tokensPerS: 1.5, via: 'server' });
  expect(summarize(gate, [one(null, null)], 'server')).toMatchObject({ firstTokenMs: null, tokensPerS: null });
  expect(summarize(gate, [one(1, 1), { ...one(1, 1), counted: 'pieces' }], 'channel').counted).toBe('pieces');
});

test.each<[string, Partial<MeasuredGate>, Partial<MeasuredGate>, RegExp | null]>([
  ['as fast', {}, {}, null],
  ['at the margins', { firstTokenMs: 125, tokensPerS: 42.5 }, {}, null],
  ['a first token beyond its margin', { firstTokenMs: 126 }, {}, /first token takes 126 ms, before it took 100 ms: more than 25 % slower, at the median of 20/],
  ['tokens beyond theirs', { tokensPerS: 42.4 }, {}, /gives 42.4 tokens\/s, before it gave 50.0 tokens\/s: more than 15 % slower/],
  ['too few requests now', { firstTokenMs: 900, samples: 19 }, {}, null],
  ['too few requests before', { firstTokenMs: 900 }, { samples: 19 }, null],
  ['asked from elsewhere', { firstTokenMs: 900 }, { via: 'server' }, null],
  ['counted otherwise', { tokensPerS: 1 }, { counted: 'pieces' }, null],
  ['not measured before', { firstTokenMs: 900 }, { firstTokenMs: null }, null],
])('%s', (_, now, before, problem) => {
  const told = judgeFigures(measured(now), { margins: defaultMargins, before: measured(before) });
  if (problem === null) expect(told).toBeNull();
  else expect(told).toMatch(problem);
});

test('a limit of its own holds without a release before, and with few requests', () => {
  const limits = { margins: defaultMargins, before: null };
  expect(judgeFigures(measured({ samples: 1, firstTokenMs: 501 }), { ...limits, maxFirstTokenMs: 500 })).toBe(
    'the first token takes 501 ms, at most 500 ms is allowed',
  );
  expect(judgeFigures(measured({ firstTokenMs: null }), { ...limits, maxFirstTokenMs: 500 })).toBeNull();
  expect(judgeFigures(measured({ firstTokenMs: 1e6 }), limits)).toBeNull();
});

test('margins are settings', () => {
  const margins = { firstTokenPercent: 5, tokensPerSPercent: 90 };
  expect(judgeFigures(measured({ firstTokenMs: 106 }), { margins, before: measured({}) })).toContain('more than 5 %');
  expect(judgeFigures(measured({ tokensPerS: 6 }), { margins, before: measured({}) })).toBeNull();
});

test('figures are those of the same gate and model', () => {
  expect(sameGate([measured({}), measured({ model: 'other' })], { title: 'Chat', model: 'other' })?.model).toBe('other');
  expect(sameGate(undefined, gate)).toBeNull();
  expect(describeFigures(measured({}))).toBe('Chat: first token 100 ms, 50.0 tokens/s at the median of 20 requests');
});
