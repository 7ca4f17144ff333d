import { expect, it } from 'vitest';
import type { Transfer } from '../../../shared/contract/files.ts';
import type { OperationId, ServerId } from '../../../shared/model/ids.ts';
import { transferLine } from './transferLine.ts';

const transfer = (more: Partial<Transfer>): Transfer => ({
  ...{ operationId: 'op' as OperationId, serverId: 's' as ServerId, phase: 'send', doneBytes: 0, totalBytes: 0, bytesPerS: 0 },
  ...more,
});

it('tells in one line how far copies are', () => {
  expect(transferLine([transfer({ phase: 'compare' })], 1)).toBe('comparing');
  expect(transferLine([transfer({ doneBytes: 50 * 1024 ** 2, totalBytes: 200 * 1024 ** 2, bytesPerS: 10 * 1024 ** 2 })], 1)).toBe('25 % of 200 MiB · 10 MiB/s');
  const cut = transfer({ phase: 'interrupted', doneBytes: 1, totalBytes: 4 });
  expect(transferLine([cut], 1)).toContain('cut off, goes on when the connection is back');
  expect(transferLine([cut, transfer({ doneBytes: 3, totalBytes: 4 })], 5)).toBe('50 % of 8 B · 2 of 5 servers at it · 1 cut off, will go on');
});
