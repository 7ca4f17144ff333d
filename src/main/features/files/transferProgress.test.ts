import { expect, it } from 'vitest';
import type { Transfer } from '../../../shared/contract/files.ts';
import type { OperationId, ServerId } from '../../../shared/model/ids.ts';
import { TransferProgress } from './transferProgress.ts';

it('tells watchers a few times a second, the journal less often, and both at once of news', () => {
  let now = 0;
  const shown: (Transfer | null)[] = [];
  const journal: string[] = [];
  const context = {
    operationId: 'op' as OperationId,
    serverId: 'srv' as ServerId,
    phase: (phase: string, detail?: string) => void journal.push(`${phase}: ${detail}`),
  };
  const progress = new TransferProgress(
    context,
    (_key, transfer) => shown.push(transfer),
    () => now,
  );
  progress.hooks.onPhase('compare');
  for (; now < 5000; now += 10) progress.hooks.onProgress(now * 1000, 10_000_000);
  expect(shown.length).toBeGreaterThan(15);
  expect(shown.length).toBeLessThan(25);
  expect(journal[0]).toBe('check: comparing what is there');
  expect(journal.length).toBeLessThan(6);
  progress.hooks.onInterrupted();
  expect(journal.at(-1)).toMatch(/^run: connection lost at 4\.\d MB; goes on when it is back$/);
  expect(shown.at(-1)).toMatchObject({ phase: 'interrupted', bytesPerS: 0 });
  progress.hooks.onPhase('verify');
  expect(journal.at(-1)).toBe('verify: comparing checksums');
  progress.end();
  expect(shown.at(-1)).toBeNull();
});
