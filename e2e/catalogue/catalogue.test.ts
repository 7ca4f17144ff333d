import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openWorkflowCatalog } from '../../src/main/features/workflows/definition/workflowCatalog.ts';
import { readExecuted } from '../fleet/support/executedCommands.ts';
import { notExecutable } from '../fleet/support/notExecutable.ts';
import { fleetObstacle } from '../fleet/testFleet.ts';
import { catalogueLines, judgeCatalogue } from './catalogueRules.ts';

const root = join(import.meta.dirname, '../..');
/** `npm test` shows it in its summary. */
const report = join(root, 'node_modules/.cache/test-reports/catalogue.txt');

describe.skipIf(fleetObstacle())('the catalogue, after the fleet suite', () => {
  test('every command of a shipped workflow or runbook ran on a test server, or is listed by name as not executable here', async () => {
    const resources = join(root, 'resources');
    const definitions = await openWorkflowCatalog({ shipped: [join(resources, 'workflows'), join(resources, 'runbooks')], own: [] }).list();
    const verdict = judgeCatalogue(definitions, readExecuted(), notExecutable);
    const lines = catalogueLines(verdict, definitions.length);
    mkdirSync(join(report, '..'), { recursive: true });
    writeFileSync(report, `${lines.join('\n')}\n`);
    console.log(lines.join('\n'));
    const { missing, listedButRan, listedButGone } = verdict;
    expect({ missing, listedButRan, listedButGone }).toEqual({ missing: [], listedButRan: [], listedButGone: [] });
  });
});
