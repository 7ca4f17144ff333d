import { afterAll, expect, test } from 'vitest';
import type { StackStep } from '../../../../shared/model/workflowStep.ts';
import { testDirectory } from '../../../database/testDirectory.ts';
import type { CellOutcome } from '../../../operations/operations.ts';
import { createTestServer } from '../../../operations/testCell.ts';
import { runStackStep } from './stackStep.ts';
import type { StackActionRequest } from './stepRun.ts';
import { testStepPorts, testStepRun } from './testSteps.ts';

const directory = testDirectory();
afterAll(() => directory[Symbol.dispose]());
const asked: StackActionRequest[] = [];

async function run(outcome: CellOutcome, change: Partial<StackStep> = {}, checkOnly = false) {
  const server = await createTestServer(directory.path);
  const step: StackStep = { kind: 'stack', id: 'see', title: 'Is it well', why: 'W', action: 'status', stack: `\${inputs.stack}`, ...change };
  const stackAction = async (request: StackActionRequest) => {
    asked.push(request);
    return outcome;
  };
  return runStackStep(testStepRun(step, { checkOnly, inputs: { stack: 'privaxai' } }), server.cell('see'), testStepPorts({ stackAction }));
}

const bad: CellOutcome = { state: 'skipped', detail: 'down: r1', exitCode: 1 };

test('what was found fails the step, is only noted where the step says so, and is a finding of an audit', async () => {
  await expect(run(bad)).rejects.toMatchObject({ code: 'workflow.step-failed', data: { step: 'Is it well', exitCode: 1, output: 'down: r1' } });
  expect(await run(bad, { finding: 'noted' })).toEqual({ outcome: { ...bad, state: 'done' }, end: 'finding' });
  expect(await run(bad, {}, true)).toEqual({ outcome: bad, end: 'finding' });
});

test('what is well and what does not apply end so', async () => {
  const well: CellOutcome = { state: 'satisfied', detail: 'healthy', exitCode: 0 };
  expect(await run(well)).toEqual({ outcome: well, end: 'satisfied' });
  const none: CellOutcome = { state: 'skipped', detail: 'nothing was written' };
  expect(await run(none)).toEqual({ outcome: none, end: 'skipped' });
});

test('inputs fill the stack and the values', async () => {
  await run({ state: 'satisfied', detail: null }, { with: { services: `\${inputs.stack}-web` } });
  expect(asked.at(-1)).toMatchObject({ stack: 'privaxai', values: { services: 'privaxai-web' }, checkOnly: false });
});
