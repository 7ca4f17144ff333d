import { expect, test } from 'vitest';
import { describeHolder, leaseOwnerSchema, mayTakeOver, parseLeaseAnswer, runsOutInS } from './leaseRules.ts';

const owner = leaseOwnerSchema.parse({ operationId: 'op_a', who: 'Ada', why: 'deploys', sinceMs: 5 });

test('reads what the script prints', () => {
  expect(parseLeaseAnswer('taken\n')).toEqual({ kind: 'taken', mark: null });
  expect(parseLeaseAnswer(`held 70 -3 ${JSON.stringify(owner)}\n`)).toEqual({ kind: 'held', mark: null, held: { ageS: 70, silenceS: 0, owner } });
  expect(parseLeaseAnswer('held 5 5 \n')).toEqual({ kind: 'held', mark: null, held: { ageS: 5, silenceS: 5, owner: null } });
  expect(parseLeaseAnswer('free\nmark {"operationId":"op_a","who":"Grace","why":"x"}\n')).toEqual({
    kind: 'free',
    mark: { operationId: 'op_a', who: 'Grace', why: 'x' },
  });
  expect(parseLeaseAnswer('flock: not found\n')).toBeNull();
});

test('a lock of before leases were kept promises what is usual', () => {
  expect(owner).toMatchObject({ leaseS: 60, limitS: 21_600 });
});

test.each([
  [60, true, false],
  [61, true, true],
  [61, false, false],
  [21_600, false, false],
  [21_601, false, true],
])('silent for %i s, ended %s: taken over %s', (silenceS, ended, expected) => {
  expect(mayTakeOver({ ageS: 30_000, silenceS, owner }, () => ended)).toBe(expected);
});

test('nobody takes over what has no owner, and waits for what has not ended', () => {
  expect(mayTakeOver({ ageS: 1e6, silenceS: 1e6, owner: null }, () => true)).toBe(false);
  expect(runsOutInS({ ageS: 10, silenceS: 10, owner }, () => false)).toBeNull();
  expect(runsOutInS({ ageS: 10, silenceS: 10, owner }, () => true)).toBe(51);
  expect(describeHolder({ ageS: 10, silenceS: 0, owner: null }, 50_000)).toMatchObject({ who: 'somebody', sinceMs: 40_000 });
});
