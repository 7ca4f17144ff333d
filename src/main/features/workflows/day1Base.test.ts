import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openWorkflowCatalog } from './workflowCatalog.ts';

const catalog = openWorkflowCatalog(join(import.meta.dirname, '../../../../resources/workflows'));
const definitions = await catalog.list();
const scripts = definitions.flatMap((definition) =>
  definition.steps.flatMap((step) =>
    (['check', 'apply', 'verify'] as const).map((part) => ({ name: `${definition.id} ${step.id} ${part}`, script: step[part] })),
  ),
);

test('day1-base has its five steps in order', () => {
  expect(definitions.find((definition) => definition.id === 'day1-base')?.steps.map((step) => step.id)).toEqual([
    'packages',
    'operator',
    'docker',
    'swap',
    'time',
  ]);
});

test.each(scripts)('$name is clean POSIX sh', ({ script }) => {
  const result = spawnSync('shellcheck', ['-s', 'sh', '-S', 'style', '-'], { input: `#!/bin/sh\n${script}`, encoding: 'utf8' });
  expect(result.error).toBeUndefined();
  expect(result.stdout).toBe('');
});

test.each(scripts)('$name stops at the first failure and takes its values from the environment', ({ script }) => {
  expect(script).toMatch(/^set -eu\n/);
  expect(script).not.toMatch(/\$\{[a-z][A-Za-z]*[A-Z]/);
});
