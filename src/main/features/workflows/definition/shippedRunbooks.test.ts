import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { StepCondition } from '../../../../shared/model/stepCondition.ts';
import type { WorkflowStep } from '../../../../shared/model/workflowStep.ts';
import { stepMutates } from '../workflowsRules.ts';
import { flattenWorkflow } from './flattenRules.ts';
import { fieldRules, fieldRunbooks } from './testFieldItems.ts';
import { openWorkflowCatalog } from './workflowCatalog.ts';

const resources = join(import.meta.dirname, '../../../../../resources');
const catalog = openWorkflowCatalog({ shipped: [join(resources, 'workflows'), join(resources, 'runbooks')], own: [] });
const definitions = await catalog.list();
const runbooks = definitions.filter(({ kind }) => kind === 'runbook');
/** Runbooks that begin by a person's decision: a planned change, or a disaster that somebody declares. */
const planned = ['model-update', 'escalation', 'restore', 'dr-instance-failure', 'dr-database-corruption', 'dr-region-outage', 'dr-total-loss'];
const mending = runbooks.filter(({ id, steps }) => !planned.includes(id) && steps.some((step) => step.kind !== 'workflow' && stepMutates(step)));

test("every step of the field's runbooks is carried by a step of ours", () => {
  const covered = definitions.flatMap(({ id, steps }) => steps.flatMap((step) => (step.covers ?? []).map((item) => ({ item, by: `${id} ${step.id}` }))));
  const wanted = Object.entries(fieldRunbooks).flatMap(([id, count]) => Array.from({ length: count }, (_, index) => `${id}#${index + 1}`));
  const carriers = new Map(wanted.map((item) => [item, covered.filter((each) => each.item === item).map(({ by }) => by)]));
  const missing = wanted.filter((item) => carriers.get(item)?.length === 0);
  const several = wanted.filter((item) => (carriers.get(item)?.length ?? 0) > 1);
  console.log(
    `${wanted.length - missing.length} of ${wanted.length} steps of ${Object.keys(fieldRunbooks).length} runbooks are carried; missing: ${missing.join(', ') || 'none'}; by several: ${several.join(', ') || 'none'}`,
  );
  expect(missing).toEqual([]);
  const unknown = covered.filter(({ item }) => item.includes('#') && !wanted.includes(item));
  expect(unknown).toEqual([]);
});

test('alerts are named by rules that there are, and every critical rule leads to a runbook', () => {
  const named = runbooks.flatMap(({ alerts }) => alerts ?? []);
  expect(named.filter((rule) => !fieldRules.includes(rule))).toEqual([]);
  const critical = fieldRules.filter((rule) => rule.endsWith('-crit'));
  expect(critical.filter((rule) => !named.includes(rule))).toEqual([]);
});

test.each(runbooks)('$id says what it is for, in words of somebody who sees it', ({ triggers }) => {
  expect(triggers?.length ?? 0).toBeGreaterThan(0);
});

test.each(mending)('$id looks before it changes anything, keeps evidence, asks, and proves what it did', async (definition) => {
  const steps = await flattenWorkflow(definition, (id) => catalog.get(id));
  const firstChange = steps.findIndex(stepMutates);
  const looks = steps.slice(0, firstChange).filter((step) => step.kind === 'command' && step.effect === 'read' && step.finding === 'noted');
  expect(looks.length).toBeGreaterThan(0);
  expect(steps.slice(0, firstChange).some(({ id }) => id.startsWith('evidence.'))).toBe(definition.id !== 'cold-start');
  for (const step of steps.filter((each) => stepMutates(each))) {
    expect(`${step.id}: ${step.when === undefined ? 'always' : 'when'}`).toBe(`${step.id}: when`);
    if (step.kind === 'command') expect(`${step.id}: ${(step.verify ?? step.check) !== undefined}`).toBe(`${step.id}: true`);
    const interrupts = step.kind === 'reboot' || step.kind === 'stack' || (step.kind === 'command' && step.risk !== 'none');
    if (interrupts && !dependsOnAnswer(step, steps)) expect(step.id).toBe('load');
  }
  expect(definition.steps.at(-1)).toMatchObject({ kind: 'question' });
});

/** Whether a step only happens after a person's answer, at once or by way of the steps that it depends on. */
function dependsOnAnswer(step: Exclude<WorkflowStep, { kind: 'workflow' }>, steps: readonly WorkflowStep[]): boolean {
  const named = (condition: StepCondition | undefined): string[] => {
    if (condition === undefined) return [];
    if ('all' in condition) return condition.all.flatMap(named);
    if ('any' in condition) return condition.any.flatMap(named);
    return 'step' in condition ? [condition.step] : [];
  };
  return named(step.when).some((id) => steps.find((each) => each.id === id)?.kind === 'question');
}
