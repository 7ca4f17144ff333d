import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { httpScript } from './httpScript.ts';
import { leaseScript } from './leaseScript.ts';
import * as scripts from './rolloutScripts.ts';

test.each(Object.entries({ ...scripts, httpScript, leaseScript }))('%s is clean POSIX sh', (_name, script) => {
  // SC2154: values come from the environment.
  const result = spawnSync('shellcheck', ['-s', 'sh', '-S', 'style', '-e', 'SC2154', '-'], { input: `#!/bin/sh\n${script}`, encoding: 'utf8' });
  expect(result.error).toBeUndefined();
  expect(result.stdout).toBe('');
});
