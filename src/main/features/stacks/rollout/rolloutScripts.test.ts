import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { factsScript } from './containerFacts.ts';
import { lastLinesScript } from './diagnose.ts';
import { dumpScript, undumpScript } from './dumps.ts';
import { evidenceScript } from './evidence.ts';
import { httpScript } from './httpScript.ts';
import { leaseScript } from './leaseScript.ts';
import * as scripts from './rolloutScripts.ts';

test.each(Object.entries({ ...scripts, httpScript, leaseScript, lastLinesScript, dumpScript, undumpScript, evidenceScript, factsScript }))(
  '%s is clean POSIX sh',
  (_name, script) => {
    // SC2154: values come from the environment.
    const result = spawnSync('shellcheck', ['-s', 'sh', '-S', 'style', '-e', 'SC2154', '-'], { input: `#!/bin/sh\n${script}`, encoding: 'utf8' });
    expect(result.error).toBeUndefined();
    expect(result.stdout).toBe('');
  },
);
