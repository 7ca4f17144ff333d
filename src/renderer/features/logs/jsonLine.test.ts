import { expect, it } from 'vitest';
import { jsonIn, jsonRows } from './jsonLine.ts';

it.each([
  ['{"level":"info","msg":"x"}', ''],
  ['{"level":"info"}\n', ''],
  ['2026-11-21T20:34:01Z gateway {"a":{"b":[1]}}', '2026-11-21T20:34:01Z gateway '],
  ['[{"a":1}]', ''],
  ['took {3 ms} {"ms":3}', 'took {3 ms} '],
])('finds the object in %j', (line, prefix) => expect(jsonIn(line)?.prefix).toBe(prefix));

it.each(['plain', '{not json}', '[INFO] started [1]', '{}', '[1,2]', '{"a":1} trailing', `{"a":"${'x'.repeat(300_000)}"}`, `${'{'.repeat(50_000)}}`])(
  'finds none in %.40s',
  (line) => expect(jsonIn(line)).toBeNull(),
);

it('gives keys and values in rows, nested ones deeper', () => {
  expect(jsonRows({ a: 'x', b: { c: 1, d: [true, null] }, e: [], f: {} })).toEqual([
    { depth: 0, key: 'a', value: 'x', kind: 'string' },
    { depth: 0, key: 'b', value: '', kind: 'holder' },
    { depth: 1, key: 'c', value: '1', kind: 'number' },
    { depth: 1, key: 'd', value: '[2]', kind: 'holder' },
    { depth: 2, key: '0', value: 'true', kind: 'boolean' },
    { depth: 2, key: '1', value: 'null', kind: 'null' },
    { depth: 0, key: 'e', value: '[]', kind: 'holder' },
    { depth: 0, key: 'f', value: '{}', kind: 'holder' },
  ]);
});

it('stays bounded, however much there is and however deep', () => {
  const many = jsonRows(Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`k${index}`, index])));
  expect([many.length, many.at(-1)?.kind]).toEqual([401, 'more']);
  let deep: unknown = 1;
  for (let index = 0; index < 500; index += 1) deep = { deep };
  expect(jsonRows(deep).length).toBeLessThan(20);
  expect(jsonRows({ a: 'x'.repeat(10_000) })[0]?.value).toHaveLength(4_097);
});
