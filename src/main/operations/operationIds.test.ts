import { expect, test } from 'vitest';
import type { OperationId, ServerId } from '../../shared/model/ids.ts';
import { jobIdOf, newOperationId } from './operationIds.ts';

test('ids of operations sort by their time and do not repeat', () => {
  const times = [0, 1, 31, 32, 1_700_000_000_000, 1_700_000_000_001, 2 ** 48];
  const ids = times.map(newOperationId);
  expect([...ids].sort()).toEqual(ids);
  expect(ids.every((id) => /^op_[0-9a-z]{16}$/.test(id))).toBe(true);
  expect(new Set(Array.from({ length: 500 }, () => newOperationId(5))).size).toBe(500);
});

test('the id of a job is the same for the same job and differs in every part', () => {
  const key = { operationId: 'op_0123456789abcdef' as OperationId, serverId: 'a' as ServerId, stepId: 'b', attempt: 1 };
  const id = jobIdOf(key, 'work');
  expect(jobIdOf({ ...key }, 'work')).toBe(id);
  expect(id).toMatch(/^[a-z0-9][a-z0-9._-]{0,100}$/);
  const others = [
    jobIdOf(key, 'other'),
    jobIdOf({ ...key, attempt: 2 }, 'work'),
    jobIdOf({ ...key, stepId: 'c' }, 'work'),
    jobIdOf({ ...key, serverId: 'ab' as ServerId, stepId: '' }, 'work'),
    jobIdOf({ ...key, operationId: 'op_0123456789abcdeg' as OperationId }, 'work'),
  ];
  expect(new Set([id, ...others]).size).toBe(6);
});
