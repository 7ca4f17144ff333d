import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type PlacedServer, placeStack } from '../definition/placement.ts';
import { renderStack } from '../definition/renderStack.ts';
import { openStackCatalog } from '../definition/stackCatalog.ts';
import { lintRendered } from './lintRendered.ts';
import { serverOf } from './testLint.ts';

const catalog = openStackCatalog(join(import.meta.dirname, '../../../../../resources/stacks'));
const ids = await catalog.ids();

test.each(ids)('%s has no errors, with no profile, with all, in every environment', async (id) => {
  const source = await catalog.get(id);
  const { definition } = source;
  const all = definition.profiles.map(({ name }) => name);
  const bySize = definition.parameters.filter(({ type, choices }) => type === 'choice' && (choices?.length ?? 0) <= 6);
  const given = Object.fromEntries(
    definition.parameters.flatMap(({ name, default: value }) =>
      value === undefined ? [[name, name.endsWith('Image') ? `registry.example.com/acme/${name.toLowerCase()}:1.0.0` : 'example']] : [],
    ),
  );
  const values = [{}, ...bySize.flatMap(({ name, choices = [] }) => choices.map((choice) => ({ [name]: choice })))];
  const settings = [{ profiles: [] }, { profiles: all }, ...(['development', 'staging', 'production'] as const).map((environment) => ({ environment }))];
  let notes = 0;
  let renderings = 0;
  for (const parameters of values) {
    for (const setting of Object.keys(parameters).length === 0 ? settings : [{ profiles: all }]) {
      const stack = renderStack(source, { ...given, ...parameters }, setting);
      const { findings } = lintRendered({ stack, definition, server: null });
      const errors = findings.filter(({ severity }) => severity === 'error');
      expect({ id, parameters, setting, errors }).toEqual({ id, parameters, setting, errors: [] });
      notes = Math.max(notes, findings.length);
      renderings += 1;
    }
  }
  console.log(`${id}: ${renderings} renderings without an error, at most ${notes} warnings and notes`);
});

test('over several servers by role no part of BankSight has an error, though most lack what the others run', async () => {
  const source = await catalog.get('banksight');
  const servers = ['10.1.0.1', '10.1.0.2', '10.1.0.3'].map((host) => ({ name: host, host }) as PlacedServer);
  const [data = '', backend = '', front = ''] = servers.map(({ name }) => name);
  const placed = placeStack(source.definition, servers, { data: [data], backend: [data, backend], front: [front] });
  expect([...placed.keys()]).toEqual([data, backend, front]);
  for (const [name, placement] of placed) {
    const stack = renderStack(source, {}, { placement, profiles: ['monitoring'] });
    const { findings } = lintRendered({ stack, definition: source.definition, server: null });
    expect({ name, errors: findings.filter(({ severity }) => severity === 'error') }).toEqual({ name, errors: [] });
  }
});

test('a gateway that is bound to every address of a server is refused, and says so', async () => {
  const source = await catalog.get('privaxai');
  const stack = renderStack(source, { bindAddress: '0.0.0.0' });
  const report = lintRendered({ stack, definition: source.definition, server: serverOf({ ufwActive: true }) });
  expect(report.findings.filter(({ severity }) => severity === 'error')).toMatchObject([
    { rule: 'published-ports', trap: 'X-002', place: { file: 'compose.yaml', service: 'tensorzero' } },
  ]);
});
