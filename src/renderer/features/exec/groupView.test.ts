import { describe, expect, it } from 'vitest';
import type { ExecGroup } from '../../../shared/contract/exec.ts';
import { baseGroup, groupLines, groupOrder, groupState, retryCounts, retryLabel } from './groupView.ts';

const nothing = { text: '', bytes: 0, lines: 0, cut: false };
const printed = (text: string) => ({ text, bytes: text.length, lines: 1, cut: false });
const group = (servers: number[], changes: Partial<ExecGroup> = {}): ExecGroup => ({
  ...{ key: String(servers), state: 'done', exitCode: 0, error: null, servers, begun: true, stdout: printed('x'), stderr: nothing, exact: true },
  ...changes,
});
const failed = group([7], { state: 'failed', exitCode: 1 });
const untouched = group([8, 9, 10, 11], { state: 'cancelled', exitCode: null, begun: false, stdout: nothing });

describe('groups', () => {
  it('begin with what failed, and end with what was not touched', () => {
    const [small, large] = [group([0]), group([1, 2, 3])];
    expect(groupOrder([untouched, small, large, failed])).toEqual([failed, large, small, untouched]);
    expect(groupOrder([group([5]), group([4])]).map(({ servers }) => servers)).toEqual([[4], [5]]);
  });
  it('are compared with the largest that succeeded, or else printed something', () => {
    const large = group([1, 2]);
    expect(baseGroup([untouched, failed, group([0]), large])).toBe(large);
    expect(baseGroup([untouched, failed])).toBe(failed);
    expect(baseGroup([untouched, group([1], { stdout: nothing })])).toBeNull();
  });
  it('say how they ended', () => {
    expect(groupState(failed)).toEqual({ word: 'exit 1', tone: 'bad' });
    expect(groupState(group([1]))).toEqual({ word: 'exit 0', tone: 'good' });
    expect(groupState(untouched)).toEqual({ word: 'not touched', tone: 'off' });
    const lost = group([1], { state: 'failed', exitCode: null, error: { code: 'ssh.connection-lost', data: { server: 'gpu-1' } } });
    expect(groupState(lost)).toMatchObject({ tone: 'bad', word: expect.stringContaining('gpu-1') });
  });
  it('show standard error by itself', () => {
    const lines = groupLines(group([0], { stdout: printed('one\ntwo\n'), stderr: printed('wrong\n') }));
    expect(lines.map(({ kind, text }) => `${kind}: ${text}`)).toEqual(['line: one', 'line: two', 'heading: standard error', 'error: wrong']);
    expect(groupLines(group([0], { stdout: nothing }))).toEqual([]);
  });
});

it('counts what a retry takes up', () => {
  const cells = [
    { state: 'failed', detail: null },
    { state: 'cancelled', detail: 'not reached' },
    { state: 'cancelled', detail: 'cancelled' },
    { state: 'done', detail: null },
  ];
  expect(retryCounts({ cells: cells as never })).toEqual({ failed: 2, untouched: 1 });
  expect(retryLabel({ failed: 1, untouched: 0 })).toBe('Retry 1 failed');
  expect(retryLabel({ failed: 1, untouched: 11 })).toBe('Retry 1 failed, then 11 more');
});
