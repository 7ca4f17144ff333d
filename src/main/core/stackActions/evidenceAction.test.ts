import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { composeEvidenceScript, containersEvidenceScript } from './evidenceAction.ts';

test.each(Object.entries({ containersEvidenceScript, composeEvidenceScript }))('%s is clean POSIX sh', (_name, script) => {
  // SC2154: values come from the environment.
  const result = spawnSync('shellcheck', ['-s', 'sh', '-S', 'style', '-e', 'SC2153,SC2154', '-'], { input: `#!/bin/sh\n${script}`, encoding: 'utf8' });
  expect(result.error).toBeUndefined();
  expect(result.stdout).toBe('');
});
