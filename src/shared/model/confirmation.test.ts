import { expect, test } from 'vitest';
import { AppError } from '../errors.ts';
import { confirmProduction } from './confirmation.ts';

const staging = { name: 'gpu-1', environment: 'staging' as const };
const production = { name: 'gpu-2', environment: 'production' as const };

function expected(confirm: string | undefined, selector: string, servers: readonly (typeof staging | typeof production)[]): string | null {
  try {
    confirmProduction({ selector, effect: 'Deploy privaxai', confirm }, servers);
    return null;
  } catch (error) {
    if (!AppError.is(error, 'guard.confirmation-needed')) throw error;
    return error.data.expected;
  }
}

test('nothing is asked where production is not touched', () => {
  expect(expected(undefined, 'gpu-1', [staging])).toBeNull();
});

test('one production server is confirmed by its name, or by the selector that picked it', () => {
  expect(expected(undefined, 'gpu-*', [production])).toBe('gpu-2');
  expect(expected('gpu-1', 'gpu-*', [production])).toBe('gpu-2');
  expect(expected('gpu-2', 'gpu-*', [production])).toBeNull();
  expect(expected('gpu-*', 'gpu-*', [production])).toBeNull();
});

test('several servers are confirmed by the selector only', () => {
  expect(expected('gpu-2', 'all', [staging, production])).toBe('all');
  expect(expected('all', 'all', [staging, production])).toBeNull();
});

test('the refusal says what would change where', () => {
  expect(() => confirmProduction({ selector: 'all', effect: 'Deploy privaxai', confirm: '' }, [staging, production])).toThrow(
    expect.objectContaining({ data: { expected: 'all', effect: 'Deploy privaxai on gpu-2' } }),
  );
});

test('a selection too long to be typed is confirmed by its number of servers, and a few of them are named', () => {
  const many = Array.from({ length: 1000 }, (_, index) => ({ name: `gpu-${index}`, environment: 'production' as const }));
  const selector = many.map(({ name }) => name).join(',');
  expect(expected(undefined, selector, many)).toBe('1000 servers');
  expect(expected('999 servers', selector, many)).toBe('1000 servers');
  expect(expected('1000 servers', selector, many)).toBeNull();
  expect(expected(undefined, selector.slice(0, 200), many.slice(0, 1))).toBe('gpu-0');
  expect(() => confirmProduction({ selector, effect: 'Deploy privaxai', confirm: '' }, many)).toThrow(
    expect.objectContaining({ data: expect.objectContaining({ effect: expect.stringMatching(/^Deploy privaxai on gpu-0, .*gpu-11 and 988 more$/) }) }),
  );
});
