import { expect, test } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { OperationId, ServerId } from '../../shared/model/ids.ts';
import type { PersonAnswer, PersonQuestion } from '../../shared/model/question.ts';
import { testLives } from './openTestEngine.ts';
import type { CellContext, Operations } from './operations.ts';
import { type CellScripts, done, latch, testRequest } from './testEngine.ts';

const question: PersonQuestion = { id: 'ordered', kind: 'confirm', title: 'Was it ordered?' };
const answer = (value: string): PersonAnswer => ({ value, who: 'Ada', atMs: 5 });
const a = 'a' as ServerId;
const b = 'b' as ServerId;

function lives() {
  const { next } = testLives();
  return async (scripts: CellScripts): Promise<Operations> => (await next(scripts)).operations;
}

const asking = async (context: CellContext) => ({ ...done, detail: (await context.ask(question)).value });
const detailOf = (operations: Operations, id: OperationId, server: ServerId) => operations.get(id).cells.find((cell) => cell.serverId === server)?.detail;

async function until(operations: Operations, id: OperationId, holds: () => boolean): Promise<void> {
  while (!holds()) {
    await new Promise<void>((resolve) => {
      const stop = operations.onChange((changed) => {
        if (changed !== id) return;
        stop();
        resolve();
      });
    });
  }
}
const isWaiting =
  (operations: Operations, id: OperationId, count = 1) =>
  () =>
    operations.get(id).cells.filter((cell) => cell.state === 'waiting').length === count;

test('a cell that asks waits with its question, and goes on with the answer', async () => {
  const operations = await lives()({ one: asking });
  const { id } = await operations.start(testRequest(['a', 'b']));
  await until(operations, id, isWaiting(operations, id, 2));
  expect(operations.get(id)).toMatchObject({ state: 'waiting', currentStep: 'Step one' });
  expect(operations.get(id).cells[0]).toMatchObject({ state: 'waiting', detail: 'Was it ordered?', question });
  await operations.answer(id, [a], 'one', answer('yes'));
  await operations.answer(id, [b], 'one', answer('no'));
  const ended = await operations.finished(id);
  expect(ended.state).toBe('succeeded');
  expect([detailOf(operations, id, a), detailOf(operations, id, b)]).toEqual(['yes', 'no']);
  expect(ended.cells.every((cell) => cell.question === undefined)).toBe(true);
});

test('an answer that does not fit, and one where nothing is asked, are refused with nothing changed', async () => {
  const operations = await lives()({ one: asking });
  const { id } = await operations.start(testRequest(['a']));
  await until(operations, id, isWaiting(operations, id));
  await expect(operations.answer(id, [a], 'one', answer('perhaps'))).rejects.toMatchObject({ code: 'input.invalid' });
  expect(operations.get(id).cells[0]?.state).toBe('waiting');
  await operations.answer(id, [a], 'one', answer('yes'));
  await operations.finished(id);
  await expect(operations.answer(id, [a], 'one', answer('yes'))).rejects.toMatchObject({ code: 'operation.wrong-state' });
});

test('a later life asks again; an answer that was given before it stands', async () => {
  const next = lives();
  const first = await next({ one: asking });
  const { id } = await first.start(testRequest(['a']));
  await until(first, id, isWaiting(first, id));
  const second = await next({
    one: async (context) => {
      const given = await context.ask(question);
      await context.ask({ ...question, id: 'second' });
      return { ...done, detail: given.value };
    },
  });
  await second.recover();
  await until(second, id, () => second.get(id).cells[0]?.question?.id === 'ordered');
  await second.answer(id, [a], 'one', answer('yes'));
  await until(second, id, () => second.get(id).cells[0]?.question?.id === 'second');
  const third = await next({ one: asking });
  await third.recover();
  await third.finished(id);
  expect(third.get(id).cells[0]).toMatchObject({ state: 'done', detail: 'yes', attempt: 1 });
});

test('while it asks, another operation may change the server, and it goes on only after that one', async () => {
  const order: string[] = [];
  const busy = latch();
  const operations = await lives()({
    one: async (context, { text }) => {
      order.push(`${text} begins`);
      if (text === 'asks') await context.ask(question);
      else await busy.opened;
      order.push(`${text} ends`);
      return done;
    },
  });
  const { id } = await operations.start(testRequest(['a'], { mutates: true, spec: { text: 'asks' } }));
  await until(operations, id, isWaiting(operations, id));
  const other = await operations.start(testRequest(['a'], { mutates: true, spec: { text: 'other' } }));
  expect(other.state).toBe('running');
  await operations.answer(id, [a], 'one', answer('yes'));
  const answered = operations.get(id).cells[0];
  expect(answered).toMatchObject({ state: 'waiting', detail: 'answered' });
  expect(answered?.question).toBeUndefined();
  busy.open();
  await operations.finished(id);
  expect(order).toEqual(['asks begins', 'other begins', 'other ends', 'asks ends']);
});

test('one that asks can be cancelled', async () => {
  const operations = await lives()({ one: asking });
  const { id } = await operations.start(testRequest(['a', 'b'], { mutates: true }));
  await until(operations, id, isWaiting(operations, id, 2));
  await operations.cancelCell(id, a, 'one');
  await until(operations, id, isWaiting(operations, id, 1));
  await operations.cancel(id);
  expect((await operations.finished(id)).state).toBe('cancelled');
});

test('a part works on the server that its parent holds, before others that wait for it', async () => {
  const order: string[] = [];
  const operations: Operations = await lives()({
    one: async (context, { text }) => {
      order.push(text);
      if (text !== 'parent') return done;
      await operations.start(testRequest(['a'], { mutates: true, spec: { text: 'other' } }));
      const part = await operations.start(testRequest(['a'], { mutates: true, parentId: context.operationId, spec: { text: 'part' } }));
      expect(part.parentId).toBe(context.operationId);
      await operations.finished(part.id, context.signal);
      return done;
    },
  });
  const { id } = await operations.start(testRequest(['a'], { mutates: true, spec: { text: 'parent' } }));
  expect((await operations.finished(id)).state).toBe('succeeded');
  await until(operations, id, () => true);
  expect(order.slice(0, 2)).toEqual(['parent', 'part']);
});

test('who is cancelled takes its parts along, also those that nobody waits for', async () => {
  let part: OperationId | null = null;
  const began = latch();
  const operations: Operations = await lives()({
    one: async (context, { text }) => {
      if (text === 'part') began.open();
      if (text === 'parent') part = (await operations.start(testRequest(['a'], { mutates: true, parentId: context.operationId, spec: { text: 'part' } }))).id;
      await new Promise((resolve) => context.signal.addEventListener('abort', resolve, { once: true }));
      context.signal.throwIfAborted();
      return done;
    },
  });
  const { id } = await operations.start(testRequest(['a'], { mutates: true, spec: { text: 'parent' } }));
  await began.opened;
  await operations.cancel(id);
  expect((await operations.finished(id)).state).toBe('cancelled');
  expect((await operations.finished(part ?? id)).state).toBe('cancelled');
});

test('a step whose failure stops nothing lets the next run; the target has failed all the same, and all of it is tried again', async () => {
  let broken = true;
  const failing = async () => {
    if (broken) throw new AppError('remote.command-failed', { server: 'a', what: 'x', exitCode: 7, signal: null, output: '' });
    return done;
  };
  const operations = await lives()({ tryOne: failing, tryTwo: failing, three: async () => done });
  const { id } = await operations.start(testRequest(['a']));
  const ended = await operations.finished(id);
  expect(ended.state).toBe('failed');
  expect(ended.cells.map((cell) => cell.state)).toEqual(['failed', 'failed', 'done']);
  broken = false;
  await operations.retryFailed(id);
  const again = await operations.finished(id);
  expect(again.cells.map((cell) => [cell.state, cell.attempt])).toEqual([
    ['done', 2],
    ['done', 2],
    ['done', 1],
  ]);
});
