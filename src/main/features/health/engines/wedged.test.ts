import { expect, it } from 'vitest';
import { type EngineMoment, engineMoment, judgeWedged } from './wedged.ts';

/** Moments 10 s apart; what is not named is that of a busy engine that generates. */
function moments(...changes: Partial<EngineMoment>[]): EngineMoment[] {
  return changes.map((change, index) => ({
    ...{ atMs: index * 10_000, running: 4, waiting: 2, generationTokens: 1000 + index * 500, promptTokens: 9000, requests: 70, healthStatus: 200 },
    ...change,
  }));
}
const stuck = (count: number, change: Partial<EngineMoment> = {}) => Array.from({ length: count }, () => ({ generationTokens: 5000, ...change }));

it('finds an engine stuck that claims to work and generates nothing, with what proves it', () => {
  const verdict = judgeWedged(moments({}, {}, ...stuck(12), { generationTokens: 5000, running: 9, waiting: 30 }));
  expect(verdict).toEqual({
    state: 'wedged',
    evidence: {
      ...{ sinceMs: 20_000, flatForMs: 120_000, moments: 13, runningLeast: 4, runningMost: 9, waiting: 30 },
      ...{ generationTokens: 5000, healthStatus: 200 },
    },
  });
});

it.each([
  ['it has not been so for long', 'quiet', moments(...stuck(12))],
  ['tokens come', 'working', moments(...stuck(20), { generationTokens: 5001 })],
  ['a prompt was read in meanwhile', 'quiet', moments(...stuck(10), ...stuck(8, { promptTokens: 109_000 }))],
  ['requests ended meanwhile', 'quiet', moments(...stuck(10), ...stuck(8, { requests: 71 }))],
  ['nothing is at work', 'idle', moments(...stuck(20), { generationTokens: 5000, running: 0 })],
  ['nothing was at work for a moment', 'quiet', moments(...stuck(10), { generationTokens: 5000, running: 0 }, ...stuck(5))],
  ['work has only begun', 'quiet', moments(...stuck(10, { running: 0 }), { generationTokens: 5000 })],
  ['it says itself that it is not well', 'unhealthy', moments(...stuck(14, { healthStatus: 503 }))],
  ['nobody knows what it says of itself', 'unknown', moments(...stuck(14, { healthStatus: null }))],
  ['it has started anew', 'working', moments(...stuck(14), { generationTokens: 3 })],
  ['it does not answer now', 'unknown', moments(...stuck(14), { running: null })],
  ['it does not count tokens', 'unknown', moments(...stuck(14, { generationTokens: null }))],
  ['it is seen for the first time', 'unknown', moments(...stuck(1))],
  ['nothing was ever seen', 'unknown', []],
  ['nobody looked for a while', 'unknown', moments(...stuck(14), { generationTokens: 5000, atMs: 999_000 })],
  ['it did not answer for a moment', 'quiet', moments(...stuck(10), { running: null }, ...stuck(5))],
] as const)('where %s: %s', (_, state, seen) => expect(judgeWedged(seen)).toEqual({ state }));

it('goes by the last that is known of its health, and by the limits it is given', () => {
  const seen = moments(...stuck(3), { generationTokens: 5000, healthStatus: null });
  expect(judgeWedged(seen, { flatMs: 30_000, gapMs: 10_000 })).toMatchObject({ state: 'wedged', evidence: { healthStatus: 200 } });
  expect(judgeWedged(seen, { flatMs: 30_000, gapMs: 9000 })).toEqual({ state: 'unknown' });
});

it('takes a moment out of readings', () => {
  const reading = (subject: string, metric: string, value: number) => ({ subject, metric, value });
  const readings = [reading('engine:a', 'running', 3), reading('engine:b', 'waiting', 8), reading('engine:a', 'generationTokensTotal', 70)];
  expect(engineMoment('a', readings, 5, 200)).toEqual({
    ...{ atMs: 5, running: 3, waiting: null, generationTokens: 70, promptTokens: null, requests: null, healthStatus: 200 },
  });
});
