import { AppError } from '../../../../shared/errors.ts';
import type { StepCondition } from '../../../../shared/model/stepCondition.ts';
import type { WorkflowDefinition } from '../../../../shared/model/workflow.ts';
import type { PlainStep, WorkflowStep } from '../../../../shared/model/workflowStep.ts';

const maxDepth = 5;
const maxSteps = 300;
/** As in a matrix. */
const maxIdCharacters = 64;

/**
 * A step with the values that the workflow around it gives to its inputs, by name; they are templates over the run's inputs. `scope`: the
 * step that stands for its workflow; what is answered there counts there alone.
 */
export type FlatStep = PlainStep & { given?: Readonly<Record<string, string>>; scope?: string };

/**
 * Puts the steps of sub-workflows in place, so that a run is one matrix. Ids get the prefix of the step that named the sub-workflow, and
 * so do `needs` and conditions inside; its condition holds for every step of it. Throws `workflow.definition-invalid` for one that names
 * itself, for too many, and what `find` throws.
 */
export async function flattenWorkflow(definition: WorkflowDefinition, find: (id: string) => Promise<WorkflowDefinition>): Promise<FlatStep[]> {
  const steps = await flatten(definition, find, [definition.id]);
  const long = steps.find(({ id }) => id.length > maxIdCharacters);
  if (long !== undefined) throw invalid(definition.id, `the id ${long.id} is longer than ${maxIdCharacters} characters`);
  if (steps.length > maxSteps) throw invalid(definition.id, `with its sub-workflows it has ${steps.length} steps; ${maxSteps} at most`);
  return steps;
}

async function flatten(definition: WorkflowDefinition, find: (id: string) => Promise<WorkflowDefinition>, path: readonly string[]): Promise<FlatStep[]> {
  const steps: FlatStep[] = [];
  for (const step of definition.steps) {
    if (step.kind !== 'workflow') {
      steps.push(step);
      continue;
    }
    if (path.includes(step.workflow)) throw invalid(definition.id, `step ${step.id}: ${[...path, step.workflow].join(' → ')} goes round`);
    if (path.length >= maxDepth) throw invalid(definition.id, `step ${step.id}: sub-workflows go ${maxDepth} deep at most`);
    const sub = await find(step.workflow);
    for (const problem of inputProblems(sub, step.inputs ?? {})) throw invalid(definition.id, `step ${step.id}: ${problem}`);
    const given = { ...defaultsOf(sub), ...step.inputs };
    const inner = await flatten(sub, find, [...path, step.workflow]);
    const ids = new Set(inner.map(({ id }) => id));
    steps.push(...inner.map((each) => within(step, each, ids, given)));
  }
  return widened(steps, definition.steps);
}

/** A `needs` that names a sub-workflow means all of its steps. */
function widened(steps: readonly FlatStep[], top: readonly WorkflowStep[]): FlatStep[] {
  const subs = new Map(
    top.flatMap(({ kind, id }) => (kind === 'workflow' ? [[id, steps.filter((step) => step.id.startsWith(`${id}.`)).map((step) => step.id)]] : [])),
  );
  if (subs.size === 0) return [...steps];
  return steps.map((step) => (step.needs === undefined ? step : { ...step, needs: step.needs.flatMap((id) => subs.get(id) ?? [id]) }));
}

function within(
  outer: Extract<WorkflowStep, { kind: 'workflow' }>,
  step: FlatStep,
  ids: ReadonlySet<string>,
  given: Readonly<Record<string, string>>,
): FlatStep {
  const renamed = (id: string) => (ids.has(id) ? `${outer.id}.${id}` : id);
  const own = step.when === undefined ? undefined : renameSteps(step.when, renamed);
  const when = outer.when === undefined ? own : own === undefined ? outer.when : { all: [outer.when, own] };
  const inputs = step.given === undefined ? given : Object.fromEntries(Object.entries(step.given).map(([name, value]) => [name, fill(value, given)]));
  const needs = [...(outer.needs ?? []), ...(step.needs ?? []).map(renamed)];
  const onFailure = outer.onFailure ?? step.onFailure;
  return {
    ...step,
    id: renamed(step.id),
    given: inputs,
    scope: step.scope === undefined ? outer.id : `${outer.id}.${step.scope}`,
    group: step.group ?? outer.title,
    ...(when !== undefined && { when }),
    ...(needs.length > 0 && { needs }),
    ...(onFailure !== undefined && { onFailure }),
  };
}

function renameSteps(condition: StepCondition, renamed: (id: string) => string): StepCondition {
  if ('all' in condition) return { all: condition.all.map((each) => renameSteps(each, renamed)) };
  if ('any' in condition) return { any: condition.any.map((each) => renameSteps(each, renamed)) };
  if ('not' in condition) return { not: renameSteps(condition.not, renamed) };
  return 'step' in condition ? { ...condition, step: renamed(condition.step) } : condition;
}

/** Inputs of a sub-workflow that it does not have, or needs and is not given. */
function* inputProblems(sub: WorkflowDefinition, given: Readonly<Record<string, string>>): Generator<string> {
  const names = new Set(sub.inputs.map(({ name }) => name));
  for (const name of Object.keys(given)) if (!names.has(name)) yield `${sub.id} has no input ${name}`;
  for (const { name, default: value } of sub.inputs) if (value === undefined && given[name] === undefined) yield `${sub.id} needs the input ${name}`;
}

function defaultsOf(definition: WorkflowDefinition): Record<string, string> {
  return Object.fromEntries(definition.inputs.map(({ name, default: value }) => [name, value ?? '']));
}

/** Fills `${inputs.NAME}` from values that may themselves be templates of the workflow around. */
function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{inputs\.([a-zA-Z0-9]+)\}/g, (whole, name: string) => values[name] ?? whole);
}

function invalid(source: string, issue: string): AppError {
  return new AppError('workflow.definition-invalid', { source, issues: [issue] });
}
