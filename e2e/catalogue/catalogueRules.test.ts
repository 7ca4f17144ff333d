import { expect, test } from 'vitest';
import { type WorkflowDefinition, workflowDefinitionSchema } from '../../src/shared/model/workflow.ts';
import { catalogueCommands, catalogueLines, judgeCatalogue } from './catalogueRules.ts';

const command = { title: 'T', why: 'W', sudo: false, effect: 'idempotent', risk: 'none', timeoutS: 10 };
const definition = (id: string, steps: unknown[], inputs: unknown[] = []): WorkflowDefinition =>
  workflowDefinitionSchema.parse({ id, version: 1, title: id, summary: '', kind: 'checklist', inputs, steps });

const inner = definition('inner', [{ ...command, id: 'a', check: 'look', apply: 'do', verify: 'look', rollback: 'undo' }]);
const outer = definition(
  'outer',
  [
    { kind: 'workflow', id: 'sub', title: 'T', why: 'W', workflow: 'inner' },
    { ...command, id: 'sub.own', check: 'other', apply: 'change' },
    { kind: 'local', id: 'out', title: 'T', why: 'W', probe: { type: 'dns', name: 'x' } },
    { kind: 'approval', id: 'ok', title: 'T', why: 'W', statement: 'S' },
  ],
  [{ name: 'disk', title: 'Disk', type: 'text', offer: 'list', default: '' }],
);
const definitions = [inner, outer];
const inOuter = (step: string, part: 'check' | 'apply' | 'verify' | 'rollback' | 'probe' | 'offer') => ({ workflow: 'outer', step, part });

test('a command is a script, a probe or an action; a verify that is the check again is none of its own', () => {
  expect(catalogueCommands(definitions).map(({ workflow, step, part }) => `${workflow} ${step} ${part}`)).toEqual([
    ...['inner a check', 'inner a apply', 'inner a rollback'],
    ...['outer disk offer', 'outer sub.own check', 'outer sub.own apply', 'outer out probe'],
  ]);
});

test('steps of a sub-workflow count for the definition that they come from', () => {
  const ran = [inOuter('sub.a', 'verify'), inOuter('sub.a', 'apply'), inOuter('sub.own', 'check'), inOuter('disk', 'offer')];
  const verdict = judgeCatalogue(definitions, ran, [{ workflow: 'inner', step: 'a', part: 'rollback', reason: 'nvidia-driver' }]);
  expect(verdict).toEqual({
    ...{ commands: 7, executed: 4, listed: { 'nvidia-driver': 1 } },
    ...{ missing: ['outer sub.own apply', 'outer out probe'], listedButRan: [], listedButGone: [] },
  });
  expect(catalogueLines(verdict, 2)).toEqual([
    'catalogue: 2 workflows and runbooks, 7 commands, 4 executed on test servers, 1 not executable here (nvidia-driver 1), 2 missing',
  ]);
});

test('what is listed must not run, must be there, and is not excused under the name of the workflow around it', () => {
  const listed = [
    { workflow: 'inner', step: 'a', part: 'apply' as const, reason: 'saas' as const },
    { workflow: 'outer', step: 'sub.a', part: 'rollback' as const, reason: 'saas' as const },
  ];
  const verdict = judgeCatalogue(definitions, [inOuter('sub.a', 'apply')], listed);
  expect(verdict.listedButRan).toEqual(['inner a apply']);
  expect(verdict.listedButGone).toEqual(['outer sub.a rollback']);
  expect(verdict.missing).toContain('inner a rollback');
});

test('to list a verify that is the check again does neither harm nor good', () => {
  const listed = [{ workflow: 'inner', step: 'a', part: 'verify' as const, reason: 'saas' as const }];
  const verdict = judgeCatalogue(definitions, [], listed);
  expect(verdict).toMatchObject({ listed: {}, listedButGone: [], listedButRan: [] });
  expect(verdict.missing).toContain('inner a check');
});

test('runs of definitions that are not shipped count for nothing', () => {
  expect(judgeCatalogue(definitions, [{ workflow: 'mine', step: 'a', part: 'apply' }], []).executed).toBe(0);
});
