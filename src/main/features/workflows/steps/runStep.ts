import { AppError } from '../../../../shared/errors.ts';
import type { StepEnd } from '../../../../shared/model/stepCondition.ts';
import type { PlainStep } from '../../../../shared/model/workflowStep.ts';
import type { CellContext, CellOutcome } from '../../../operations/operations.ts';
import { conditionText, judge } from '../definition/conditionRules.ts';
import { runApprovalStep } from './approvalStep.ts';
import { runCommandStep } from './commandStep.ts';
import { runLocalStep } from './localStep.ts';
import { runQuestionStep } from './questionStep.ts';
import { runRebootStep } from './rebootStep.ts';
import { runStackStep } from './stackStep.ts';
import type { StepPorts, StepResult, StepRun } from './stepRun.ts';
import { runWaitStep } from './waitStep.ts';

const endKey = (stepId: string) => `end ${stepId}`;
const answerKey = (stepId: string) => `answer of ${stepId}`;
const inputKey = (scope: string | undefined, name: string) => (scope === undefined ? `input ${name}` : `input ${scope} ${name}`);

/** Inputs whose values a person has given in a question of this scope. */
export function answeredInputs(names: readonly string[], scope: string | undefined, context: CellContext): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const answered = context.memory.get(inputKey(scope, name));
      return typeof answered === 'string' ? [[name, answered]] : [];
    }),
  );
}

/**
 * Runs one step on one server: not at all where its condition does not hold or a step that it needs did not end well; else by its kind.
 * How it ended is remembered for the steps after it. Throws what the kinds throw.
 */
export async function runStep(run: StepRun, context: CellContext, ports: StepPorts): Promise<CellOutcome> {
  const { step } = run;
  const inputs = { ...run.inputs, ...answeredInputs(Object.keys(run.inputs), run.scope, context) };
  const remember = (end: StepEnd, answer?: string) => {
    context.memory.set(endKey(step.id), end);
    if (answer === undefined) return;
    context.memory.set(answerKey(step.id), answer);
    if (step.kind === 'question' && step.input !== undefined) context.memory.set(inputKey(run.scope, step.input), answer);
  };
  const skipped = notApplicable(run, inputs, context, ports);
  if (skipped !== null) {
    remember('skipped');
    return { state: 'skipped', detail: skipped };
  }
  try {
    const { outcome, end, answer } = await byKind({ ...run, inputs }, context, ports);
    remember(end, answer);
    return outcome;
  } catch (error) {
    if (error instanceof AppError && error.code !== 'core.stopping') remember('failed');
    throw error;
  }
}

function byKind(run: StepRun, context: CellContext, ports: StepPorts): Promise<StepResult> {
  switch (run.step.kind) {
    case 'command':
      return runCommandStep(of(run, run.step), context, ports);
    case 'question':
      return runQuestionStep(of(run, run.step), context);
    case 'approval':
      return runApprovalStep(of(run, run.step), context, ports);
    case 'wait':
      return runWaitStep(of(run, run.step), context);
    case 'reboot':
      return runRebootStep(of(run, run.step), context, ports);
    case 'local':
      return runLocalStep(of(run, run.step), context);
    case 'stack':
      return runStackStep(of(run, run.step), context, ports);
  }
}

function of<Step extends PlainStep>(run: StepRun, step: Step): StepRun<Step> {
  return { ...run, step };
}

/** Why a step does not apply here; null: it does. Throws `workflow.facts-missing` where that cannot be told. */
function notApplicable({ step, server, leftOut }: StepRun, inputs: Readonly<Record<string, string>>, context: CellContext, ports: StepPorts): string | null {
  const endOf = (stepId: string) => (context.memory.get(endKey(stepId)) as StepEnd | undefined) ?? null;
  // What a run leaves out is up to the person who had it begin later.
  const missing = (step.needs ?? []).find((id) => leftOut?.has(id) !== true && !['satisfied', 'done'].includes(endOf(id) ?? ''));
  if (missing !== undefined) return `needs ${missing}, which ${endOf(missing) === null ? 'did not run' : `ended as ${endOf(missing)}`}`;
  if (step.when === undefined) return null;
  const judged = judge(step.when, {
    inputs,
    facts: ports.facts(context.serverId),
    environment: server.environment,
    endOf,
    answerOf: (stepId) => (context.memory.get(answerKey(stepId)) as string | undefined) ?? null,
  });
  if ('unknown' in judged) throw new AppError('workflow.facts-missing', { server: context.serverName, what: judged.unknown });
  return judged.holds ? null : `does not apply: only where ${conditionText(step.when)}`;
}
