import { AppError } from '../../../../shared/errors.ts';
import type { WaitStep } from '../../../../shared/model/workflowStep.ts';
import type { CellContext } from '../../../operations/operations.ts';
import { sleep } from './sleep.ts';
import { finding, type StepResult, type StepRun } from './stepRun.ts';
import { runScript, stepFailed } from './stepScript.ts';

/**
 * Waits until a condition holds on the server. The deadline counts from the first look of the attempt, through crashes of the core too;
 * a connection that is lost meanwhile costs time and nothing else. Throws `workflow.wait-ended`, `workflow.step-failed`.
 */
export async function runWaitStep(run: StepRun<WaitStep>, context: CellContext): Promise<StepResult> {
  const { step } = run;
  const begunMs = run.checkOnly ? Date.now() : await context.effect('begun', 'read', async () => Date.now());
  for (let looks = 1; ; looks += 1) {
    const look = () => runScript(run, 'check', { script: step.check, sudo: step.sudo, timeoutS: Math.min(step.deadlineS, 300) }, context, { quiet: looks > 1 });
    const { exitCode, proof, output } = await (run.checkOnly ? look() : context.remote.persist(look, { signal: context.signal, stubborn: true }));
    if (exitCode === 0) {
      const detail = proof ?? 'it is so';
      if (looks > 1) await context.output('stdout', output === '' ? '' : `${output.trimEnd()}\n`);
      return looks === 1
        ? { outcome: { state: 'satisfied', detail, exitCode: 0 }, end: 'satisfied' }
        : { outcome: { state: 'done', detail, exitCode: 0 }, end: 'done' };
    }
    if (exitCode !== 1) throw stepFailed(step, 'check', exitCode, output, context);
    if (run.checkOnly) return finding(`would wait: ${proof ?? step.title}`);
    const passedS = (Date.now() - begunMs) / 1000;
    if (passedS >= step.deadlineS) {
      throw new AppError('workflow.wait-ended', { server: context.serverName, step: step.title, seconds: step.deadlineS, last: proof ?? '' });
    }
    context.phase('check', `${proof ?? 'not yet'}; ${Math.round(step.deadlineS - passedS)} s left`);
    await sleep(Math.min(step.everyS, Math.max(step.deadlineS - passedS, 0.1)) * 1000, context.signal);
  }
}
