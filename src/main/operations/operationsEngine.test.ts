import { expect, test } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { OperationId, RequestId, ServerId } from '../../shared/model/ids.ts';
import { cellStates, failing, openTestEngine } from './openTestEngine.ts';
import { done, latch, outputOf, testRequest } from './testEngine.ts';

const server = (name: string) => name as ServerId;

test('runs every step on every target in order and tells how it ended', async () => {
  const ran: string[] = [];
  const step = async (context: { serverId: string; stepId: string }) => {
    ran.push(`${context.serverId}/${context.stepId}`);
    return done;
  };
  const { operations } = openTestEngine({ one: step, two: step });
  const seen: string[] = [];
  operations.onChange((id) => seen.push(operations.get(id).state));
  const started = await operations.start(testRequest(['a', 'b'], { strategy: { kind: 'rolling', size: 1 } }));
  expect(started).toMatchObject({ kind: 'exec', title: 'Test', who: 'tester', state: 'running', cellsTotal: 4 });
  const ended = await operations.finished(started.id);
  expect(ran).toEqual(['a/one', 'a/two', 'b/one', 'b/two']);
  expect(ended).toMatchObject({ state: 'succeeded', cellsFinished: 4, currentStep: null, error: null });
  expect(ended.cells.every((cell) => cell.attempt === 1 && cell.startedAtMs !== null && cell.finishedAtMs !== null)).toBe(true);
  expect(seen.at(0)).toBe('queued');
  expect(seen.at(-1)).toBe('succeeded');
});

test('the same request id answers with the same operation', async () => {
  let runs = 0;
  const { operations } = openTestEngine({
    one: async () => {
      runs += 1;
      return done;
    },
  });
  const request = testRequest(['a']);
  const [first, second] = await Promise.all([operations.start(request), operations.start({ ...request, title: 'Other' })]);
  expect(second.id).toBe(first.id);
  await operations.finished(first.id);
  expect((await operations.start(request)).state).toBe('succeeded');
  expect(runs).toBe(1);
});

test('a failure turns to the way back, and later steps are not reached', async () => {
  const { operations } = openTestEngine({ one: async () => done, two: failing, three: async () => done, undo: async () => ({ ...done, detail: 'undone' }) });
  const { id } = await operations.start(testRequest(['a']));
  const ended = await operations.finished(id);
  expect(cellStates(ended)).toEqual({ 'a/one': 'done', 'a/two': 'failed', 'a/three': 'cancelled', 'a/undo': 'done' });
  expect(ended.state).toBe('failed');
  expect(ended.error?.code).toBe('remote.command-failed');
  expect(ended.cells[1]).toMatchObject({ exitCode: 7, error: { code: 'remote.command-failed' } });
  expect(ended.cells[2]).toMatchObject({ detail: 'not reached', attempt: 0 });
});

test('a way back is skipped where nothing failed', async () => {
  const { operations } = openTestEngine({ one: async () => done, undo: failing });
  const { id } = await operations.start(testRequest(['a']));
  const ended = await operations.finished(id);
  expect(cellStates(ended)).toEqual({ 'a/one': 'done', 'a/undo': 'skipped' });
  expect(ended.state).toBe('succeeded');
});

test('a failed canary keeps the rest from starting', async () => {
  const { operations } = openTestEngine({ one: async (context) => (context.serverId === 'b' ? failing() : done) });
  const { id } = await operations.start(testRequest(['a', 'b', 'c', 'd'], { strategy: { kind: 'canary', size: 2, concurrency: 2 } }));
  const ended = await operations.finished(id);
  expect(cellStates(ended)).toEqual({ 'a/one': 'done', 'b/one': 'failed', 'c/one': 'cancelled', 'd/one': 'cancelled' });
  expect(ended.state).toBe('partly-failed');
});

test('a bug in a cell is a failure with a number, its stack only in the log', async () => {
  const { operations, events } = openTestEngine({
    one: async () => {
      throw new Error('secret place');
    },
  });
  const { id } = await operations.start(testRequest(['a']));
  const ended = await operations.finished(id);
  expect(ended.cells[0]?.error?.code).toBe('internal');
  expect(JSON.stringify(ended)).not.toContain('secret place');
  expect(events.find(({ event }) => event === 'operation.cell-bug')?.fields['correlationId']).toBe(ended.cells[0]?.error?.data['correlationId']);
});

test('output comes back in order, filtered, and ends with the operation', async () => {
  const { operations } = openTestEngine({
    one: async (context, spec) => {
      await context.output('stdout', `${spec.text} ${context.serverId}\n`);
      context.phase('apply');
      await context.output('note', 'said');
      return done;
    },
  });
  const { id } = await operations.start(testRequest(['a', 'b'], { strategy: { kind: 'rolling', size: 1 } }));
  await operations.finished(id);
  const page = await operations.output(id, { afterSeq: -1, limit: 10 });
  expect(page.entries.map(({ seq, serverId, stepId, phase, stream, data }) => [seq, serverId, stepId, phase, stream, data])).toEqual([
    [0, 'a', 'one', null, 'stdout', 'hello a\n'],
    [1, 'a', 'one', 'apply', 'note', 'said'],
    [2, 'b', 'one', null, 'stdout', 'hello b\n'],
    [3, 'b', 'one', 'apply', 'note', 'said'],
  ]);
  expect(page).toMatchObject({ gapUntil: null, ended: true });
  expect(await operations.output(id, { afterSeq: -1, limit: 2 })).toMatchObject({ ended: false });
  expect((await outputOf(operations, id, { serverId: server('b') })).toString()).toBe('hello b\nsaid');
});

test('lists newest first, by state, kind and server', async () => {
  const gate = latch();
  const { operations } = openTestEngine({
    one: async (_, spec) => {
      if (spec.text === 'waits') await gate.opened;
      return done;
    },
  });
  const first = await operations.start(testRequest(['a']));
  await operations.finished(first.id);
  const second = await operations.start(testRequest(['b'], { spec: { text: 'waits' } }));
  const ids = (filter: Partial<Parameters<typeof operations.list>[0]>) => operations.list({ limit: 10, ...filter }).map(({ id }) => id);
  expect(new Set(ids({}))).toEqual(new Set([first.id, second.id]));
  expect(ids({ open: true })).toEqual([second.id]);
  expect(ids({ open: false })).toEqual([first.id]);
  expect(ids({ serverId: server('b') })).toEqual([second.id]);
  expect(ids({ kind: 'facts' })).toEqual([]);
  expect(ids({ limit: 1 })).toHaveLength(1);
  gate.open();
  await operations.finished(second.id);
});

test('what is not there or not right is refused', async () => {
  const { operations } = openTestEngine({ one: async () => done });
  expect(() => operations.get('op_none' as OperationId)).toThrow(expect.objectContaining({ code: 'operation.not-found' }));
  await expect(operations.cancel('op_none' as OperationId)).rejects.toMatchObject({ code: 'operation.not-found' });
  await expect(operations.start({ ...testRequest(['a']), spec: { text: 5 } as never })).rejects.toMatchObject({ code: 'input.invalid' });
  await expect(operations.start({ ...testRequest(['a']), kind: 'rollout' })).rejects.toThrow('rollout');
  await expect(operations.start(testRequest(['a', 'a']))).rejects.toThrow('twice');
});

test('a server that is gone fails its cells', async () => {
  const { operations } = openTestEngine(
    { one: async () => done },
    {
      remoteServer: (id) => {
        throw new AppError('server.not-found', { name: id });
      },
    },
  );
  const { id } = await operations.start(testRequest(['a']));
  expect(await operations.finished(id)).toMatchObject({ state: 'failed', error: { code: 'server.not-found' } });
});

test('waiting for the end can be given up', async () => {
  const gate = latch();
  const { operations } = openTestEngine({
    one: async () => {
      await gate.opened;
      return done;
    },
  });
  const { id } = await operations.start(testRequest(['a']));
  const controller = new AbortController();
  const waiting = operations.finished(id, controller.signal);
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  gate.open();
  await operations.finished(id);
});

test('memory goes from step to step of a target, and not to others', async () => {
  const seen: unknown[] = [];
  const { operations } = openTestEngine({
    one: async (context) => {
      context.memory.set('found', { by: context.serverId });
      return done;
    },
    two: async (context) => {
      seen.push(context.memory.get('found'), context.memory.get('other'));
      return done;
    },
  });
  const { id } = await operations.start(testRequest(['a', 'b'], { strategy: { kind: 'rolling', size: 1 } }));
  await operations.finished(id);
  expect(seen).toEqual([{ by: 'a' }, undefined, { by: 'b' }, undefined]);
});

test('after closing nothing is begun', async () => {
  const opened = openTestEngine({ one: async () => done });
  await opened.operations.close();
  await expect(opened.operations.start({ ...testRequest(['a']), requestId: 'after-close' as RequestId })).rejects.toMatchObject({ code: 'core.stopping' });
});

test('the history tells what was asked for, newest first', async () => {
  let now = 1000;
  const { operations } = openTestEngine({ one: async () => done }, { nowMs: () => now++ });
  for (const text of ['first', 'second']) await operations.finished((await operations.start(testRequest(['a', 'b'], { spec: { text } }))).id);
  expect(operations.history({ kind: 'exec', limit: 10 })).toMatchObject([
    { spec: { text: 'second' }, targetCount: 2, state: 'succeeded', who: 'tester', strategy: { kind: 'all', concurrency: 16 } },
    { spec: { text: 'first' } },
  ]);
  expect(operations.history({ kind: 'exec', limit: 1 })).toHaveLength(1);
  expect(operations.history({ kind: 'facts', limit: 10 })).toEqual([]);
});
