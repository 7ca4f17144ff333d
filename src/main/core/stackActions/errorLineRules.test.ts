import { expect, test } from 'vitest';
import { countByService, errorLines } from './errorLineRules.ts';

const line = (text: string, service = 'backend', atMs: number | null = null) => ({ service, atMs, text });
const search = { pattern: '', ignore: '', sinceMs: null };
const texts = (lines: readonly string[], change: Partial<typeof search> = {}) =>
  errorLines(
    lines.map((text) => line(text)),
    { ...search, ...change },
  ).map(({ text }) => text);

test.each([
  'ERROR: relation "users" does not exist',
  'level=fatal msg="cannot bind"',
  'thread main: panic: index out of range',
  'Traceback (most recent call last):',
  'torch.cuda.OutOfMemoryError: CUDA out of memory',
  '{"level":"error","message":"ECONNREFUSED"}',
])('%s tells of an error', (text) => expect(texts([text])).toEqual([text]));

test.each([
  '10 requests, 0 errors',
  'finished without errors',
  'error=null status=200',
  'log_level: error',
  'GET /errors-page.css 200',
  '"error": []',
  'terror',
])('%s tells of none', (text) => expect(texts([text])).toEqual([]));

test('known noise is left out, and something else can be looked for', () => {
  expect(texts(['ERROR noise', 'ERROR real'], { ignore: 'NOISE' })).toEqual(['ERROR real']);
  expect(texts(['ERROR one', 'slow query'], { pattern: 'slow' })).toEqual(['slow query']);
});

test('older lines are left out, those without a time are not', () => {
  const lines = [line('error old', 'a', 10), line('error new', 'a', 20), line('error sometime', 'b')];
  expect(errorLines(lines, { ...search, sinceMs: 15 }).map(({ text }) => text)).toEqual(['error new', 'error sometime']);
  expect(countByService([...lines])).toBe('a 2, b 1');
});

test('an expression that is none is refused by its name', () => {
  expect(() => texts(['x'], { ignore: '(' })).toThrow(
    expect.objectContaining({ code: 'stack.parameter-invalid', data: expect.objectContaining({ name: 'ignore' }) }),
  );
});
