import { expect, it } from 'vitest';
import type { FlatStep } from './flattenRules.ts';
import { onlySteps } from './onlySteps.ts';

const steps = [{ id: 'a' }, { id: 'b', needs: ['a'] }, { id: 'c', needs: ['a', 'b'] }] as unknown as FlatStep[];

it('keeps the steps that were named, in their order, and needs among them', () => {
  expect(onlySteps('w', steps, ['c', 'b'])).toEqual([
    { id: 'b', needs: [] },
    { id: 'c', needs: ['b'] },
  ]);
  expect(onlySteps('w', steps, undefined)).toEqual(steps);
  expect(() => onlySteps('w', steps, ['d'])).toThrow(expect.objectContaining({ code: 'workflow.step-not-found' }));
});
