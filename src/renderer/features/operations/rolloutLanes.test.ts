import { describe, expect, it } from 'vitest';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Cell, Operation } from '../../../shared/model/operation.ts';
import type { MeasuredGate, Release } from '../../../shared/model/stack.ts';
import { figurePairs, lanesOf, measuredText, releasesOfRun, standingSaid } from './rolloutLanes.ts';

const steps = ['preflight', 'upload', 'gate', 'record'].map((id) => ({ id, title: `The ${id}`, runs: 'always' as const }));
const cell = (stepId: string, state: Cell['state'], more: Partial<Cell> = {}): Cell => ({
  ...{
    serverId: 'srv_1' as ServerId,
    stepId,
    state,
    phase: null,
    detail: null,
    attempt: 1,
    exitCode: null,
    error: null,
    startedAtMs: null,
    finishedAtMs: null,
  },
  ...more,
});
const lane = (...cells: Cell[]) => {
  const operation = { targets: [{ serverId: 'srv_1' as ServerId, name: 'gpu-1' }], cells } as unknown as Operation;
  const [first] = lanesOf({ ...operation, steps: [...steps, { id: 'restore', title: 'Way back', runs: 'on-failure' }] });
  if (!first) throw new Error('there is no lane');
  return first;
};
const written = cell('upload', 'done', { detail: 'r4 in /var/lib/pilothouse/stacks/privaxai' });
const gateFailed = (restored: string | null) =>
  cell('gate', 'failed', {
    error: { code: 'stack.gate-failed', data: { server: 'gpu-1', stack: 'privaxai', gate: 'The model answers', reason: 'it answered 500', restored } },
  });

describe('how a server stands', () => {
  it.each<[string, Cell[], string]>([
    ['not begun', [cell('preflight', 'pending'), cell('restore', 'pending')], 'waits for its turn'],
    ['under way', [cell('preflight', 'done'), cell('upload', 'running')], 'The upload'],
    ['between two steps', [cell('preflight', 'done'), cell('upload', 'pending')], 'The preflight'],
    ['done', [written, cell('record', 'done'), cell('restore', 'skipped')], 'r4 serves'],
    ['as it was', [cell('preflight', 'satisfied'), cell('record', 'satisfied')], 'it was this already'],
    ['brought back', [written, gateFailed('r3'), cell('record', 'cancelled')], 'r3 is back and serves'],
    ['the first release, stopped', [written, gateFailed(null)], 'stopped; there was nothing to go back to'],
    ['not reached', [cell('preflight', 'cancelled'), cell('upload', 'cancelled')], 'not touched'],
    ['cancelled halfway', [cell('preflight', 'done'), cell('upload', 'cancelled')], 'did not go on'],
  ])('%s', (_case, cells, word) => expect(standingSaid(lane(...cells)).word).toBe(word));
});

it('names the cause in a sentence, and where the evidence lies', () => {
  expect(lane(written, gateFailed('r3'))).toMatchObject({
    ...{ cause: 'The model answers: it answered 500', restored: 'r3', release: 'r4' },
    evidence: '/var/lib/pilothouse/stacks/privaxai/releases/r4/evidence/failed',
  });
  const refused = cell('preflight', 'failed', { error: { code: 'stack.requirement-unmet', data: { server: 'gpu-1', shortfalls: ['needs 1 GPU'] } } });
  expect(lane(refused)).toMatchObject({ standing: 'failed', evidence: null });
  expect(lane(refused).cause).toContain('needs 1 GPU');
});

it('shows the way back only where it was begun', () => {
  expect(lane(cell('preflight', 'done'), cell('restore', 'pending')).cells.map(({ title }) => title)).toEqual(['The preflight']);
  expect(lane(gateFailed('r3'), cell('restore', 'running')).cells.map(({ title }) => title)).toEqual(['The gate', 'Way back']);
});

it('sets what was measured against the release before, of the same gate and model', () => {
  const measured = (firstTokenMs: number | null, tokensPerS: number | null, model = 'qwen'): MeasuredGate => ({
    ...{ gate: 'Answers', model, samples: 20, firstTokenMs, tokensPerS, counted: 'usage', via: 'channel' },
  });
  const release = (id: string, state: Release['state'], performance: MeasuredGate[], operationId = `op_${id}`) =>
    ({ id, state, performance, operationId }) as unknown as Release;
  const all = [
    release('r4', 'current', [measured(300, 50), measured(null, 10, 'other')], 'op_this'),
    release('r3', 'failed', [measured(900, 1)]),
    release('r2', 'superseded', [measured(400, 40)]),
    release('r1', 'superseded', []),
  ];
  const { now, before } = releasesOfRun(all, 'op_this', null);
  expect([now?.id, before?.id]).toEqual(['r4', 'r2']);
  expect(figurePairs(now, before).map(({ firstTokenPercent, tokensPerSPercent }) => [firstTokenPercent, tokensPerSPercent])).toEqual([
    [-25, 25],
    [null, null],
  ]);
  expect(releasesOfRun(all, 'op_none', 'r2').before?.id).toBe('r1');
  expect(releasesOfRun(all, 'op_none', null)).toEqual({ now: null, before: null });
});

it('takes what a gate said of speed until its figures are read', () => {
  expect(measuredText(lane(cell('gate', 'done', { detail: '3 of 3 gates passed; Answers: first token 300 ms, 50 tokens/s' })))).toBe(
    'Answers: first token 300 ms, 50 tokens/s',
  );
  expect(measuredText(lane(cell('gate', 'done', { detail: '3 of 3 gates passed' })))).toBeNull();
  expect(measuredText(lane(gateFailed('r3')))).toBeNull();
});
