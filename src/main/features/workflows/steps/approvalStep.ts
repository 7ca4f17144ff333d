import { AppError } from '../../../../shared/errors.ts';
import type { ApprovalStep } from '../../../../shared/model/workflowStep.ts';
import type { CellContext } from '../../../operations/operations.ts';
import type { StepPorts, StepResult, StepRun } from './stepRun.ts';
import { fillText } from './stepText.ts';

/**
 * Waits for another person's consent where the server's environment asks for one. What is consented to names the operation and the
 * server, so that an approval fits no other. Throws `workflow.approval-refused`, `workflow.approval-invalid`.
 */
export async function runApprovalStep(run: StepRun<ApprovalStep>, context: CellContext, ports: StepPorts): Promise<StepResult> {
  const { step, server } = run;
  const environments = step.environments ?? ['production'];
  if (!environments.includes(server.environment)) {
    return { outcome: { state: 'skipped', detail: `asked for in ${environments.join(', ')} only` }, end: 'satisfied' };
  }
  if (run.checkOnly) return { outcome: { state: 'skipped', detail: 'asked in a run, not in an audit' }, end: 'skipped' };
  const statement = [
    fillText(step.statement, run),
    `operation ${context.operationId}, step ${step.id}, server ${server.name} (${server.host}:${server.port})`,
    `definition ${run.definitionHash()}`,
    `started by ${run.startedBy}`,
  ].join('\n');
  const answer = await context.ask({ id: step.id.slice(-64), kind: 'approval', title: step.title, help: step.why, statement });
  if (answer.value === 'refused') throw new AppError('workflow.approval-refused', { server: server.name, step: step.title, who: answer.who });
  const { name, key } = await ports.checkApproval(statement, answer);
  await context.output('note', `Approved by ${name}, signed with ${key}:\n${statement}\nattestation ${answer.attestation ?? ''}\n`);
  return { outcome: { state: 'done', detail: `approved by ${name}` }, end: 'done', answer: answer.value };
}
