import { expect, it } from 'vitest';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import type { InventoryRow } from '../../../shared/contract/stacks.ts';
import type { StackId } from '../../../shared/model/ids.ts';
import { countPlaced, driftKey, filterPlaced, placedRows } from './stackPlaces.ts';

const row = (name: string, stacks: FleetRow['stacks']) => ({ server: { id: name, name }, stacks }) as unknown as FleetRow;
const seen = (serverName: string, stackId: string, stackVersion: number | undefined, lookedAtMs: number) =>
  ({ serverName, stackId, lookedAtMs, release: { ...(stackVersion === undefined ? {} : { stackVersion }) } }) as unknown as InventoryRow;

const fleet = [
  row('gpu-10', [{ stackId: 'privaxai', release: 'r4', health: 'healthy' }]),
  row('gpu-9', [
    { stackId: 'privaxai', release: 'r3', health: 'down' },
    { stackId: 'banksight', release: 'r1', health: 'healthy' },
  ]),
  row('gpu-11', []),
];
const rows = placedRows(
  fleet,
  [seen('gpu-10', 'privaxai', 2, 50), seen('gpu-9', 'privaxai', 1, 40), seen('gpu-9', 'banksight', undefined, 30)],
  [
    { id: 'privaxai' as StackId, version: 2 },
    { id: 'banksight' as StackId, version: 7 },
  ],
  new Map([
    [driftKey('gpu-10', 'privaxai'), 2],
    [driftKey('gpu-9', 'privaxai'), 0],
  ]),
);
const names = (filter: Parameters<typeof filterPlaced>[1], text = '') => filterPlaced(rows, filter, text).map((each) => each.row.server.name);

it('tells which releases are of an older definition, and what differs where somebody compared', () => {
  expect(rows.map((each) => each.placed.map(({ stackId, olderVersion, drift }) => [stackId, olderVersion, drift]))).toEqual([
    [['privaxai', null, 2]],
    [
      ['privaxai', 1, 0],
      ['banksight', null, null],
    ],
  ]);
  expect(rows.map((each) => each.lookedAtMs)).toEqual([50, 30]);
});

it('counts and filters by what needs a look, and by names', () => {
  expect(countPlaced(rows)).toEqual({ all: 3, unwell: 1, drift: 1, older: 1 });
  expect(names('all')).toEqual(['gpu-9', 'gpu-10']);
  expect(names('unwell')).toEqual(['gpu-9']);
  expect(names('drift')).toEqual(['gpu-10']);
  expect(names('older')).toEqual(['gpu-9']);
  expect(names('all', 'BANK')).toEqual(['gpu-9']);
  expect(names('all', '10')).toEqual(['gpu-10']);
});
