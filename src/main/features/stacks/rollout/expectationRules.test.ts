import { expect, test } from 'vitest';
import { expectationProblem } from './expectationRules.ts';

const body = '{"status":"degraded","models":[{"id":"qwen"}],"count":3,"ready":true,"next":null}';

test.each([
  [{ path: 'status', equals: 'degraded' }, null],
  [{ path: 'status', equals: 'ok' }, 'status is degraded, ok is expected'],
  [{ path: 'count', equals: '3' }, 'count is 3, 3 is expected'],
  [{ path: 'ready', equals: true }, null],
  [{ path: 'next', equals: null }, null],
  [{ path: 'count', atLeast: 3 }, null],
  [{ path: 'count', atLeast: 4 }, 'count is 3, at least 4 is expected'],
  [{ path: 'models', atLeast: 1 }, null],
  [{ path: 'models', atLeast: 2 }, 'models is 1 long, at least 2 is expected'],
  [{ path: 'status', atLeast: 1 }, 'status is degraded, at least 1 is expected'],
  [{ path: 'models.0.id', contains: 'qw' }, null],
  [{ path: 'models', contains: 'qwen' }, null],
  [{ path: 'models.0.id', contains: 'llama' }, 'models.0.id is qwen, which does not hold llama'],
  [{ path: 'models.1.id', equals: 'x' }, `the answer has no models.1.id: ${body}`],
  [{ path: 'toString', contains: 'native' }, `the answer has no toString: ${body}`],
  [{ path: '', contains: 'degraded' }, null],
  [{ path: '', contains: 'healthy' }, expect.stringContaining('which does not hold healthy')],
])('%j', (expectation, problem) => {
  expect(expectationProblem(body, [expectation])).toEqual(problem);
});

test('the first that does not hold is told; without any all is well', () => {
  expect(expectationProblem(body)).toBeNull();
  expect(expectationProblem('<html>', [{ path: 'a', equals: 1 }])).toBe('the answer is no JSON: <html>');
  expect(
    expectationProblem(body, [
      { path: 'ready', equals: true },
      { path: 'count', equals: 9 },
      { path: 'x', equals: 1 },
    ]),
  ).toBe('count is 3, 9 is expected');
});
