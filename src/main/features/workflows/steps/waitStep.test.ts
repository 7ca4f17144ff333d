import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WaitStep } from '../../../../shared/model/workflowStep.ts';
import { createTestServer, type TestServer } from '../../../operations/testCell.ts';
import { testStepRun } from './testSteps.ts';
import { runWaitStep } from './waitStep.ts';

let directory = '';
let server: TestServer;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wait-step-'));
  server = await createTestServer(directory);
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

// So after the third look.
const step: WaitStep = {
  ...{ kind: 'wait', id: 'ready', title: 'It is ready', why: 'W', sudo: false, everyS: 1, deadlineS: 30 },
  check: 'set -eu\necho x >>"$HOME/looks"\nn=$(wc -l <"$HOME/looks")\nif [ "$n" -ge 3 ]; then echo "ready after $n"; exit 0; fi\necho "look $n"\nexit 1',
};
const run = (change: Partial<WaitStep> = {}, options: { checkOnly?: boolean; attempt?: number } = {}) =>
  runWaitStep(testStepRun({ ...step, ...change }, { checkOnly: options.checkOnly ?? false }), server.cell('ready', { attempt: options.attempt ?? 1 }));

test('looks until it is so, tells what it sees meanwhile, and keeps the last look', async () => {
  expect(await run()).toEqual({ outcome: { state: 'done', detail: 'ready after 3', exitCode: 0 }, end: 'done' });
  expect(server.phases).toEqual(['check', expect.stringMatching(/^check: look 1; (29|30) s left$/), expect.stringMatching(/^check: look 2; (28|29) s left$/)]);
  expect(server.output).toBe('look 1\ncheck: exit 1\nready after 3\n');
});

test('what is so already is satisfied', async () => {
  expect(await run({ check: 'set -eu\necho there' })).toEqual({ outcome: { state: 'satisfied', detail: 'there', exitCode: 0 }, end: 'satisfied' });
});

test('a look that cannot tell fails at once', async () => {
  await expect(run({ check: 'echo broken; exit 7' })).rejects.toMatchObject({ code: 'workflow.step-failed', data: { phase: 'check', exitCode: 7 } });
});

test('the deadline ends it with the last that was seen, and counts from before a crash of the core', async () => {
  const never = { check: 'echo still; exit 1', deadlineS: 1 };
  await expect(run(never)).rejects.toMatchObject({ code: 'workflow.wait-ended', data: { seconds: 1, last: 'still' } });
  server.ran.length = 0;
  await expect(run(never)).rejects.toMatchObject({ code: 'workflow.wait-ended' });
  expect(server.ran).toEqual(['exec']);
});

test('an audit does not wait', async () => {
  expect(await run({}, { checkOnly: true })).toMatchObject({ outcome: { state: 'skipped', detail: 'would wait: look 1', exitCode: 1 }, end: 'finding' });
  await writeFile(join(directory, 'looks'), 'x\nx\n');
  expect(await run({}, { checkOnly: true, attempt: 2 })).toMatchObject({ outcome: { state: 'satisfied' } });
});
