import { expect, it } from 'vitest';
import type { InventoryRow } from '../../../../shared/contract/stacks.ts';
import type { ReleaseId, ServerId, StackId } from '../../../../shared/model/ids.ts';
import { stackRow } from './stackInventory.ts';

const row = (differences: Partial<InventoryRow> = {}): InventoryRow => ({
  ...{ serverId: 'srv_1' as ServerId, serverName: 'gpu-1', environment: 'staging', stackId: null, health: 'unknown', release: null, lookedAtMs: null },
  ...differences,
});

it('says unknown of a server that nobody has asked, and none of one that answered so', () => {
  expect(stackRow(row(), 100_000)).toEqual(['gpu-1', 'staging', 'unknown', '', '', '', '', '', 'never']);
  expect(stackRow(row({ health: 'absent', lookedAtMs: 40_000 }), 100_000)).toEqual(['gpu-1', 'staging', 'none', '', '', '', '', '', '1 min 0 s ago']);
});

it('names version, release, digests and commits once each', () => {
  const image = (service: string, digest: string | null, commit: string | null) => ({ service, reference: `${service}:1`, digest, commit });
  const release: InventoryRow['release'] = {
    ...{ id: 'r4' as ReleaseId, stackId: 'privaxai' as StackId, state: 'current', createdAtMs: 1, who: 'Ada', operationId: 'op', contentHash: 'h' },
    ...{ parameters: {}, note: null, stackVersion: 2 },
    images: [image('a', `sha256:${'a'.repeat(64)}`, '0123456789abcdef0123'), image('b', null, '0123456789abcdef0123'), image('c', null, null)],
  };
  expect(stackRow(row({ stackId: 'privaxai', health: 'healthy', release, lookedAtMs: 99_000 }), 100_000)).toEqual([
    ...['gpu-1', 'staging', 'privaxai', 'v2', 'r4', 'healthy', 'aaaaaaaaaaaa', '0123456789ab', '1 s ago'],
  ]);
});
