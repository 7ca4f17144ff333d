import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PersonAnswer, PersonQuestion } from '../../../../shared/model/question.ts';
import type { QuestionStep } from '../../../../shared/model/workflowStep.ts';
import { createTestServer, type TestServer } from '../../../operations/testCell.ts';
import { runQuestionStep } from './questionStep.ts';
import { testStepRun } from './testSteps.ts';

let directory = '';
let server: TestServer;
let asked: PersonQuestion[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'question-step-'));
  server = await createTestServer(directory);
  asked = [];
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const step: QuestionStep = { kind: 'question', id: 'sure', title: 'Sure?', why: 'W', ask: 'confirm', text: `Look at \${inputs.what} on \${server.name}.` };
const run = (change: Partial<QuestionStep>, answer: Partial<PersonAnswer>, checkOnly = false) => {
  server.answer = async (question) => {
    asked.push(question);
    return { value: 'yes', who: 'Grace', atMs: 1, ...answer };
  };
  return runQuestionStep(testStepRun({ ...step, ...change }, { inputs: { what: 'the rack' }, checkOnly }), server.cell('sure'));
};

test('asks with its text filled in, and keeps who answered what', async () => {
  expect(await run({}, { note: 'seen\nand touched', attachments: ['a', 'b'] })).toEqual({
    outcome: { state: 'done', detail: 'yes: seen (Grace)' },
    end: 'done',
    answer: 'yes',
  });
  expect(asked).toEqual([{ id: 'sure', kind: 'confirm', title: 'Sure?', help: 'Look at the rack on gpu-1.' }]);
  expect(server.output).toBe('Grace: yes\nseen\nand touched\n(2 attached)\n');
});

test('no fails the step, or is only noted where it says so', async () => {
  await expect(run({}, { value: 'no' })).rejects.toMatchObject({ code: 'workflow.answered-no', data: { who: 'Grace', step: 'Sure?' } });
  expect(await run({ finding: 'noted' }, { value: 'no' })).toMatchObject({ outcome: { state: 'done', exitCode: 1 }, end: 'finding', answer: 'no' });
});

test('choices are read off the server, each once', async () => {
  const choice = { ask: 'choice' as const, choicesFrom: 'set -eu\nprintf "%s\\n" one " two " "" one' };
  expect(await run(choice, { value: 'two' })).toMatchObject({ answer: 'two' });
  expect(asked[0]?.choices).toEqual(['one', 'two']);
  expect(server.output).toContain('choices: exit 0');
  await expect(run({ ...choice, choicesFrom: 'exit 4' }, {})).rejects.toMatchObject({ code: 'workflow.step-failed', data: { exitCode: 4 } });
});

test('an audit asks nobody', async () => {
  expect(await run({}, {}, true)).toMatchObject({ outcome: { state: 'skipped' }, end: 'skipped' });
  expect(asked).toEqual([]);
});
