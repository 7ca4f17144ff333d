import { expect, onTestFinished, test } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { testDirectory } from '../database/testDirectory.ts';
import type { CellContext } from './operations.ts';
import { done, testEngine, testRequest } from './testEngine.ts';

/** Runs one cell with this code and gives its end. */
async function cell(code: (context: CellContext) => Promise<unknown>) {
  const directory = testDirectory();
  const engine = testEngine(directory.path, {
    one: async (context) => ({ ...done, detail: JSON.stringify((await code(context)) ?? null) }),
  });
  onTestFinished(async () => {
    await engine.close();
    directory[Symbol.dispose]();
  });
  const { id } = await engine.operations.start(testRequest(['a']));
  const { cells } = await engine.operations.finished(id);
  const [ended] = cells;
  if (ended === undefined) throw new Error('no cell');
  return { ...ended, value: ended.detail === null ? undefined : JSON.parse(ended.detail) };
}

const lost = async (): Promise<never> => {
  throw new AppError('ssh.connection-lost', { server: 'a' });
};
const refused = async (): Promise<never> => {
  throw new AppError('remote.permission-denied', { server: 'a', what: 'x' });
};

test.each(['read', 'idempotent', 'once'] as const)('%s: the result is what JSON makes of it, and is not made twice', async (effect) => {
  let runs = 0;
  const ended = await cell(async (context) => {
    const body = async () => {
      runs += 1;
      return { at: new Date(0), gone: undefined };
    };
    return [context.started('x'), await context.effect('x', effect, body), await context.effect('x', effect, body), context.started('x')];
  });
  expect(ended.value).toEqual([false, { at: '1970-01-01T00:00:00.000Z' }, { at: '1970-01-01T00:00:00.000Z' }, true]);
  expect(runs).toBe(1);
});

test('an effect without a result has none', async () => {
  expect((await cell(async (context) => context.effect('x', 'idempotent', async () => {}))).value).toBeNull();
});

test.each([
  ['it happened', { happened: true as const, result: 5 }, { state: 'done', value: 5 }],
  ['it did not', { happened: false as const }, { state: 'failed', error: { code: 'ssh.connection-lost' } }],
  ['it cannot tell', { happened: 'unknown' as const }, { state: 'needs-attention', error: { code: 'outcome-unknown', data: { what: 'x on a' } } }],
])('a once effect whose connection was lost: the probe says that %s', async (_, found, expected) => {
  expect(await cell((context) => context.effect<number>('x', 'once', lost, async () => found))).toMatchObject(expected);
});

test('a once effect without a probe cannot be decided', async () => {
  expect(await cell((context) => context.effect('x', 'once', lost))).toMatchObject({ state: 'needs-attention' });
});

test('a lost connection fails an effect that can be repeated', async () => {
  expect(await cell((context) => context.effect('x', 'idempotent', lost))).toMatchObject({ state: 'failed', error: { code: 'ssh.connection-lost' } });
});

test('a once effect that was refused is refused again without asking, one that can be repeated is tried again', async () => {
  const runs = { once: 0, read: 0 };
  const ended = await cell(async (context) => {
    const attempt = async (effect: 'once' | 'read') => {
      try {
        return await context.effect(effect, effect, async () => {
          runs[effect] += 1;
          return refused();
        });
      } catch (error) {
        return AppError.is(error, 'remote.permission-denied') && error.data.what;
      }
    };
    return [await attempt('once'), await attempt('once'), await attempt('read'), await attempt('read')];
  });
  expect(ended.value).toEqual(['x', 'x', 'x', 'x']);
  expect(runs).toEqual({ once: 1, read: 2 });
});
