import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allRules } from './allRules.ts';
import { explain, readTraps } from './traps.ts';

const root = join(import.meta.dirname, '../../../../..');
const traps = readTraps('traps.yaml', readFileSync(join(root, 'resources/traps/traps.yaml'), 'utf8'));
const all = Array.from({ length: 133 }, (_, index) => `X-${String(index + 1).padStart(3, '0')}`);
const camel = (id: string) => id.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
const textOf = (id: string, end: string) => readFileSync(join(import.meta.dirname, 'rules', `${camel(id)}${end}`), 'utf8');

test('all 133 traps are classed, each once', () => {
  expect(traps.map(({ id }) => id)).toEqual(all);
  const counts = Map.groupBy(traps, (trap) => trap.class);
  console.log(`traps by class: ${[...counts].map(([name, list]) => `${name} ${list.length}`).join(', ')}; ${allRules.length} rules`);
});

test('the table of the guide classes the same, and names the rules and the tests', () => {
  const rows = readFileSync(join(root, 'docs/coverage.md'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const row = /^\| (X-\d{3}) [^|]*\| (\w+) \| ([^|]*) \| ([^|]*) \|$/.exec(line);
      return row === null ? [] : [row.slice(1)];
    });
  expect(rows.map(([id, kind]) => [id, kind])).toEqual(traps.map((trap) => [trap.id, trap.class]));
  for (const [id = '', kind, where = ''] of rows) {
    const named = allRules.filter((rule) => rule.traps.includes(id)).map((rule) => `\`${rule.id}\``);
    if (kind === 'lint') expect([id, where]).toEqual([id, named.join(', ')]);
  }
});

test('what is classed as lint has a rule that finds it, tried by a test, and nothing else has', () => {
  const found = new Set(allRules.flatMap((rule) => rule.traps));
  expect(traps.filter((trap) => trap.class === 'lint').map(({ id }) => id)).toEqual([...found].sort());
  for (const rule of allRules) {
    const [code, tests] = [textOf(rule.id, '.ts'), textOf(rule.id, '.test.ts')];
    for (const trap of rule.traps) expect([rule.id, trap, code.split(trap).length > 2, tests.includes(trap)]).toEqual([rule.id, trap, true, true]);
  }
});

test('every rule has its file, its id once, and a test with a bad and a good case', () => {
  expect(new Set(allRules.map(({ id }) => id)).size).toBe(allRules.length);
  for (const { id } of allRules) {
    const tests = textOf(id, '.test.ts');
    expect([id, (tests.match(/\btest(?:\.each\([\s\S]*?\))?\(/g) ?? []).length >= 3, /toEqual\(\[\]\)|findings: \[\]/.test(tests)]).toEqual([id, true, true]);
  }
});

test('explains any trap and any rule, and refuses what is neither', () => {
  for (const id of all) expect(explain(traps, id).trap?.id).toBe(id);
  for (const { id } of allRules) expect(explain(traps, id).rules).toMatchObject([{ id }]);
  expect(explain(traps, 'x13')).toMatchObject({ trap: { id: 'X-013' }, rules: [{ id: 'vram-packing' }] });
  expect(explain(traps, 'vram-packing').traps.map(({ id }) => id)).toEqual(['X-013', 'X-014', 'X-022']);
  for (const odd of ['X-134', 'X-000', 'nothing', '', 'X-']) expect(() => explain(traps, odd)).toThrow('lint.not-found');
  expect(() => readTraps('t.yaml', 'traps: [{ id: X-1 }]')).toThrow('catalogue.unusable');
});
