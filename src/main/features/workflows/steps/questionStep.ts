import { AppError } from '../../../../shared/errors.ts';
import type { QuestionStep } from '../../../../shared/model/workflowStep.ts';
import type { CellContext } from '../../../operations/operations.ts';
import type { StepResult, StepRun } from './stepRun.ts';
import { runScript, stepFailed } from './stepScript.ts';
import { fillText } from './stepText.ts';

/** Asks the person who runs it. An audit asks nobody. Throws `workflow.answered-no`, `workflow.step-failed` where the choices cannot be read. */
export async function runQuestionStep(run: StepRun<QuestionStep>, context: CellContext): Promise<StepResult> {
  const { step } = run;
  if (run.checkOnly) return { outcome: { state: 'skipped', detail: 'asked in a run, not in an audit' }, end: 'skipped' };
  const choices = step.choicesFrom === undefined ? step.choices : await choicesOf(run, step.choicesFrom, context);
  const answer = await context.ask({
    ...{ id: step.id.slice(-64), kind: step.ask, title: step.title, help: fillText(step.text, run) },
    ...(choices !== undefined && { choices }),
    ...(step.required !== undefined && { required: step.required }),
  });
  const note = answer.note?.trim() ?? '';
  const files = answer.attachments?.length ?? 0;
  await context.output('note', `${answer.who}: ${answer.value}${note === '' ? '' : `\n${note}`}${files === 0 ? '' : `\n(${files} attached)`}\n`);
  const detail = `${answer.value}${note === '' ? '' : `: ${note.split('\n')[0]}`} (${answer.who})`;
  if (step.ask === 'confirm' && answer.value === 'no') {
    if (step.finding !== 'noted') throw new AppError('workflow.answered-no', { server: context.serverName, step: step.title, who: answer.who });
    return { outcome: { state: 'done', detail, exitCode: 1 }, end: 'finding', answer: answer.value };
  }
  return { outcome: { state: 'done', detail }, end: 'done', answer: answer.value };
}

async function choicesOf(run: StepRun<QuestionStep>, script: string, context: CellContext): Promise<string[]> {
  const { exitCode, stdout, output } = await runScript(run, 'check', { script, sudo: run.step.sudo === true, timeoutS: 60 }, context, { part: 'choices' });
  if (exitCode !== 0) throw stepFailed(run.step, 'check', exitCode, output, context);
  const lines = stdout.split('\n').map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== ''))].slice(0, 64);
}
