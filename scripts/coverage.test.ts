import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..');
const rows = readFileSync(join(root, 'docs/coverage.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| R-'));
const files = new Set(
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .map((file) => basename(file)),
);

/** `{a,b}.test.ts` as `a.test.ts b.test.ts`. */
function withoutBraces(row: string): string {
  return row.replaceAll(/\{([^}]*)\}([\w.]*)/g, (_, names: string, end: string) =>
    names
      .split(',')
      .map((name) => `${name}${end}`)
      .join(' '),
  );
}

/** Requirements that checklists, runbooks, backups and incidents carry. */
const ofWorkflows = [
  [15, 26],
  [56, 62],
  [64, 98],
  [116, 123],
  [151, 151],
  [156, 158],
].flatMap(([first = 0, last = 0]) => Array.from({ length: last - first + 1 }, (_, index) => `R-${String(first + index).padStart(3, '0')}`));

it('every requirement of the workflows has a row', () => {
  const carried = new Set(rows.flatMap((row) => row.split('|')[1]?.match(/R-\d{3}/g) ?? []));
  expect(ofWorkflows.filter((requirement) => !carried.has(requirement))).toEqual([]);
});

it('every test and every definition that a row names is there', () => {
  const named = rows.flatMap((row) => [...withoutBraces(row).matchAll(/[\w-]+(?:\.[\w-]+)*\.(?:test|spec)\.tsx?/g)].map(([file]) => file));
  const definitions = rows.flatMap((row) => [...row.matchAll(/`(?:[\w-]+\/)*([\w-]+\.yaml)`/g)].map(([, file = '']) => file));
  expect(named.length).toBeGreaterThan(200);
  expect([...new Set([...named, ...definitions])].filter((file) => !files.has(file))).toEqual([]);
});

it('every step that a row names after its definition is in it', () => {
  const steps = new Map<string, Set<string>>();
  for (const directory of ['resources/workflows', 'resources/runbooks']) {
    for (const file of readdirSync(join(root, directory)).filter((name) => name.endsWith('.yaml'))) {
      const definition = parse(readFileSync(join(root, directory, file), 'utf8')) as { steps: { id: string }[] };
      steps.set(file, new Set(definition.steps.map(({ id }) => id)));
    }
  }
  const named = rows.flatMap((row) =>
    [...row.matchAll(/`(?:[\w-]+\/)*([\w-]+\.yaml)`:? ((?:`[a-z0-9-]+`(?:, )?)+)/g)].flatMap(([, file = '', list = '']) =>
      [...list.matchAll(/`([a-z0-9-]+)`/g)].map(([, step = '']) => ({ file, step })),
    ),
  );
  expect(named.length).toBeGreaterThan(60);
  expect(named.filter(({ file, step }) => steps.has(file) && !steps.get(file)?.has(step))).toEqual([]);
});
