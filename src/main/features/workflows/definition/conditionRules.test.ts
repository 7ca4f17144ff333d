import { expect, test } from 'vitest';
import type { StepCondition } from '../../../../shared/model/stepCondition.ts';
import { type ConditionWorld, conditionText, judge } from './conditionRules.ts';

const world = (change: Partial<ConditionWorld> = {}): ConditionWorld => ({
  inputs: { source: 'vendor', empty: '' },
  facts: { os: { id: 'debian' }, gpu: { devices: [{}, {}], driver: null }, cpu: { cores: 8 }, tags: ['a', 'b'], swap: 0, secure: false },
  environment: 'production',
  endOf: (id) => (id === 'first' ? 'done' : null),
  answerOf: (id) => (id === 'pick' ? 'two' : null),
  ...change,
});
const yes: StepCondition = { environment: ['production'] };
const no: StepCondition = { environment: ['staging'] };
const unknown: StepCondition = { fact: 'os.id', is: ['debian'] };

test.each<[StepCondition, boolean]>([
  [{ input: 'source', is: ['vendor', 'other'] }, true],
  [{ input: 'source', is: ['other'] }, false],
  [{ input: 'empty', is: [''] }, true],
  [{ fact: 'os.id', is: ['debian', 'ubuntu'] }, true],
  [{ fact: 'os.id', is: ['alpine'] }, false],
  [{ fact: 'gpu.devices', atLeast: 2 }, true],
  [{ fact: 'gpu.devices', atLeast: 3 }, false],
  [{ fact: 'gpu.driver' }, false],
  [{ fact: 'gpu.nothing.at.all' }, false],
  [{ fact: 'cpu.cores', atLeast: 8 }, true],
  [{ fact: 'tags', is: ['b'] }, true],
  [{ fact: 'swap' }, true],
  [{ fact: 'secure', is: ['false'] }, true],
  [{ step: 'first', ended: ['done', 'satisfied'] }, true],
  [{ step: 'first', ended: ['failed'] }, false],
  [{ step: 'never', ended: ['done'] }, false],
  [{ step: 'pick', answered: ['two'] }, true],
  [{ step: 'pick', answered: ['one'] }, false],
  [{ all: [yes, yes] }, true],
  [{ all: [yes, no] }, false],
  [{ any: [no, yes] }, true],
  [{ any: [no, no] }, false],
  [{ not: no }, true],
])('%j holds: %s', (condition, holds) => {
  expect(judge(condition, world())).toEqual({ holds });
});

test('without facts nothing is skipped: what would have to be known is named, unless the rest decides', () => {
  const none = world({ facts: null });
  expect(judge(unknown, none)).toEqual({ unknown: 'the facts of the server (os.id)' });
  expect(judge({ not: unknown }, none)).toEqual({ unknown: 'the facts of the server (os.id)' });
  expect(judge({ all: [unknown, no] }, none)).toEqual({ holds: false });
  expect(judge({ any: [unknown, yes] }, none)).toEqual({ holds: true });
  expect(judge({ all: [unknown, yes] }, none)).toHaveProperty('unknown');
  expect(judge({ any: [unknown, no] }, none)).toHaveProperty('unknown');
});

test('conditions in words', () => {
  const condition: StepCondition = {
    all: [{ fact: 'gpu.devices', atLeast: 1 }, { not: { input: 'mode', is: ['a', 'b'] } }, { any: [yes, { fact: 'os.id' }] }],
  };
  expect(conditionText(condition)).toBe('gpu.devices at least 1 and not (mode is a or b) and environment production or os.id is known');
});
