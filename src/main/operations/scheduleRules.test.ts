import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CellState, Strategy } from '../../shared/model/operation.ts';
import { type CellView, endState, isFinished, isStopped, nextStep, targetStatus, targetsToStart } from './scheduleRules.ts';

const always = (stepId: string, state: CellState): CellView => ({ stepId, runs: 'always', state });
const wayBack = (stepId: string, state: CellState): CellView => ({ stepId, runs: 'on-failure', state });

test.each<[string, CellView[], string | null]>([
  ['the first pending step', [always('a', 'done'), always('b', 'pending'), always('c', 'pending')], 'b'],
  ['no way back without a failure', [always('a', 'satisfied'), wayBack('u', 'pending')], null],
  ['the way back after a failure', [always('a', 'failed'), always('b', 'pending'), wayBack('u', 'pending')], 'u'],
  ['the rest of the way back', [always('a', 'failed'), wayBack('u', 'done'), wayBack('v', 'pending')], 'v'],
  ['nothing when the way back fails', [always('a', 'failed'), wayBack('u', 'failed'), wayBack('v', 'pending')], null],
  ['nothing when it cannot be told what happened', [always('a', 'needs-attention'), always('b', 'pending'), wayBack('u', 'pending')], null],
  ['nothing after a cancelled step', [always('a', 'cancelled'), always('b', 'pending'), wayBack('u', 'pending')], null],
  ['on behind a skipped step', [always('a', 'skipped'), always('b', 'pending')], 'b'],
  ['first what an earlier life left running', [always('a', 'done'), always('b', 'running'), wayBack('u', 'pending')], 'b'],
])('next is %s', (_, cells, expected) => {
  expect(nextStep(cells)).toBe(expected);
});

const alsoCancelled = (stepId: string, state: CellState): CellView => ({ ...wayBack(stepId, state), afterCancel: true });

test.each<[string, CellView[], boolean, string | null]>([
  ['the way back that is meant for it, after a cancelled step', [always('a', 'cancelled'), wayBack('u', 'pending'), alsoCancelled('v', 'pending')], false, 'v'],
  ['that way back instead of the next step, where all is cancelled', [always('a', 'done'), always('b', 'pending'), alsoCancelled('v', 'pending')], true, 'v'],
  ['no other way back', [always('a', 'done'), always('b', 'pending'), wayBack('u', 'pending')], true, null],
  ['nothing where nothing was begun', [always('a', 'pending'), always('b', 'pending'), alsoCancelled('v', 'pending')], true, null],
  ['nothing where all was done before', [always('a', 'done'), always('b', 'done'), alsoCancelled('v', 'pending')], true, null],
  ['nothing more when that way back is over', [always('a', 'cancelled'), always('b', 'pending'), alsoCancelled('v', 'done')], true, null],
  ['nothing where it cannot be told what happened', [always('a', 'needs-attention'), always('b', 'pending'), alsoCancelled('v', 'pending')], true, null],
])('cancelled, next is %s', (_, cells, leaving, expected) => {
  expect(nextStep(cells, leaving)).toBe(expected);
});

test.each<[string, CellView[]]>([
  ['waiting', [always('a', 'pending'), always('b', 'pending')]],
  ['waiting', [always('a', 'skipped'), always('b', 'pending')]],
  ['started', [always('a', 'done'), always('b', 'pending')]],
  ['started', [always('a', 'failed'), wayBack('u', 'pending')]],
  ['succeeded', [always('a', 'done'), wayBack('u', 'pending')]],
  ['failed', [always('a', 'failed'), always('b', 'cancelled'), wayBack('u', 'done')]],
  ['cancelled', [always('a', 'cancelled'), always('b', 'cancelled')]],
  ['needs-attention', [always('a', 'needs-attention'), always('b', 'cancelled')]],
])('a target is %s', (expected, cells) => {
  expect(targetStatus(cells)).toBe(expected);
});

const strategy: fc.Arbitrary<Strategy> = fc.oneof(
  fc.record({ kind: fc.constant('all' as const), concurrency: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constant('rolling' as const), size: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constant('canary' as const), size: fc.integer({ min: 1, max: 3 }), concurrency: fc.integer({ min: 1, max: 5 }) }),
);

type Fate = 'done' | 'failed' | 'needs-attention';
const fate = fc.oneof({ weight: 5, arbitrary: fc.constant<Fate>('done') }, { weight: 1, arbitrary: fc.constantFrom<Fate>('failed', 'needs-attention') });

/** A whole run: what each cell will come to, and in which order cells end (a number picks among those that run). */
const play = fc.integer({ min: 1, max: 8 }).chain((targets) =>
  fc.record({
    strategy,
    failureLimit: fc.integer({ min: 0, max: 3 }),
    fates: fc.array(fc.tuple(fate, fate, fate), { minLength: targets, maxLength: targets }),
    order: fc.infiniteStream(fc.nat()),
  }),
);

interface Target {
  cells: CellView[];
  active: boolean;
}

/** Plays a run by the rules alone; `look` sees the targets whenever some were started. */
function playOut(
  { strategy, failureLimit, fates, order }: { strategy: Strategy; failureLimit: number; fates: [Fate, Fate, Fate][]; order: fc.Stream<number> },
  look: (targets: Target[], started: number[]) => void,
): Target[] {
  const targets: Target[] = fates.map(() => ({ cells: [always('one', 'pending'), always('two', 'pending'), wayBack('undo', 'pending')], active: false }));
  const setState = (target: Target, stepId: string, state: CellState) => {
    target.cells = target.cells.map((cell) => (cell.stepId === stepId ? { ...cell, state } : cell));
  };
  for (;;) {
    const started = targetsToStart(strategy, failureLimit, targets);
    look(targets, started);
    for (const index of started) {
      const target = targets[index];
      if (target !== undefined) target.active = true;
    }
    const active = targets.filter((target) => target.active);
    if (active.length === 0) return targets;
    const target = active[(order.next().value ?? 0) % active.length];
    if (target === undefined) return targets;
    const stepId = nextStep(target.cells);
    const fateOf = fates[targets.indexOf(target)];
    if (stepId !== null) setState(target, stepId, fateOf?.[target.cells.findIndex((cell) => cell.stepId === stepId)] ?? 'done');
    if (nextStep(target.cells) === null) target.active = false;
  }
}

const isStarted = (target: Target) => target.cells.some((cell) => cell.state !== 'pending');
const hasFailed = (target: Target) => target.cells.some((cell) => cell.state === 'failed' || cell.state === 'needs-attention');

test('never more targets at once than the strategy allows', () => {
  fc.assert(
    fc.property(play, (run) => {
      playOut(run, (targets, started) => {
        const together = targets.filter((target) => target.active).length + started.length;
        const limit =
          run.strategy.kind === 'rolling' ? run.strategy.size : Math.max(run.strategy.concurrency, run.strategy.kind === 'canary' ? run.strategy.size : 0);
        expect(together).toBeLessThanOrEqual(limit);
      });
    }),
  );
});

test('nothing but canaries before all of them succeeded', () => {
  fc.assert(
    fc.property(play, (run) => {
      const { strategy } = run;
      if (strategy.kind !== 'canary') return;
      playOut(run, (targets, started) => {
        const canariesOver = targets.slice(0, strategy.size).every((target) => targetStatus(target.cells) === 'succeeded');
        if (!canariesOver) expect(started.every((index) => index < strategy.size)).toBe(true);
      });
    }),
  );
});

test('no new target once more have failed than the limit allows', () => {
  fc.assert(
    fc.property(play, (run) => {
      playOut(run, (targets, started) => {
        const failed = targets.filter(hasFailed).length;
        const fresh = started.filter((index) => !isStarted(targets[index] ?? { cells: [], active: false }));
        if (failed > run.failureLimit) expect(fresh).toEqual([]);
      });
    }),
  );
});

test('a way back only after a failure, steps in order, and everything that may run has run', () => {
  fc.assert(
    fc.property(play, (run) => {
      const targets = playOut(run, () => {});
      for (const { cells } of targets) {
        const [one, two, undo] = cells.map((cell) => cell.state);
        if (undo !== 'pending') expect([one, two]).toContain('failed');
        if (two !== 'pending') expect(one).toBe('done');
        if (one === 'failed' || two === 'failed') expect(undo).not.toBe('pending');
      }
      const stopped = isStopped(run.strategy, run.failureLimit, targets);
      if (!stopped) expect(targets.every(isStarted)).toBe(true);
    }),
  );
});

test('the end says what came of the targets', () => {
  fc.assert(
    fc.property(play, (run) => {
      const targets = playOut(run, () => {}).map((target) => ({
        ...target,
        cells: target.cells.map((cell) =>
          isFinished(cell.state) || (cell.runs === 'on-failure' && !hasFailed(target)) ? cell : { ...cell, state: 'cancelled' as const },
        ),
      }));
      const statuses = targets.map((target) => targetStatus(target.cells));
      const state = endState(targets, false);
      expect(state === 'succeeded').toBe(statuses.every((status) => status === 'succeeded'));
      expect(state === 'needs-attention').toBe(statuses.includes('needs-attention'));
      if (state === 'failed') expect(statuses).not.toContain('succeeded');
      if (state === 'partly-failed') expect(statuses).toContain('succeeded');
    }),
  );
});
