import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestCli, type TestCli } from './testCli.ts';

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

let cli: TestCli;

beforeAll(async () => {
  cli = await startTestCli({ files: { 'workflows/printer-jams.yaml': own } });
});
afterAll(async () => {
  await cli.close();
});

async function find(...argv: string[]): Promise<string> {
  const { code, out } = await cli.run('runbooks', 'find', ...argv);
  expect(code).toBe(0);
  return out;
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
