import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { pinScript } from '../release/pinImages.ts';
import * as uploads from '../release/uploadScripts.ts';
import * as plans from './planScripts.ts';

test.each(Object.entries({ ...plans, ...uploads, pinScript }))('%s is clean POSIX sh', (_name, script) => {
  // SC2153, SC2154: values come from the environment.
  const result = spawnSync('shellcheck', ['-s', 'sh', '-S', 'style', '-e', 'SC2153,SC2154', '-'], { input: `#!/bin/sh\n${script}`, encoding: 'utf8' });
  expect(result.error).toBeUndefined();
  expect(result.stdout).toBe('');
});
