import { expect, it } from 'vitest';
import type { OperationId } from '../../../shared/model/ids.ts';
import { type PastRun, pastCommands } from './historyRules.ts';

let number = 0;
function run(command: string[], spec: Partial<PastRun['spec']> = {}, more: Partial<PastRun> = {}): PastRun {
  number += 1;
  return {
    ...{ id: `op_${number}` as OperationId, title: command.join(' '), strategy: { kind: 'all', concurrency: 8 }, state: 'succeeded', who: 'Ada' },
    ...{ createdAtMs: 1000 - number, finishedAtMs: null, targetCount: 3 },
    ...more,
    spec: { command, sudo: false, timeoutS: 60, selector: 'all', ...spec },
  };
}
const texts = (runs: PastRun[], search = '', limit = 50) =>
  pastCommands(runs, { search, limit }).map(({ command, runs: count }) => `${command.join(' ')} ${count}`);

it('shows each command once, with its latest run and how many there were', () => {
  const runs = [run(['uptime'], {}, { state: 'partly-failed' }), run(['df', '-h']), run(['uptime'])];
  expect(texts(runs)).toEqual(['uptime 2', 'df -h 1']);
  expect(pastCommands(runs, { search: '', limit: 50 })[0]?.last).toMatchObject({ id: runs[0]?.id, state: 'partly-failed', targetCount: 3, who: 'Ada' });
});

it('tells apart where and as whom it ran', () => {
  expect(texts([run(['id']), run(['id'], { sudo: true }), run(['id'], { selector: 'env:staging' }), run(['id'], { selector: undefined })])).toHaveLength(4);
});

it('finds commands in which all words stand, also in the selector', () => {
  const runs = [run(['docker', 'ps', '-a'], { selector: 'env:staging' }), run(['docker', 'images']), run(['Systemctl', 'status'])];
  expect(texts(runs, 'PS docker')).toEqual(['docker ps -a 1']);
  expect(texts(runs, 'staging')).toEqual(['docker ps -a 1']);
  expect(texts(runs, 'systemctl')).toEqual(['Systemctl status 1']);
  expect(texts(runs, 'nothing')).toEqual([]);
  expect(texts(runs, '  ', 2)).toHaveLength(2);
});
