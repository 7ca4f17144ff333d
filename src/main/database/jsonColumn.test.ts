import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseJsonColumn } from './jsonColumn.ts';

const where = { file: '/data/pilothouse.db', table: 'settings', column: 'value', key: 'theme' };
const schema = z.object({ a: z.int() });

test('gives the value in the shape of the schema', () => {
  expect(parseJsonColumn(schema, '{"a":1}', where)).toEqual({ a: 1 });
});

test.each(['{"a":"x"}', 'nonsense', 'null'])('%s is unreadable, named by place and without the content', (text) => {
  expect(() => parseJsonColumn(schema, text, where)).toThrow(
    expect.objectContaining({ code: 'database.unreadable', data: expect.objectContaining({ reason: expect.stringContaining('settings.value of theme') }) }),
  );
});
