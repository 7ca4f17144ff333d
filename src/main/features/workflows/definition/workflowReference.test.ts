import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { workflowDefinitionSchema } from '../../../../shared/model/workflow.ts';
import { lintWorkflow } from '../lint/lintWorkflow.ts';

interface Shape {
  properties?: Record<string, Shape>;
  required?: string[];
  items?: Shape;
  oneOf?: Shape[];
  enum?: string[];
  const?: string;
}

const page = readFileSync(join(import.meta.dirname, '../../../../../docs/guide/workflow-reference.md'), 'utf8');
const schema = z.toJSONSchema(workflowDefinitionSchema, { io: 'input' }) as Shape;
const kinds = schema.properties?.['steps']?.items?.oneOf ?? [];
const common = fieldsUnder('## Every step');

/** Fields of the first table after a heading, with whether they are needed. */
function fieldsUnder(heading: string): Record<string, boolean> {
  const at = page.indexOf(`${heading}\n`);
  expect(at, heading).toBeGreaterThan(-1);
  const [, ...rest] = page.slice(at).split('\n');
  const end = rest.findIndex((line) => line.startsWith('#'));
  const rows = rest.slice(0, end === -1 ? undefined : end).flatMap((line) => /^\| `(\w+)` \| (yes)? *\|/.exec(line) ?? []);
  return Object.fromEntries(Array.from({ length: rows.length / 3 }, (_, n) => [rows[n * 3 + 1] ?? '', rows[n * 3 + 2] === 'yes']));
}

/** The same of a schema. */
function fieldsOf({ properties = {}, required = [] }: Shape, leave: readonly string[] = []): Record<string, boolean> {
  return Object.fromEntries(Object.keys(properties).flatMap((name) => (leave.includes(name) ? [] : [[name, required.includes(name)]])));
}

test('the page tells every field of a file and of an input, and which are needed', () => {
  expect(fieldsUnder('## File')).toEqual(fieldsOf(schema));
  expect(fieldsUnder('## Inputs')).toEqual(fieldsOf(schema.properties?.['inputs']?.items ?? {}));
});

test.each(kinds.map((kind) => [kind.properties?.['kind']?.const ?? '', kind] as const))('the page tells every field of a step of kind %s', (name, kind) => {
  const heading = new RegExp(`^## .*\\(\`kind: ${name}\`\\)$`, 'm').exec(page)?.[0] ?? `kind: ${name}`;
  expect({ ...common, ...fieldsUnder(heading) }).toEqual(fieldsOf(kind, ['kind']));
});

test('the page tells every probe, and every value of what is one of several', () => {
  const probes = kinds.find((kind) => kind.properties?.['kind']?.const === 'local')?.properties?.['probe']?.oneOf ?? [];
  for (const probe of probes) expect(fieldsUnder(`### \`type: ${probe.properties?.['type']?.const}\``)).toEqual(fieldsOf(probe, ['type']));
  const values = kinds.flatMap(({ properties = {} }) => Object.values(properties).flatMap((property) => property.enum ?? []));
  for (const value of [...values, ...(schema.properties?.['inputs']?.items?.properties?.['type']?.enum ?? [])]) expect(page).toContain(`\`${value}\``);
});

test('the example of the page lints without a finding', async () => {
  const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const report = await lintWorkflow('motd.yaml', example, { workflows: new Set(), stacks: new Set() });
  expect(report).toMatchObject({ findings: [], scripts: 2 });
});
