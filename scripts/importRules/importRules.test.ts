import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { formatViolation, judgeTree, readSourceTree } from './importRules.ts';
import type { Violation } from './judge.ts';

/** A tree that breaks nothing; each case plants one module in it. */
const healthy: Record<string, string> = {
  'shared/errors.ts': "import { z } from 'zod'; export const a = z;",
  'shared/contract/base.ts': "import { oc } from '@orpc/contract'; import { a } from '../errors.ts'; export const b = [oc, a];",
  'renderer/app/app.tsx': "import { useState } from 'react'; import { a } from '../../shared/errors.ts'; export const c = [useState, a];",
  'renderer/ui/button.tsx': "import './button.css'; export const Button = 1;",
  'renderer/ui/button.css': '',
  'preload/preload.ts': "import { ipcRenderer } from 'electron'; export const d = ipcRenderer;",
  'main/remote/pool.ts': "import { Client } from 'ssh2'; export const pool = Client;",
  'main/demo/server.ts': "import { Server } from 'ssh2'; export const server = Server;",
  'main/database/open.ts': "import Database from 'better-sqlite3'; new Worker(new URL('./worker.ts', import.meta.url)); export const open = Database;",
  'main/database/worker.ts': "import { open } from './open.ts'; export const w = open;",
  'main/operations/operations.ts': 'export interface Journal { a: 1 }',
  'main/commands/quote.ts': "import { join } from 'node:path/posix'; export const quote = join;",
  'main/rpc/procedures.ts': "import { a } from '../../shared/errors.ts'; export const os = a;",
  'main/features/exec/execRules.ts':
    "import { quote } from '../../commands/quote.ts'; import type { Journal } from '../../operations/operations.ts'; export const r = (j: Journal) => [j, quote];",
  'main/features/exec/execService.ts': "import { open } from '../../database/open.ts'; import { r } from './execRules.ts'; export const s = [open, r];",
  'main/features/exec/execText.ts': "import { readFileSync } from 'node:fs'; export const s = readFileSync;",
  'main/features/exec/execLoop.ts': "import { s } from './execText.ts'; export { s };",
  'main/features/exec/execFormat.ts': "import { quote } from '../../commands/quote.ts'; export const f = quote;",
  'main/features/exec/fineRules.ts': "import { f } from './execFormat.ts'; import type { s } from './execText.ts'; export const r = (x: typeof s) => [f, x];",
  'main/commands/fixtures/read.ts': "import { readFileSync } from 'node:fs'; export const fake = readFileSync;",
  'main/features/inventory/inventoryService.ts': 'export interface Inventory { a: 1 }',
  'main/features/terminals/screen.ts': "import { Terminal } from '@xterm/headless'; export const t = Terminal;",
  'main/transport/socket.ts': "import { WebSocket } from 'ws'; export const socket = WebSocket;",
  'main/core/createCore.ts':
    "import { s } from '../features/exec/execService.ts'; import { socket } from '../transport/socket.ts'; export const createCore = [s, socket];",
  'main/hosts/desktop/main.ts': "import { app } from 'electron'; import { createCore } from '../../core/createCore.ts'; export const m = [app, createCore];",
  'main/hosts/cli/main.ts': 'export const cli = 1;',
};

const judgeWith = (planted: Record<string, string>): Violation[] => judgeTree(new Map(Object.entries({ ...healthy, ...planted })));

test('a healthy tree has no violation', () => {
  expect(judgeWith({}).map(formatViolation)).toEqual([]);
});

const planted: [title: string, rule: Violation['rule'], file: string, source: string][] = [
  // Rule 1: shared, renderer, preload
  ['shared importing main', 'layer', 'shared/x.ts', "import { pool } from '../main/remote/pool.ts';"],
  ['shared importing a type of main', 'layer', 'shared/x.ts', "import type { Journal } from '../main/operations/operations.ts';"],
  ['shared importing Node', 'layer', 'shared/x.ts', "import { join } from 'node:path';"],
  ['shared importing Node without its prefix', 'layer', 'shared/x.ts', "import { join } from 'path';"],
  ['shared importing another package', 'layer', 'shared/x.ts', "import { Kysely } from 'kysely';"],
  ['shared naming the types of Node', 'layer', 'shared/x.ts', '/// <reference types="node" />\nexport const a = 1;'],
  ['renderer importing main', 'layer', 'renderer/x.ts', "export { pool } from '../main/remote/pool.ts';"],
  ['renderer importing Node', 'layer', 'renderer/x.ts', "import fs from 'node:fs';"],
  ['ui importing the client', 'layer', 'renderer/ui/x.ts', "import { c } from '../app/app.tsx';"],
  ['preload importing the renderer', 'layer', 'preload/x.ts', "import { c } from '../renderer/app/app.tsx';"],
  ['preload importing another package', 'layer', 'preload/x.ts', "import { z } from 'zod';"],
  // Rule 2: owners
  ['electron outside its hosts', 'owner', 'main/core/x.ts', "import { app } from 'electron';"],
  ['a part of electron outside its hosts', 'owner', 'main/core/x.ts', "import { app } from 'electron/main';"],
  ['a type of ws outside transport', 'owner', 'main/hosts/headless/x.ts', "import type { WebSocket } from 'ws';"],
  ['ws outside transport', 'owner', 'main/hosts/headless/x.ts', "import { WebSocketServer } from 'ws';"],
  ['ssh2 outside remote', 'owner', 'main/features/exec/x.ts', "import { Client } from 'ssh2';"],
  ['a type of ssh2 by import()', 'owner', 'main/features/exec/x.ts', "export type C = import('ssh2').Client;"],
  ['ssh2 by typeof import()', 'owner', 'main/features/exec/x.ts', "export type C = typeof import('ssh2');"],
  [
    'better-sqlite3 by createRequire',
    'owner',
    'main/core/x.ts',
    "import { createRequire } from 'node:module'; const load = createRequire(import.meta.url); load('better-sqlite3');",
  ],
  [
    'better-sqlite3 by createRequire at once',
    'owner',
    'main/core/x.ts',
    "import { createRequire } from 'node:module'; createRequire(import.meta.url)('better-sqlite3');",
  ],
  [
    'better-sqlite3 by require.resolve',
    'owner',
    'main/core/x.ts',
    "import { createRequire } from 'node:module'; const r = createRequire(import.meta.url); r.resolve('better-sqlite3');",
  ],
  ['better-sqlite3 by import()', 'owner', 'main/core/x.ts', "export const db = await import('better-sqlite3');"],
  ['xterm outside its folder', 'owner', 'renderer/app/x.ts', "import { Terminal } from '@xterm/xterm';"],
  ['an addon of xterm outside its folder', 'owner', 'renderer/app/x.ts', "import { FitAddon } from '@xterm/addon-fit';"],
  ['the headless xterm outside terminals', 'owner', 'main/features/exec/x.ts', "import { Terminal } from '@xterm/headless';"],
  ['http outside hosts', 'owner', 'main/core/x.ts', "import { createServer } from 'node:http';"],
  ['react in main', 'owner', 'main/core/x.ts', "import { useState } from 'react';"],
  // Rule 3: purity
  ['rules that read a file', 'pure', 'main/features/exec/badRules.ts', "import { readFileSync } from 'node:fs';"],
  ['rules that run a service', 'pure', 'main/features/exec/badRules.ts', "import { s } from './execService.ts';"],
  ['rules that open the database', 'pure', 'main/features/exec/badRules.ts', "import { open } from '../../database/open.ts';"],
  ['rules that fetch', 'pure', 'main/features/exec/badRules.ts', "export const get = () => fetch('http://localhost');"],
  ['rules that read the environment', 'pure', 'main/features/exec/badRules.ts', "export const home = process.env['HOME'];"],
  ['rules that reach a file through a module beside them', 'pure', 'main/features/exec/badRules.ts', "import { s } from './execText.ts';"],
  ['rules that reach a file from afar', 'pure', 'main/features/exec/badRules.ts', "import { s } from './execLoop.ts';"],
  ['commands that spawn', 'pure', 'main/commands/x.ts', "import { spawn } from 'node:child_process';"],
  ['commands that wait', 'pure', 'main/commands/x.ts', 'export const wait = () => setTimeout(() => 1, 1);'],
  // Rule 4: features
  ['a feature importing another', 'feature', 'main/features/exec/x.ts', "import { i } from '../inventory/inventoryService.ts';"],
  ['a feature importing a type of another', 'feature', 'main/features/exec/x.ts', "import type { Inventory } from '../inventory/inventoryService.ts';"],
  ['a feature naming a type of another', 'feature', 'main/features/exec/x.ts', "export type I = import('../inventory/inventoryService.ts').Inventory;"],
  // Rule 5: layers and circles
  ['core importing a host', 'layer', 'main/core/x.ts', "import { cli } from '../hosts/cli/main.ts';"],
  ['a feature importing core', 'layer', 'main/features/exec/x.ts', "import { createCore } from '../../core/createCore.ts';"],
  ['a host importing a feature', 'layer', 'main/hosts/cli/x.ts', "import { s } from '../../features/exec/execService.ts';"],
  ['a host importing another', 'layer', 'main/hosts/cli/x.ts', "import { m } from '../desktop/main.ts';"],
  ['operations importing a feature', 'layer', 'main/operations/x.ts', "import { s } from '../features/exec/execService.ts';"],
  ['remote importing operations', 'layer', 'main/remote/x.ts', "import type { Journal } from '../operations/operations.ts';"],
  ['database importing remote', 'layer', 'main/database/x.ts', "import { pool } from '../remote/pool.ts';"],
  ['rpc importing core', 'layer', 'main/rpc/x.ts', "import { createCore } from '../core/createCore.ts';"],
  ['a worker in a layer above', 'layer', 'main/database/x.ts', "new Worker(new URL('../core/createCore.ts', import.meta.url));"],
  ['the program importing a test', 'test-only', 'main/core/x.ts', "import { fake } from '../commands/fixtures/read.ts';"],
  ['a module in no known folder', 'layer', 'main/misc/x.ts', 'export const a = 1;'],
  ['a module that imports itself', 'cycle', 'main/core/x.ts', "import type { A } from './x.ts'; export type A = 1;"],
  // What cannot be judged is refused
  ['a computed import', 'unjudgeable', 'main/core/x.ts', 'export const load = (name: string) => import(name);'],
  ['a joined import', 'unjudgeable', 'main/core/x.ts', "export const load = (name: string) => import('./' + name);"],
  ['a file that is not there', 'missing', 'main/core/x.ts', "import { gone } from './gone.ts';"],
  ['a file outside src', 'outside', 'main/core/x.ts', "import { check } from '../../../scripts/check.ts';"],
  ['a file that does not parse', 'unparsable', 'main/core/x.ts', 'export const = 1;'],
];

test.each(planted)('catches %s', (_, rule, file, source) => {
  const found = judgeWith({ [file]: source });
  expect(found.map((violation) => [violation.rule, violation.file])).toEqual([[rule, file]]);
});

test('catches a circle that closes by a type alone', () => {
  const found = judgeWith({
    'main/core/a.ts': "import { b } from './b.ts'; export const a = b; export type A = 1;",
    'main/core/b.ts': "import type { A } from './a.ts'; export const b: A = 1;",
  });
  expect(found.map(formatViolation)).toEqual(['src/main/core/a.ts:1 [cycle] imports in a circle: main/core/a.ts, main/core/b.ts']);
});

test('says the line', () => {
  expect(judgeWith({ 'main/core/x.ts': "\n\nimport { app } from 'electron';" }).map(formatViolation)).toEqual([
    'src/main/core/x.ts:3 [owner] electron belongs to main/hosts/desktop/ and preload/',
  ]);
});

test('tests may use the test tools and files outside, and are judged by the layers all the same', () => {
  expect(
    judgeWith({
      'shared/x.test.ts':
        "import { test } from 'vitest'; import fc from 'fast-check'; import { readFileSync } from 'node:fs'; export { test, fc, readFileSync };",
    }),
  ).toEqual([]);
  expect(
    judgeWith({
      'main/features/exec/x.test.ts': "import { fake } from '../../commands/fixtures/read.ts'; import { WebSocket } from 'ws'; export { fake, WebSocket };",
    }),
  ).toEqual([]);
  expect(judgeWith({ 'main/features/exec/x.test.ts': "import { i } from '../inventory/inventoryService.ts';" }).map(({ rule }) => rule)).toEqual(['feature']);
  expect(judgeWith({ 'shared/x.test.ts': "import { pool } from '../main/remote/pool.ts';" }).map(({ rule }) => rule)).toEqual(['layer']);
});

test('the project keeps its own rules', () => {
  expect(judgeTree(readSourceTree(resolve(import.meta.dirname, '../../src'))).map(formatViolation)).toEqual([]);
});
