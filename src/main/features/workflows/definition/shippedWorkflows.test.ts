import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lintWorkflow } from '../lint/lintWorkflow.ts';
import { flattenWorkflow } from './flattenRules.ts';
import { openWorkflowCatalog } from './workflowCatalog.ts';

const resources = join(import.meta.dirname, '../../../../../resources');
const folders = [join(resources, 'workflows'), join(resources, 'runbooks')];
const catalog = openWorkflowCatalog({ shipped: folders, own: [] });
const stacks = new Set(readdirSync(join(resources, 'stacks')));
const ids = await catalog.ids();
const known = { workflows: new Set(ids), stacks };

test('every file of the catalogue can be used, none twice', async () => {
  const { workflows, broken } = await catalog.library();
  expect(broken).toEqual([]);
  expect(workflows.length).toBe(ids.length);
});

let scripts = 0;
test.each(ids)('%s lints without a finding, its scripts read by shellcheck', async (id) => {
  const report = await lintWorkflow(`${id}.yaml`, await catalog.text(id), known);
  expect(report.findings).toEqual([]);
  expect(report.shellcheck).toBe(true);
  scripts += report.scripts;
});

test('the counts are printed', () => {
  console.log(`catalogue: ${ids.length} workflows and runbooks with ${scripts} scripts lint without a finding, shellcheck of style included`);
  expect(scripts).toBeGreaterThan(0);
});

test.each(ids)('%s can be run: the workflows that it takes in fit', async (id) => {
  expect((await flattenWorkflow(await catalog.get(id), (each) => catalog.get(each))).length).toBeGreaterThan(0);
});

test('day1-base has its five steps in order', async () => {
  expect((await catalog.get('day1-base')).steps.map((step) => step.id)).toEqual(['packages', 'operator', 'docker', 'swap', 'time']);
});

test('definitions say why in every step', () => {
  for (const folder of folders) {
    for (const name of readdirSync(folder).filter((each) => each.endsWith('.yaml')))
      expect(readFileSync(join(folder, name), 'utf8'), name).not.toMatch(/^ +why: *(''|"")$/m);
  }
});
