// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the step fills them in
import { expect, test } from 'vitest';
import type { OperationId } from '../../../../shared/model/ids.ts';
import type { PersonAnswer, PersonQuestion } from '../../../../shared/model/question.ts';
import type { ApprovalStep } from '../../../../shared/model/workflowStep.ts';
import type { CellContext } from '../../../operations/operations.ts';
import { runApprovalStep } from './approvalStep.ts';
import { testStepPorts, testStepRun } from './testSteps.ts';

const step: ApprovalStep = {
  ...{ kind: 'approval', id: 'consent', title: 'Another person consents', why: 'Users notice.' },
  ...{ statement: 'Restart ${inputs.service} on ${server.name}', environments: ['staging'] },
};

/** A cell whose question is answered so. */
function asked(answer: Partial<PersonAnswer>) {
  const questions: PersonQuestion[] = [];
  const said: string[] = [];
  const context = {
    operationId: 'op_1' as OperationId,
    ask: async (question: PersonQuestion) => {
      questions.push(question);
      return { value: 'approved', who: 'Grace', atMs: 1, attestation: 'ph-approval-1.x', ...answer };
    },
    output: async (_stream: string, text: string) => void said.push(text),
  } as unknown as CellContext;
  return { context, questions, said };
}
const run = testStepRun(step, { inputs: { service: 'vllm' } });

test('what is signed names the operation, the step, the server with its address, the definition and who started it', async () => {
  const { context, questions, said } = asked({});
  const checked: string[] = [];
  const ports = testStepPorts({
    checkApproval: async (statement, { attestation }) => {
      checked.push(statement, attestation ?? '');
      return { name: 'Grace Hopper', key: 'SHA256:grace' };
    },
  });
  const { outcome, end } = await runApprovalStep(run, context, ports);
  const statement = [
    'Restart vllm on gpu-1',
    'operation op_1, step consent, server gpu-1 (127.0.0.1:22)',
    `definition ${'d'.repeat(64)}`,
    'started by Ada',
  ].join('\n');
  expect(questions[0]).toMatchObject({ kind: 'approval', statement });
  expect(checked).toEqual([statement, 'ph-approval-1.x']);
  expect([outcome.detail, end]).toEqual(['approved by Grace Hopper', 'done']);
  expect(said).toEqual([expect.stringContaining('signed with SHA256:grace')]);
  expect(said[0]).toContain('attestation ph-approval-1.x');
});

test('a refusal ends the step without a key being asked for', async () => {
  const { context } = asked({ value: 'refused' });
  await expect(runApprovalStep(run, context, testStepPorts())).rejects.toThrow(
    expect.objectContaining({ code: 'workflow.approval-refused', data: expect.objectContaining({ who: 'Grace' }) }),
  );
});

test('it is asked for where the environment wants it, and in no audit', async () => {
  const { context, questions } = asked({});
  const elsewhere = testStepRun({ ...step, environments: ['production'] });
  expect((await runApprovalStep(elsewhere, context, testStepPorts())).end).toBe('satisfied');
  expect((await runApprovalStep({ ...run, checkOnly: true }, context, testStepPorts())).end).toBe('skipped');
  expect(questions).toEqual([]);
});
