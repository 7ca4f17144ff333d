import { expect, test } from 'vitest';
import type { KeptPlan } from '../../../../shared/contract/stackPlans.ts';
import { openTestDatabase } from '../../../database/openTestDatabase.ts';
import { newPlanId, PlansRepo, type StoredPlan } from './plansRepo.ts';

test('plans are kept with what is needed to carry them out; the oldest go', () => {
  const { database } = openTestDatabase();
  const repo = new PlansRepo(database);
  const stored = (createdAtMs: number, stackId = 'demo'): StoredPlan => {
    const id = newPlanId();
    const plan = { id, stackId: stackId as KeptPlan['stackId'], selector: 'all', who: 'Ada', createdAtMs, parameters: {}, serverIds: [], plans: [] };
    const mark = { planId: id, current: 'r1', newest: 'r2', containers: { web: 'a up' } };
    return { plan, request: { parameters: { a: 'b' }, base: 'current', secretNames: ['P'], sources: { 'gpu-1': 'h' } }, marks: { 'gpu-1': mark } };
  };
  const first = stored(1);
  repo.insert(first);
  expect(repo.get(first.plan.id)).toEqual(first);
  for (let at = 2; at <= 101; at += 1) repo.insert(stored(at, at === 101 ? 'other' : 'demo'));
  expect(() => repo.get(first.plan.id)).toThrow(expect.objectContaining({ code: 'stack.plan-not-found' }));
  expect(repo.list({ limit: 2 }).map(({ createdAtMs }) => createdAtMs)).toEqual([101, 100]);
  expect(repo.list({ stackId: 'other', limit: 5 })).toHaveLength(1);
});
