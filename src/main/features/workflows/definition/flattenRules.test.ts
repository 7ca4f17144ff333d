// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are what is filled here
import { expect, test } from 'vitest';
import { type WorkflowDefinition, workflowDefinitionSchema } from '../../../../shared/model/workflow.ts';
import { flattenWorkflow } from './flattenRules.ts';

const command = (id: string, more: object = {}) => ({
  ...{ id, title: id, why: 'W', sudo: false, effect: 'read', risk: 'none', timeoutS: 5, check: 'true' },
  ...more,
});
const sub = (id: string, workflow: string, more: object = {}) => ({ kind: 'workflow', id, title: `Part ${id}`, why: 'W', workflow, ...more });
const input = (name: string, value?: string) => ({ name, title: name, type: 'text', ...(value !== undefined && { default: value }) });
const definition = (id: string, steps: unknown[], inputs: unknown[] = []): WorkflowDefinition =>
  workflowDefinitionSchema.parse({ id, version: 1, title: id, summary: '', kind: 'checklist', inputs, steps });

const flatten = (definitions: WorkflowDefinition[]) => {
  const [top] = definitions;
  if (top === undefined) throw new Error('nothing to flatten');
  return flattenWorkflow(top, async (id) => {
    const found = definitions.find((each) => each.id === id);
    if (found === undefined) throw new Error(`no ${id}`);
    return found;
  });
};

test('steps of sub-workflows stand in place, with what they need, their conditions, values and scope', async () => {
  const steps = await flatten([
    definition(
      'top',
      [
        command('a'),
        sub('mid', 'middle', { needs: ['a'], when: { input: 'x', is: ['1'] }, inputs: { y: 'is ${inputs.x}' } }),
        command('z', { needs: ['mid'] }),
      ],
      [input('x', '1')],
    ),
    definition(
      'middle',
      [command('b', { when: { step: 'c', ended: ['done'] } }), sub('in', 'inner', { inputs: { w: '${inputs.y}!' } })],
      [input('y'), input('unused', 'u')],
    ),
    definition('inner', [command('c'), command('d', { needs: ['c'] })], [input('w')]),
  ]);
  expect(steps.map(({ id }) => id)).toEqual(['a', 'mid.b', 'mid.in.c', 'mid.in.d', 'z']);
  expect(steps.map(({ scope }) => scope)).toEqual([undefined, 'mid', 'mid.in', 'mid.in', undefined]);
  expect(steps.map(({ needs }) => needs)).toEqual([undefined, ['a'], ['a'], ['a', 'mid.in.c'], ['mid.b', 'mid.in.c', 'mid.in.d']]);
  expect(steps[1]).toMatchObject({ group: 'Part mid', given: { y: 'is ${inputs.x}', unused: 'u' }, when: { all: [{ input: 'x', is: ['1'] }, { step: 'c' }] } });
  expect(steps[3]).toMatchObject({ given: { w: 'is ${inputs.x}!' }, when: { input: 'x', is: ['1'] } });
});

test('conditions inside name the steps inside', async () => {
  const when = { any: [{ step: 'c', ended: ['done'] }, { not: { all: [{ step: 'c', answered: ['no'] }, { environment: ['staging'] }] } }] };
  const steps = await flatten([definition('top', [sub('s', 'inner')]), definition('inner', [command('c'), command('d', { when })])]);
  expect(JSON.stringify(steps[1]?.when)).toBe(JSON.stringify(when).replaceAll('"step":"c"', '"step":"s.c"'));
});

test.each([
  ['goes round', [definition('top', [sub('s', 'other')]), definition('other', [sub('t', 'top')])], 'step t: top → other → top goes round'],
  [
    'names an input that is not there',
    [definition('top', [sub('s', 'other', { inputs: { no: '1' } })]), definition('other', [command('c')])],
    'step s: other has no input no',
  ],
  [
    'does not give what is needed',
    [definition('top', [sub('s', 'other')]), definition('other', [command('c')], [input('must')])],
    'step s: other needs the input must',
  ],
  [
    'makes ids too long',
    [definition('top', [sub(`s${'x'.repeat(40)}`, 'other')]), definition('other', [command(`c${'y'.repeat(40)}`)])],
    expect.stringContaining('is longer than 64 characters'),
  ],
])('one that %s is refused', async (_what, definitions, issue) => {
  await expect(flatten(definitions)).rejects.toMatchObject({ code: 'workflow.definition-invalid', data: { issues: [issue] } });
});
