import { AppError } from '../../../shared/errors.ts';
import type { InputValues } from '../../../shared/model/inputDefinition.ts';
import { readInputs } from '../../../shared/model/inputValues.ts';
import type { WorkflowDefinition } from '../../../shared/model/workflow.ts';
import type { PlainStep } from '../../../shared/model/workflowStep.ts';
import { type DefinitionProblem, readWorkflow } from './definition/readWorkflow.ts';

const maxIssues = 50;

/** Reads a workflow file. Throws `workflow.definition-invalid` with every problem as `line 12: steps.0.check: …`. */
export function parseWorkflow(source: string, text: string): WorkflowDefinition {
  const { definition, problems } = readWorkflow(source, text);
  if (definition === null || problems.length > 0)
    throw new AppError('workflow.definition-invalid', { source, issues: problems.slice(0, maxIssues).map(problemText) });
  return definition;
}

/** A problem of a definition as one line. */
export function problemText({ line, place, problem }: DefinitionProblem): string {
  return `${line === null ? '' : `line ${line}: `}${place === '' ? '' : `${place}: `}${problem}`;
}

/** Values for a run, defaults filled in. Throws `workflow.input-invalid` for the first problem. */
export function workflowInputs(definition: WorkflowDefinition, given: InputValues): Record<string, string> {
  const { values, problems } = readInputs(definition.inputs, given);
  const [first] = problems;
  if (first !== undefined) throw new AppError('workflow.input-invalid', first);
  return values;
}

/** Names of the inputs that stand for the server's own login key because they were left empty. */
export function ownKeyInputs(definition: WorkflowDefinition, values: InputValues): string[] {
  return definition.inputs.filter((input) => input.type === 'public-key' && values[input.name] === '').map((input) => input.name);
}

const readingActions: readonly string[] = ['lint', 'fit', 'status', 'smoke-tests', 'drift', 'verify-backup', 'logs', 'evidence'];

/** Whether a step changes the server that it runs on. */
export function stepMutates(step: PlainStep): boolean {
  switch (step.kind) {
    case 'command':
      return step.effect !== 'read';
    case 'stack':
      return !readingActions.includes(step.action);
    case 'reboot':
      return true;
    case 'question':
    case 'approval':
    case 'wait':
    case 'local':
      return false;
  }
}

/** The last line of an output that says something; what a check or verify script proves. At most 200 characters. */
export function proofLine(output: string): string | null {
  const line = output
    .split('\n')
    .map((each) => each.trim())
    .findLast((each) => each !== '');
  return line === undefined ? null : line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
