import type { LocalStep } from '../../../../shared/model/workflowStep.ts';
import type { CellContext } from '../../../operations/operations.ts';
import { runLocalProbe } from '../probes/runLocalProbe.ts';
import { noteScript } from './scriptNote.ts';
import { finding, type StepResult, type StepRun } from './stepRun.ts';
import { stepFailed } from './stepScript.ts';

/** Tries something from this laptop, outside the SSH connection. It changes nothing, so an audit does it too. Throws `workflow.step-failed`. */
export async function runLocalStep(run: StepRun<LocalStep>, context: CellContext): Promise<StepResult> {
  const { step } = run;
  context.phase('check', 'from this laptop');
  const { holds, proof, lines } = await runLocalProbe(step.probe, run, context);
  await context.output('stdout', `${lines.join('\n')}\n`);
  await noteScript(context, { part: 'probe', exitCode: holds ? 0 : 1 });
  if (holds) return { outcome: { state: 'satisfied', detail: proof, exitCode: 0 }, end: 'satisfied' };
  if (run.checkOnly) return finding(proof);
  if (step.finding === 'noted') return { outcome: { state: 'done', detail: proof, exitCode: 1 }, end: 'finding' };
  throw stepFailed(step, 'check', 1, lines.join('\n'), context);
}
