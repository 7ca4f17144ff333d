import { expect, test } from 'vitest';
import type { HealthMark } from '../../../shared/model/healthHistory.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import { chartMarks } from './healthMarks.ts';

test('a mark says what it was, on whom and how it stands, and leads there', () => {
  const mark = (kind: HealthMark['kind'], id: string, state: string, servers: string[]): HealthMark => ({
    ...{ kind, id, state, title: id, atMs: 5, endMs: null, serverIds: servers as ServerId[] },
  });
  const names = new Map([
    ['a', 'gpu-1'],
    ['b', 'gpu-2'],
  ]);
  const found = chartMarks(
    [mark('deploy', 'op_1', 'done', ['a', 'b']), mark('rollback', 'op_2', 'failed', ['a']), mark('alert', 'hot/a@5', 'warning', ['gone'])],
    names,
  );
  expect(found.map(({ tone, detail, href }) => [tone, detail, href])).toEqual([
    ['info', 'Rollout on gpu-1 and 1 more, done', '#/operations/op_1'],
    ['bad', 'Rollback on gpu-1, failed', '#/operations/op_2'],
    ['warn', 'Alert, warning', '#/alerts/hot%2Fa%405'],
  ]);
});
