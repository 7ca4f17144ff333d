import { expect, it } from 'vitest';
import type { HealthMark } from '../../../../shared/model/healthHistory.ts';
import type { ServerId } from '../../../../shared/model/ids.ts';
import type { Incident } from '../../../../shared/model/incident.ts';
import type { OperationSummary } from '../../../../shared/model/operation.ts';
import { chosenMarks, markedKinds, markOfIncident, markOfOperation } from './marksRules.ts';

const a = 'srv_a' as ServerId;
const b = 'srv_b' as ServerId;
const operation = (change: Partial<OperationSummary>) =>
  ({
    ...{ id: 'op_1', kind: 'rollout', title: 'Deploy', state: 'succeeded', targets: [{ serverId: a, name: 'gpu-1' }], startedAtMs: 100, finishedAtMs: 200 },
    ...change,
  }) as OperationSummary;
const mark = (atMs: number, endMs: number | null, ids: ServerId[] = [a]): HealthMark => ({
  ...{ id: `op_${atMs}`, kind: 'deploy', atMs, endMs, title: '', state: '', serverIds: ids },
});
const times = (marks: HealthMark[]) => chosenMarks(marks, new Set([a]), 100, 200).marks.map(({ atMs }) => atMs);

it('marks what puts something else on a server, and the way back', () => {
  expect(markOfOperation(operation({}))).toMatchObject({ id: 'op_1', kind: 'deploy', atMs: 100, endMs: 200, serverIds: [a] });
  expect(markOfOperation(operation({ kind: 'stack-revert' }))).toMatchObject({ kind: 'rollback' });
  expect(markOfOperation(operation({ startedAtMs: null }))).toBeNull();
  expect(markOfOperation(operation({ kind: 'exec' }))).toBeNull();
  expect(markedKinds).not.toContain('exec');
  const incident = { id: 'INC-7', title: 'It is down', servers: [{ id: a, name: 'gpu-1' }], openedAtMs: 5, closedAtMs: null } as unknown as Incident;
  expect(markOfIncident(incident)).toMatchObject({ kind: 'incident', title: 'INC-7: It is down', state: 'open', endMs: null });
});

it('tells those of these servers that reach into the time, the oldest first', () => {
  expect(times([mark(150, 160), mark(50, 99), mark(50, 100), mark(200, null), mark(20, null), mark(120, 130, [b]), mark(110, 400, [b, a])])).toEqual([
    20, 50, 110, 150,
  ]);
  const many = Array.from({ length: 1200 }, (_, index) => mark(100 + index / 100, null));
  const { marks, cut } = chosenMarks(many, new Set([a]), 0, 1000);
  expect([marks.length, marks[0]?.atMs, cut]).toEqual([1000, 102, true]);
});
