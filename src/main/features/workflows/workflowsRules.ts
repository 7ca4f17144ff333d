import { AppError } from '../../../shared/errors.ts';
import { readInputs } from '../../../shared/model/inputValues.ts';
import { type InputValues, type WorkflowDefinition, type WorkflowStep, workflowDefinitionSchema } from '../../../shared/model/workflow.ts';
import { readYaml } from '../../commands/readYaml.ts';
import { unknownKeys } from '../../commands/unknownKeys.ts';

const maxIssues = 50;

/**
 * Reads a workflow file. Throws `workflow.definition-invalid` with every problem as `line 12: steps.0.check: …`. The file's name
 * without `.yaml` must be the workflow's id, so that a file can be found from what it is called.
 */
export function parseWorkflow(source: string, text: string): WorkflowDefinition {
  const yaml = readYaml(text);
  if (!yaml.ok)
    throw invalid(
      source,
      yaml.problems.map(({ line, problem }) => `${line === null ? '' : `line ${line}: `}${problem}`),
    );
  const parsed = workflowDefinitionSchema.safeParse(yaml.value);
  if (!parsed.success) {
    throw invalid(
      source,
      parsed.error.issues.map((issue) => `${at(yaml.lineOf(issue.path))}${issue.path.map(String).join('.') || 'file'}: ${issue.message}`),
    );
  }
  const unknown = unknownKeys(yaml.value, parsed.data).map((path) => `${path}: there is no such field`);
  const issues = [...unknown, ...crossChecks(parsed.data, source)];
  if (issues.length > 0) throw invalid(source, issues);
  return parsed.data;
}

function* crossChecks(definition: WorkflowDefinition, source: string): Generator<string> {
  const expectedName = `${definition.id}.yaml`;
  if (source.split(/[\\/]/).at(-1) !== expectedName) yield `id: the file of ${definition.id} must be called ${expectedName}`;
  const inputs = new Set<string>();
  for (const input of definition.inputs) {
    if (inputs.has(input.name)) yield `inputs: ${input.name} appears twice`;
    inputs.add(input.name);
    if (input.type === 'choice' && (input.choices ?? []).length === 0) yield `inputs.${input.name}: a choice needs choices`;
    if (input.default === undefined) continue;
    for (const { problem } of readInputs([input], {}).problems) yield `inputs.${input.name}.default: ${problem}`;
  }
  const steps = new Set<string>();
  for (const step of definition.steps) {
    if (steps.has(step.id)) yield `steps: ${step.id} appears twice`;
    steps.add(step.id);
    if (step.proveLogin !== undefined && !inputs.has(step.proveLogin)) yield `steps.${step.id}.proveLogin: there is no input ${step.proveLogin}`;
  }
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

/** What the steps do to the servers, in one word for the guard and the list. */
export function workflowMutates(definition: WorkflowDefinition, checkOnly: boolean): boolean {
  return !checkOnly && definition.steps.some((step: WorkflowStep) => step.effect !== 'read');
}

/** The last line of an output that says something; what a check or verify script proves. At most 200 characters. */
export function proofLine(output: string): string | null {
  const line = output
    .split('\n')
    .map((each) => each.trim())
    .findLast((each) => each !== '');
  return line === undefined ? null : line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

function at(line: number | null): string {
  return line === null ? '' : `line ${line}: `;
}

function invalid(source: string, issues: readonly string[]): AppError {
  return new AppError('workflow.definition-invalid', { source, issues: issues.slice(0, maxIssues) });
}
