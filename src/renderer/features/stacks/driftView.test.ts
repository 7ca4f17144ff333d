import { expect, test } from 'vitest';
import type { DeploymentDrift } from '../../../shared/contract/stackDay2.ts';
import type { DriftItem } from '../../../shared/model/stackDrift.ts';
import { driftGroups, driftViewOf } from './driftView.ts';

const way = { possible: true, how: 'so' };
const item = (id: string, service: string | null): DriftItem => ({
  ...{ id, kind: 'environment', service, said: id, desired: 'a', live: 'b', adopt: way, revert: way },
});
const drift = (items: DriftItem[]) =>
  ({ serverId: 'srv_1', serverName: 'gpu-1', stackId: 'shop', release: 'r1', lookedAtMs: 5, items, unknowns: ['a file'] }) as unknown as DeploymentDrift;
const place = { serverName: 'gpu-1', stackId: 'shop' };

test('a comparison that has not come, has failed, or does not tell of the deployment is never taken for no drift', () => {
  expect(driftViewOf({ data: undefined, isError: false }, place, '').state).toBe('looking');
  expect(driftViewOf({ data: undefined, isError: true }, place, 'it is cut off')).toEqual({ state: 'unknown', reason: 'it is cut off' });
  expect(driftViewOf({ data: { deployments: [] }, isError: false }, place, '').state).toBe('unknown');
});

test('what was known before a failure stays, with its age', () => {
  expect(driftViewOf({ data: { deployments: [drift([])] }, isError: true }, place, 'it is cut off')).toEqual({
    ...{ state: 'known', items: [], unknowns: ['a file'], lookedAtMs: 5 },
  });
});

test('differences stand by service, what belongs to none last', () => {
  const groups = driftGroups([item('x', null), item('a', 'api'), item('d', 'db'), item('b', 'api')]);
  expect(groups.map(({ service, items }) => [service, items.map(({ id }) => id)])).toEqual([
    ['api', ['a', 'b']],
    ['db', ['d']],
    [null, ['x']],
  ]);
});
