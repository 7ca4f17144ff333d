import { expect, test } from 'vitest';
import { type Findable, findWorkflows } from './findWorkflows.ts';
import type { WorkflowId } from './ids.ts';

const entry = (id: string, title: string, rest: Partial<Findable> = {}): Findable => ({ id: id as WorkflowId, title, summary: '', kind: 'runbook', ...rest });
const disk = entry('disk-full', 'Disk full', { triggers: ['no space left on device'], alerts: ['disk-crit'] });
const database = entry('database-down', 'Database down', { triggers: ['connection refused'], summary: 'Looks whether its disk is full.' });
const day1 = entry('day1', 'Day 1', { kind: 'checklist', summary: 'From a bare server to one for stacks.' });
const all = [day1, database, disk];
const found = (words: string) => findWorkflows(all, { words }).map(({ id }) => id);

test('title and triggers count more than the summary', () => {
  expect(found('disk full')).toEqual(['disk-full', 'database-down']);
  expect(found('Connections REFUSED!')).toEqual(['database-down']);
});

test('half of the words must stand somewhere; endings do not matter, small words neither', () => {
  expect(found('stack')).toEqual(['day1']);
  expect(found('zebra quantum disk')).toEqual([]);
  expect(found('why is the disk')).toEqual(['disk-full', 'database-down']);
});

test('an alert finds only those that name its rule; neither words nor alert finds all, in their order', () => {
  expect(findWorkflows(all, { alert: 'disk-crit' })).toEqual([disk]);
  expect(findWorkflows(all, { alert: 'disk-crit', words: 'database' })).toEqual([]);
  expect(findWorkflows(all, {})).toEqual(all);
});
