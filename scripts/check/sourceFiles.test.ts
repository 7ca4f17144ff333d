import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { shellScripts, sourceFiles, treeFiles } from './sourceFiles.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tree-'));
  spawnSync('git', ['init', '--quiet'], { cwd: root });
  const files = {
    '.gitignore': 'out/\n',
    'src/a.ts': 'one\ntwo\n',
    'src/b.tsx': 'one\n',
    'out/c.ts': 'built\n',
    'docs/d.ts': 'no source\n',
    'resources/demo/docker': '#!/bin/sh\nexit 0\n',
    'resources/demo/tool': '#!/usr/bin/env node\n',
    'src/commands/probe.sh': 'set -eu\n',
    '.ci/run': '#!/usr/bin/env bash\n',
    README: '#!/bin/sh\n',
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('measures the sources that belong to the tree, and nothing that is built', () => {
  expect(sourceFiles(root, treeFiles(root))).toEqual([
    { path: 'src/a.ts', lines: 2 },
    { path: 'src/b.tsx', lines: 1 },
  ]);
});

test('finds shell scripts by their name or first line', () => {
  expect(shellScripts(root, treeFiles(root))).toEqual({ named: ['.ci/run', 'resources/demo/docker'], unnamed: ['src/commands/probe.sh'] });
});
