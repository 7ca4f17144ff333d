import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LocalStep } from '../../../../shared/model/workflowStep.ts';
import type { CellContext } from '../../../operations/operations.ts';
import { runLocalStep } from './localStep.ts';
import { testStepRun } from './testSteps.ts';

let output = '';
const server = createServer((socket) => socket.destroy());
let port = 0;
beforeEach(async () => {
  output = '';
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const context = {
  ...{ serverName: 'gpu-1', signal: new AbortController().signal, phase: () => {} },
  output: async (_: string, text: string) => {
    output += text;
  },
} as unknown as CellContext;
const run = (expected: 'open' | 'closed', change: Partial<LocalStep> = {}, checkOnly = false) => {
  const probe = { type: 'tcp' as const, host: '127.0.0.1', ports: [port], expect: expected };
  return runLocalStep(testStepRun<LocalStep>({ ...{ kind: 'local', id: 'out', title: 'Out', why: 'W', probe }, ...change }, { checkOnly }), context);
};

test('a probe that holds is satisfied with its proof, in an audit too; all that was tried is kept', async () => {
  for (const checkOnly of [false, true]) {
    expect(await run('open', {}, checkOnly)).toEqual({ outcome: { state: 'satisfied', detail: `${port} open`, exitCode: 0 }, end: 'satisfied' });
  }
  expect(output).toContain(`127.0.0.1:${port} open\nprobe: exit 0\n`);
});

test('one that does not fails the step; noted where it says so, a finding in an audit', async () => {
  await expect(run('closed')).rejects.toMatchObject({ code: 'workflow.step-failed', data: { phase: 'check', exitCode: 1, output: `127.0.0.1:${port} open` } });
  expect(await run('closed', { finding: 'noted' })).toMatchObject({ outcome: { state: 'done', exitCode: 1 }, end: 'finding' });
  expect(await run('closed', {}, true)).toMatchObject({ outcome: { state: 'skipped', exitCode: 1 }, end: 'finding' });
});
