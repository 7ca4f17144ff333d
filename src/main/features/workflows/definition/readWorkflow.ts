import { readInputs } from '../../../../shared/model/inputValues.ts';
import type { StepCondition } from '../../../../shared/model/stepCondition.ts';
import { type WorkflowDefinition, workflowDefinitionSchema } from '../../../../shared/model/workflow.ts';
import type { WorkflowStep } from '../../../../shared/model/workflowStep.ts';
import { readYaml } from '../../../commands/readYaml.ts';
import { unknownKeys } from '../../../commands/unknownKeys.ts';

/** Something wrong in a definition: where (`steps.packages.check`), in which line if that is known, and what. */
export interface DefinitionProblem {
  place: string;
  line: number | null;
  problem: string;
}

/** A definition as far as it could be read. */
export interface ReadWorkflow {
  /** Null: its shape is not that of a definition. */
  definition: WorkflowDefinition | null;
  problems: DefinitionProblem[];
  /** The line of a value, or of its nearest parent. */
  lineOf(path: readonly PropertyKey[]): number | null;
}

/** Reads a workflow file with everything that is wrong with it in itself. The file's name without `.yaml` must be the workflow's id. */
export function readWorkflow(source: string, text: string): ReadWorkflow {
  const yaml = readYaml(text);
  if (!yaml.ok) return { definition: null, problems: yaml.problems.map((each) => ({ place: '', ...each })), lineOf: () => null };
  const { value, lineOf } = yaml;
  const parsed = workflowDefinitionSchema.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({ place: path.map(String).join('.') || 'file', line: lineOf(path), problem: message }));
    return { definition: null, problems, lineOf };
  }
  const definition = parsed.data;
  const unknown = unknownKeys(value, definition).map((place) => ({ place, line: lineOf(place.split('.')), problem: 'there is no such field' }));
  const crossed = [...crossChecks(definition, source)].map(({ path, problem, place }) => ({
    place: place ?? path.map(String).join('.'),
    line: lineOf(path),
    problem,
  }));
  return { definition, problems: [...unknown, ...crossed], lineOf };
}

interface Crossed {
  path: readonly PropertyKey[];
  problem: string;
  /** Where steps are called by their id, not by their number. */
  place?: string;
}

function* crossChecks(definition: WorkflowDefinition, source: string): Generator<Crossed> {
  const expectedName = `${definition.id}.yaml`;
  if (source.split(/[\\/]/).at(-1) !== expectedName) yield { path: ['id'], problem: `the file of ${definition.id} must be called ${expectedName}` };
  const inputs = new Set<string>();
  for (const [index, input] of definition.inputs.entries()) {
    const path = ['inputs', index];
    if (inputs.has(input.name)) yield { path, place: 'inputs', problem: `${input.name} appears twice` };
    inputs.add(input.name);
    const place = `inputs.${input.name}`;
    if (input.type === 'choice' && (input.choices ?? []).length === 0) yield { path, place, problem: 'a choice needs choices' };
    if (input.default === undefined) continue;
    for (const { problem } of readInputs([input], {}).problems) yield { path: [...path, 'default'], place: `${place}.default`, problem };
  }
  const steps = new Set<string>();
  for (const [index, step] of definition.steps.entries()) {
    if (steps.has(step.id)) yield { path: ['steps', index], place: 'steps', problem: `${step.id} appears twice` };
    for (const { field, problem } of stepProblems(step, definition, steps))
      yield { path: ['steps', index, field], place: `steps.${step.id}.${field}`, problem };
    steps.add(step.id);
  }
}

function* stepProblems(step: WorkflowStep, definition: WorkflowDefinition, earlier: ReadonlySet<string>): Generator<{ field: string; problem: string }> {
  const input = (name: string) => definition.inputs.find((each) => each.name === name);
  for (const id of step.needs ?? []) if (!earlier.has(id)) yield { field: 'needs', problem: `there is no earlier step ${id}` };
  if (step.when !== undefined) for (const problem of conditionProblems(step.when, definition, earlier)) yield { field: 'when', problem };
  if (step.kind === 'command') {
    if (step.effect === 'read' && step.apply !== undefined) yield { field: 'apply', problem: 'a step of effect read has a check alone' };
    if (step.effect === 'read' && step.check === undefined) yield { field: 'check', problem: 'a step of effect read needs one' };
    if (step.effect !== 'read' && step.apply === undefined) yield { field: 'apply', problem: 'a step that changes something needs one' };
    if (step.effect === 'idempotent' && step.check === undefined) yield { field: 'check', problem: 'an idempotent step needs one' };
    if (step.effect !== 'read' && step.finding !== undefined) yield { field: 'finding', problem: 'only a step of effect read has one' };
    if (step.risk === 'lockout' && step.rollback === undefined) yield { field: 'rollback', problem: 'a step that could lock us out needs one' };
    if (step.risk === 'lockout' && !step.sudo) yield { field: 'sudo', problem: 'a guard needs root' };
    if (step.risk === 'lockout' && step.rollback?.includes('PH_SECRETS') === true)
      yield { field: 'rollback', problem: 'a guard keeps no secrets: the server runs it by itself' };
    if (step.proveLogin !== undefined && input(step.proveLogin) === undefined) yield { field: 'proveLogin', problem: `there is no input ${step.proveLogin}` };
    if (step.switchLogin === true && step.proveLogin === undefined) yield { field: 'switchLogin', problem: 'only a login that was proved can be switched to' };
    for (const name of step.secrets ?? []) if (input(name)?.type !== 'secret') yield { field: 'secrets', problem: `${name} is no input of type secret` };
  }
  if (step.kind === 'question') {
    const hasChoices = (step.choices ?? []).length > 0 || step.choicesFrom !== undefined;
    if ((step.ask === 'choice') !== hasChoices) yield { field: 'choices', problem: 'a choice, and nothing else, needs choices or choicesFrom' };
    if (step.input !== undefined && input(step.input) === undefined) yield { field: 'input', problem: `there is no input ${step.input}` };
  }
}

function* conditionProblems(condition: StepCondition, definition: WorkflowDefinition, earlier: ReadonlySet<string>): Generator<string> {
  if ('all' in condition) for (const each of condition.all) yield* conditionProblems(each, definition, earlier);
  else if ('any' in condition) for (const each of condition.any) yield* conditionProblems(each, definition, earlier);
  else if ('not' in condition) yield* conditionProblems(condition.not, definition, earlier);
  else if ('input' in condition && !definition.inputs.some(({ name }) => name === condition.input)) yield `there is no input ${condition.input}`;
  else if ('step' in condition && !earlier.has(condition.step)) yield `there is no earlier step ${condition.step}`;
}
