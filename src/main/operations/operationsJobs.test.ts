import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTestEngine } from './openTestEngine.ts';
import { done, outputOf, testRequest } from './testEngine.ts';

test('a job gives its output, exit code and tail, and its files are removed', async () => {
  let tail = '';
  const { operations, server: place } = openTestEngine({
    one: async (context) => {
      const result = await context.job('work', {
        script: 'echo "got $WORD"; cat "$PH_SECRETS/token" | wc -c; exit 3',
        env: { WORD: 'x y' },
        secrets: { token: '12345' },
      });
      tail = result.tail;
      return { state: 'done', detail: `exit ${result.exitCode}`, exitCode: result.exitCode };
    },
  });
  const { id } = await operations.start(testRequest(['a']));
  const ended = await operations.finished(id);
  expect(ended.cells[0]).toMatchObject({ state: 'done', exitCode: 3, detail: 'exit 3' });
  expect(tail).toBe('got x y\n5\n');
  expect((await outputOf(operations, id)).toString()).toBe('got x y\n5\n');
  await expect.poll(() => existsSync(join(place('a'), 'jobs')) && readdirSync(join(place('a'), 'jobs')).length).toBe(0);
});

test('secrets of a job and the values of env are nowhere in the data directory', async () => {
  const opened = openTestEngine({
    one: async (context) => {
      await context.job('work', { script: ':', env: { E: 'canary-env-value' }, secrets: { token: 'canary-secret-value' } });
      return done;
    },
  });
  const { id } = await opened.operations.start(testRequest(['a']));
  await opened.operations.finished(id);
  for (const file of ['pilothouse.db', 'pilothouse.db-wal']) expect(readFileSync(join(opened.directory, file)).includes('canary')).toBe(false);
});

test('cancelling ends the job on the server and keeps its last output', async () => {
  const opened = openTestEngine({
    one: async (context) => {
      await context.job('work', { script: 'trap "echo caught; exit 9" TERM; echo begun; while [ -d "$HOME" ]; do sleep 0.02; done' });
      return done;
    },
  });
  const { operations } = opened;
  const { id } = await operations.start(testRequest(['a']));
  await new Promise<void>((resolve) => operations.onOutput(id, resolve));
  await operations.cancel(id);
  const ended = await operations.finished(id);
  expect(ended.state).toBe('cancelled');
  expect(ended.cells[0]?.state).toBe('cancelled');
  expect((await outputOf(operations, id)).toString()).toContain('begun\n');
});

test('a job that takes too long is ended and is a timeout', async () => {
  const { operations } = openTestEngine({
    one: async (context) => {
      await context.job('work', { script: 'echo begun; sleep 60', timeoutMs: 150 });
      return done;
    },
  });
  const { id } = await operations.start(testRequest(['a']));
  const ended = await operations.finished(id);
  expect(ended.cells[0]).toMatchObject({ state: 'failed', error: { code: 'remote.timeout', data: { server: 'a', what: 'work', seconds: 0.15 } } });
});
