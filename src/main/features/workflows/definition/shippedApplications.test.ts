import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openWorkflowCatalog } from './workflowCatalog.ts';

const resources = join(import.meta.dirname, '../../../../../resources');
const definitions = await openWorkflowCatalog({ shipped: [join(resources, 'workflows'), join(resources, 'runbooks')], own: [] }).list();
const covered = new Map<string, string[]>();
for (const { id, steps } of definitions)
  for (const step of steps) for (const item of step.covers ?? []) covered.set(item, [...(covered.get(item) ?? []), `${id} ${step.id}`]);

/** Items of the field's checklists about applications, by list. */
const items: Record<string, string[]> = {
  'asp-deployment': [
    'asp-dep-clone',
    'asp-dep-env',
    'asp-dep-core',
    'asp-dep-migrate',
    'asp-dep-app',
    'asp-dep-vllm-chat',
    'asp-dep-nginx',
    'asp-dep-tls',
    'asp-dep-monitoring',
  ],
  'asp-testing': [
    'asp-test-health',
    'asp-test-user',
    'asp-test-project',
    'asp-test-schema',
    'asp-test-chat-rest',
    'asp-test-chat-sse',
    'asp-test-sql',
    'asp-test-logs',
    'asp-test-gpu',
    'asp-test-load',
  ],
  'asp-pitfalls': [
    'asp-dont-cpu-staging',
    'asp-dont-low-ram',
    'asp-dont-no-monitoring',
    'asp-dont-shared-hosting',
    'asp-dont-no-backup',
    'asp-dont-public-vllm',
    'asp-do-one-model',
    'asp-do-gpu-mem',
    'asp-do-volumes',
    'asp-do-auto-backup',
    'asp-do-load-test',
    'asp-do-document',
    'asp-do-rollback',
  ],
  'asp-quick-reference': ['asp-op-gpu', 'asp-op-start', 'asp-op-monitor', 'asp-op-logs', 'asp-op-backup', 'asp-op-restart'],
  'chat-quick-wins': ['chat-qw-cache', 'chat-qw-small-model', 'chat-qw-prewarm', 'chat-qw-resources'],
  'px-lifecycle': ['px-setup', 'px-start', 'px-verify', 'px-stop', 'px-smoke'],
  'px-network': ['px-fw-allow', 'px-fw-deny', 'px-net-private', 'px-net-vpn', 'px-net-proxy', 'px-net-internal', 'px-net-unexposed'],
  'px-production': ['px-prod-auth', 'px-prod-tls', 'px-prod-tenant-limits', 'px-prod-gpu-mem', 'px-prod-logrotate', 'px-prod-ch-backup'],
  'px-operations': ['px-op-model-update', 'px-op-backup-dirs', 'px-op-logs', 'px-op-gpu'],
  'px-scaling': ['px-scale-nodes', 'px-scale-vllm', 'px-scale-quotas', 'px-scale-pools'],
  'px-kubernetes': ['px-k8s-manifests', 'px-k8s-gpu', 'px-k8s-deployments', 'px-k8s-configmaps', 'px-k8s-pvs'],
};

test.each(Object.entries(items))('every item of %s is carried by a step', (_list, ids) => {
  expect(ids.filter((id) => !covered.has(id))).toEqual([]);
});

test('nothing about applications is said to be carried that is no item', () => {
  const known = new Set(Object.values(items).flat());
  const prefixes = new Set([...known].map((id) => id.split('-').slice(0, 2).join('-')));
  const odd = [...covered.keys()].filter((id) => prefixes.has(id.split('-').slice(0, 2).join('-')) && !known.has(id) && !id.includes('#'));
  expect(odd).toEqual([]);
  console.log(
    `${known.size} items of ${Object.keys(items).length} checklists about applications, carried by ${new Set([...known].flatMap((id) => covered.get(id) ?? [])).size} steps`,
  );
});
