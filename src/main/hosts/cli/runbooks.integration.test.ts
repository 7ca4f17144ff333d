import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StartedCore, startCore } from '../../core/startCore.ts';
import { runCli } from './program.ts';

/** Runbooks found by the command line, through the real core: those that are shipped, and a person's own. */

const own = `
id: printer-jams
version: 1
title: The printer jams
summary: Paper.
kind: runbook
triggers: [the printer jams again]
alerts: [t000-disk-crit]
inputs: []
steps:
  - { id: ask, kind: question, ask: confirm, title: Is there paper, why: It needs some., text: Yes or no? }
`;

let directory: string;
let core: StartedCore;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ph-runbooks-'));
  mkdirSync(join(directory, 'workflows'));
  writeFileSync(join(directory, 'workflows', 'printer-jams.yaml'), own);
  core = await startCore({ directory, environment: {} });
});
afterAll(async () => {
  await core.close();
  rmSync(directory, { recursive: true, force: true });
});

async function find(...argv: string[]): Promise<string> {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const text: string[] = [];
  streams.stdout.on('data', (chunk: Buffer) => text.push(chunk.toString('utf8')));
  const code = await runCli({
    ...{ argv: ['--data', directory, 'runbooks', 'find', ...argv], entry: [], environment: {}, stdin: new PassThrough() as unknown as NodeJS.ReadStream },
    ...{ stdout: streams.stdout as unknown as NodeJS.WriteStream, stderr: streams.stderr as unknown as NodeJS.WriteStream },
  });
  expect(code).toBe(0);
  return text.join('');
}

test('words of what is seen find the runbook, the best first', async () => {
  expect(await find('no space left on device')).toMatch(/^ID .*\ndisk-full +Disk full/);
  const { workflows } = JSON.parse(await find('the printer jams', '--json')) as { workflows: { id: string; stepCount: number }[] };
  expect(workflows[0]).toMatchObject({ id: 'printer-jams', stepCount: 1 });
});

test('the rule of an alert finds those that name it; what nothing fits is said', async () => {
  const { workflows } = JSON.parse(await find('--alert', 't000-disk-crit', '--json')) as { workflows: { id: string }[] };
  expect(workflows.map(({ id }) => id).sort()).toEqual(['disk-full', 'printer-jams']);
  expect(await find('zebra quantum')).toContain('workflows run triage');
  expect(await find('hardening', '--all')).toContain('hardening');
});
