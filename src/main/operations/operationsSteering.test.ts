import { expect, onTestFinished, test } from 'vitest';
import type { ServerId } from '../../shared/model/ids.ts';
import { testDirectory } from '../database/testDirectory.ts';
import { cellStates, failing, openTestEngine } from './openTestEngine.ts';
import { done, latch, testEngine, testRequest } from './testEngine.ts';

const server = (name: string) => name as ServerId;

test('pausing lets the running cell end and starts no other; resuming goes on', async () => {
  const gate = latch();
  const { operations } = openTestEngine({
    one: async () => {
      await gate.opened;
      return done;
    },
    two: async () => done,
  });
  const { id } = await operations.start(testRequest(['a']));
  expect((await operations.pause(id)).state).toBe('paused');
  gate.open();
  await new Promise<void>((resolve) => {
    const stop = operations.onChange(() => {
      if (operations.get(id).cells[0]?.state !== 'done') return;
      stop();
      resolve();
    });
  });
  expect(cellStates(operations.get(id))).toEqual({ 'a/one': 'done', 'a/two': 'pending' });
  expect((await operations.resume(id)).state).toBe('running');
  expect((await operations.finished(id)).state).toBe('succeeded');
  await expect(operations.pause(id)).rejects.toMatchObject({ code: 'operation.wrong-state' });
});

test('cancelling aborts running cells and closes the others', async () => {
  const begun = latch();
  const { operations } = openTestEngine({
    one: async (context) => {
      begun.open();
      await new Promise((_, reject) => context.signal.addEventListener('abort', () => reject(context.signal.reason)));
      return done;
    },
    two: async () => done,
    undo: async () => done,
  });
  const { id } = await operations.start(testRequest(['a', 'b'], { strategy: { kind: 'rolling', size: 1 } }));
  await begun.opened;
  await operations.cancel(id);
  const ended = await operations.finished(id);
  expect(ended.state).toBe('cancelled');
  expect(new Set(ended.cells.map((cell) => cell.state))).toEqual(new Set(['cancelled']));
  expect(ended.cells.map((cell) => cell.detail)).toEqual(['cancelled', ...Array(5).fill('not reached')]);
});

test('retrying the failed cell goes on from there, with a new attempt, and with the targets that were held back', async () => {
  let broken = true;
  const { operations } = openTestEngine({
    one: async () => done,
    two: async (context) => (broken && context.serverId === 'a' ? failing() : { ...done, detail: `attempt ${context.attempt}` }),
    three: async () => done,
    undo: async () => done,
  });
  const { id } = await operations.start(testRequest(['a', 'b'], { strategy: { kind: 'rolling', size: 1 } }));
  expect((await operations.finished(id)).state).toBe('failed');
  await expect(operations.retryCell(id, server('a'), 'one')).rejects.toMatchObject({ code: 'operation.wrong-state' });
  await expect(operations.retryCell(id, server('a'), 'nine')).rejects.toMatchObject({ code: 'operation.not-found' });
  broken = false;
  const reopened = await operations.retryCell(id, server('a'), 'two');
  expect(reopened.state).toBe('running');
  const ended = await operations.finished(id);
  expect(ended.state).toBe('succeeded');
  expect(ended.error).toBeNull();
  expect(cellStates(ended)).toEqual({
    ...{ 'a/one': 'done', 'a/two': 'done', 'a/three': 'done', 'a/undo': 'skipped' },
    ...{ 'b/one': 'done', 'b/two': 'done', 'b/three': 'done', 'b/undo': 'skipped' },
  });
  expect(ended.cells.find((cell) => cell.serverId === 'a' && cell.stepId === 'two')).toMatchObject({ attempt: 2, detail: 'attempt 2' });
});

test('skipping a failed cell goes on behind it and keeps the reason', async () => {
  const { operations } = openTestEngine({ one: failing, two: async () => done });
  const { id } = await operations.start(testRequest(['a']));
  await operations.finished(id);
  await operations.skipCell(id, server('a'), 'one', 'done by hand');
  const ended = await operations.finished(id);
  expect(ended.state).toBe('succeeded');
  expect(ended.cells[0]).toMatchObject({ state: 'skipped', detail: 'done by hand', error: null });
});

test('cancelling takes the way back that is meant for it where something was begun, and nowhere else', async () => {
  const atWork = latch();
  const undone: string[] = [];
  const { operations } = openTestEngine({
    one: async () => done,
    two: async (context) => {
      atWork.open();
      return new Promise((_, reject) => context.signal.addEventListener('abort', () => reject(context.signal.reason)));
    },
    undoNever: async () => done,
    undoAlso: async (context) => {
      context.signal.throwIfAborted();
      undone.push(context.serverId);
      return done;
    },
  });
  const { id } = await operations.start(testRequest(['a', 'b'], { strategy: { kind: 'rolling', size: 1 } }));
  await atWork.opened;
  await operations.cancel(id);
  const ended = await operations.finished(id);
  expect(ended.state).toBe('cancelled');
  expect(cellStates(ended)).toMatchObject({ 'a/one': 'done', 'a/two': 'cancelled', 'a/undoNever': 'cancelled', 'a/undoAlso': 'done', 'b/one': 'cancelled' });
  expect(cellStates(ended)['b/undoAlso']).toBe('cancelled');
  expect(undone).toEqual(['a']);
});

test('a way back after a cancellation goes on in the next life of the core', async () => {
  const directory = testDirectory();
  onTestFinished(() => directory[Symbol.dispose]());
  const atWork = latch();
  const onWayBack = latch();
  const pending = async (context: { signal: AbortSignal }): Promise<never> =>
    new Promise((_, reject) => context.signal.addEventListener('abort', () => reject(context.signal.reason)));
  const first = testEngine(directory.path, {
    one: async (context) => {
      atWork.open();
      return pending(context);
    },
    undoAlso: async (context) => {
      onWayBack.open();
      return pending(context);
    },
  });
  const { id } = await first.operations.start(testRequest(['a']));
  await atWork.opened;
  await first.operations.cancel(id);
  await onWayBack.opened;
  await first.close();
  const second = testEngine(directory.path, { one: failing, undoAlso: async () => done });
  await second.operations.recover();
  expect(cellStates(await second.operations.finished(id))).toEqual({ 'a/one': 'cancelled', 'a/undoAlso': 'done' });
  await second.close();
});

test('one cell is cancelled, running or not, and the others go on', async () => {
  const gate = latch();
  const { operations } = openTestEngine({
    one: async (context) => {
      if (context.serverId === 'b') await context.job('work', { script: 'echo begun; exec sleep 300' });
      else await gate.opened;
      return done;
    },
  });
  const { id } = await operations.start(testRequest(['a', 'b', 'c'], { strategy: { kind: 'all', concurrency: 2 } }));
  await new Promise<void>((resolve) => operations.onOutput(id, resolve));
  await operations.cancelCell(id, server('b'), 'one');
  await operations.cancelCell(id, server('c'), 'one');
  gate.open();
  const ended = await operations.finished(id);
  expect(cellStates(ended)).toEqual({ 'a/one': 'done', 'b/one': 'cancelled', 'c/one': 'cancelled' });
  expect(ended.state).toBe('partly-failed');
  await expect(operations.cancelCell(id, server('a'), 'one')).rejects.toMatchObject({ code: 'operation.wrong-state' });
});

test('a cell that waits is cancelled before it begins', async () => {
  const gate = latch();
  const ran: string[] = [];
  const { operations } = openTestEngine({
    one: async ({ serverId }) => {
      ran.push(serverId);
      await gate.opened;
      return done;
    },
  });
  const { id } = await operations.start(testRequest(['a', 'b', 'c'], { strategy: { kind: 'rolling', size: 1 } }));
  await operations.cancelCell(id, server('b'), 'one');
  gate.open();
  const ended = await operations.finished(id);
  expect(ran).toEqual(['a', 'c']);
  expect(ended.cells[1]).toMatchObject({ state: 'cancelled', detail: 'cancelled', attempt: 0 });
  await operations.retryFailed(id);
  expect((await operations.finished(id)).state).toBe('succeeded');
  expect(ran).toEqual(['a', 'c', 'b']);
});

test('retrying takes up what failed alone, and what the canary held back', async () => {
  let broken = true;
  const ran: string[] = [];
  const { operations } = openTestEngine({
    one: async ({ serverId }) => {
      ran.push(serverId);
      return broken && serverId === 'a' ? failing() : done;
    },
  });
  const { id } = await operations.start(testRequest(['a', 'b', 'c'], { strategy: { kind: 'canary', size: 1, concurrency: 4 } }));
  expect(cellStates(await operations.finished(id))).toEqual({ 'a/one': 'failed', 'b/one': 'cancelled', 'c/one': 'cancelled' });
  expect(ran).toEqual(['a']);
  broken = false;
  await operations.retryFailed(id);
  expect((await operations.finished(id)).state).toBe('succeeded');
  expect(ran).toEqual(['a', 'a', 'b', 'c']);
  await expect(operations.retryFailed(id)).rejects.toMatchObject({ code: 'operation.wrong-state' });
});
