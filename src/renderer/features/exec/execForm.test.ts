import { describe, expect, it } from 'vitest';
import type { PastCommand } from '../../../shared/contract/exec.ts';
import { emptyForm, formOf, orderOf } from './execForm.ts';

const past: PastCommand = {
  ...{ command: ['sh', '-c', 'a b'], sudo: true, timeoutS: 30, selector: 'env:staging', strategy: { kind: 'canary', size: 1, concurrency: 8 }, runs: 2 },
  last: { id: 'op_1' as never, state: 'failed', who: 'Ada', createdAtMs: 1, targetCount: 3 },
};

describe('the form', () => {
  it('takes a command of the past as it was asked for', () => {
    expect(formOf(past, 'all')).toEqual({
      selector: 'env:staging',
      line: "sh -c 'a b'",
      order: { canary: true, concurrency: '8', timeoutS: '30', sudo: true },
    });
    expect(formOf({ ...past, selector: null }, 'all').selector).toBe('all');
    expect(formOf({ ...past, strategy: { kind: 'rolling', size: 2 } }, '').order).toMatchObject({ canary: false, concurrency: '2' });
  });
  it('asks for what it says', () => {
    const { order } = emptyForm('all');
    expect(orderOf(order)).toEqual({ strategy: { kind: 'all', concurrency: 32 }, timeoutS: 600, sudo: false });
    expect(orderOf({ ...order, canary: true, sudo: true })).toMatchObject({ strategy: { kind: 'canary', size: 1, concurrency: 32 }, sudo: true });
  });
  it.each(['', '0', '257', '1.5', 'x', '-1'])('asks for nothing with %j at a time', (concurrency) => {
    expect(orderOf({ ...emptyForm('all').order, concurrency })).toBeNull();
  });
});
