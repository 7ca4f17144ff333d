import type { StackStep } from '../../../../shared/model/workflowStep.ts';
import type { CellContext, CellOutcome } from '../../../operations/operations.ts';
import { awaitWindow } from './maintenanceWindow.ts';
import { noteScript } from './scriptNote.ts';
import type { StepPorts, StepResult, StepRun } from './stepRun.ts';
import { stepFailed } from './stepScript.ts';
import { fillText } from './stepText.ts';

/** Has the stack feature do something. */
export async function runStackStep(run: StepRun<StackStep>, context: CellContext, ports: StepPorts): Promise<StepResult> {
  const { step } = run;
  await awaitWindow(run, context, ports);
  context.phase(run.checkOnly ? 'check' : 'run', step.action);
  const outcome = await ports.stackAction(
    {
      action: step.action,
      stack: fillText(step.stack, run),
      server: ports.server(context.serverId),
      values: Object.fromEntries(Object.entries(step.with ?? {}).map(([name, value]) => [name, fillText(value, run)])),
      checkOnly: run.checkOnly,
    },
    context,
  );
  const exitCode = outcome.exitCode ?? (outcome.state === 'skipped' ? null : 0);
  if (exitCode !== null) await noteScript(context, { part: 'action', exitCode });
  if (isFinding(outcome) && !run.checkOnly) {
    if (step.finding !== 'noted') throw stepFailed(step, 'check', 1, outcome.detail ?? '', context);
    return { outcome: { ...outcome, state: 'done' }, end: 'finding' };
  }
  const end = outcome.state === 'skipped' ? (isFinding(outcome) ? 'finding' : 'skipped') : outcome.state;
  return { outcome, end };
}

/** Something that was looked at is not as it should be. */
function isFinding({ state, exitCode }: CellOutcome): boolean {
  return state === 'skipped' && exitCode === 1;
}
