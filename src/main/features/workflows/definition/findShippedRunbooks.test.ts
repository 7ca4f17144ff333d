import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findWorkflows } from '../../../../shared/model/findWorkflows.ts';
import { openWorkflowCatalog } from './workflowCatalog.ts';

const resources = join(import.meta.dirname, '../../../../../resources');
const definitions = await openWorkflowCatalog({ shipped: [join(resources, 'workflows'), join(resources, 'runbooks')], own: [] }).list();
const runbooks = definitions.filter(({ kind }) => kind === 'runbook');
const first = (words: string) => findWorkflows(runbooks, { words })[0]?.id;

test.each([
  ['no space left on device', 'disk-full'],
  ['disk is full', 'disk-full'],
  ['CUDA out of memory', 'out-of-memory'],
  ['Driver/library version mismatch', 'driver-mismatch'],
  ['GPU has fallen off the bus', 'gpu-off-bus'],
  ['Xid 79', 'gpu-off-bus'],
  ['certificate has expired', 'certificate-expired'],
  ['connection refused to PostgreSQL', 'database-down'],
  ['container shows Restarting', 'restart-loop'],
  ['404 model not found', 'model-not-loading'],
  ['clock wrong tokens expired', 'clock-skew'],
  ['vllm running requests no tokens', 'vllm-wedged'],
  ['every request ends with 502', 'gateway-not-responding'],
  ['first request takes a minute', 'cold-start'],
  ['nvidia-smi fails', 'gpu-not-detected'],
])('"%s" finds %s', (words, id) => {
  expect(first(words)).toBe(id);
});

test('an alert finds the runbooks that name its rule, and only those', () => {
  expect(findWorkflows(runbooks, { alert: 't000-disk-crit' }).map(({ id }) => id)).toEqual(['disk-full']);
  expect(findWorkflows(runbooks, { alert: 't000-gpu-memory-crit' }).map(({ id }) => id)).toEqual(['gpu-memory-high', 'out-of-memory']);
  expect(findWorkflows(runbooks, { alert: 'no-such-rule' })).toEqual([]);
});

test('words that stand nowhere find nothing; no words find all', () => {
  expect(findWorkflows(runbooks, { words: 'zebra quantum' })).toEqual([]);
  expect(findWorkflows(runbooks, { words: '  ' })).toHaveLength(runbooks.length);
  expect(findWorkflows(runbooks, {})).toHaveLength(runbooks.length);
});
