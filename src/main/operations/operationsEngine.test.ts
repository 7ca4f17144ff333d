import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { OperationId, RequestId, ServerId } from '../../shared/model/ids.ts';
import { testDirectory } from '../database/testDirectory.ts';
import type { OperationsPorts } from './operationsPorts.ts';
import { type CellScripts, done, latch, outputOf, type TestEngine, testEngine, testRequest } from './testEngine.ts';

const server = (name: string) => name as ServerId;

function engine(scripts: CellScripts, ports: Partial<OperationsPorts> = {}): TestEngine {
  const directory = testDirectory();
  const opened = testEngine(directory.path, scripts, ports);
  onTestFinished(async () => {
    await opened.close();
    directory[Symbol.dispose]();
  });
  return opened;
}

const states = (operation: { cells: { serverId: string; stepId: string; state: string }[] }) =>
  Object.fromEntries(operation.cells.map((cell) => [`${cell.serverId}/${cell.stepId}`, cell.state]));

const failing = async (): Promise<never> => {
  throw new AppError('remote.command-failed', { server: 'a', what: 'x', exitCode: 7, signal: null, output: '' });
};

test('runs every step on every target in order and tells how it ended', async () => {
  const ran: string[] = [];
  const step = async (context: { serverId: string; stepId: string }) => {
    ran.push(`${context.serverId}/${context.stepId}`);
    return done;
  };
  const { operations } = engine({ one: step, two: step });
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
  const { operations } = engine({
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
  const { operations } = engine({ one: async () => done, two: failing, three: async () => done, undo: async () => ({ ...done, detail: 'undone' }) });
  const { id } = await operations.start(testRequest(['a']));
  const ended = await operations.finished(id);
  expect(states(ended)).toEqual({ 'a/one': 'done', 'a/two': 'failed', 'a/three': 'cancelled', 'a/undo': 'done' });
  expect(ended.state).toBe('failed');
  expect(ended.error?.code).toBe('remote.command-failed');
  expect(ended.cells[1]).toMatchObject({ exitCode: 7, error: { code: 'remote.command-failed' } });
  expect(ended.cells[2]).toMatchObject({ detail: 'not reached', attempt: 0 });
});

test('a way back is skipped where nothing failed', async () => {
  const { operations } = engine({ one: async () => done, undo: failing });
  const { id } = await operations.start(testRequest(['a']));
  const ended = await operations.finished(id);
  expect(states(ended)).toEqual({ 'a/one': 'done', 'a/undo': 'skipped' });
  expect(ended.state).toBe('succeeded');
});

test('a failed canary keeps the rest from starting', async () => {
  const { operations } = engine({ one: async (context) => (context.serverId === 'b' ? failing() : done) });
  const { id } = await operations.start(testRequest(['a', 'b', 'c', 'd'], { strategy: { kind: 'canary', size: 2, concurrency: 2 } }));
  const ended = await operations.finished(id);
  expect(states(ended)).toEqual({ 'a/one': 'done', 'b/one': 'failed', 'c/one': 'cancelled', 'd/one': 'cancelled' });
  expect(ended.state).toBe('partly-failed');
});

test('a bug in a cell is a failure with a number, its stack only in the log', async () => {
  const { operations, events } = engine({
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

test('pausing lets the running cell end and starts no other; resuming goes on', async () => {
  const gate = latch();
  const { operations } = engine({
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
  expect(states(operations.get(id))).toEqual({ 'a/one': 'done', 'a/two': 'pending' });
  expect((await operations.resume(id)).state).toBe('running');
  expect((await operations.finished(id)).state).toBe('succeeded');
  await expect(operations.pause(id)).rejects.toMatchObject({ code: 'operation.wrong-state' });
});

test('cancelling aborts running cells and closes the others', async () => {
  const begun = latch();
  const { operations } = engine({
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
  const { operations } = engine({
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
  expect(states(ended)).toEqual({
    ...{ 'a/one': 'done', 'a/two': 'done', 'a/three': 'done', 'a/undo': 'skipped' },
    ...{ 'b/one': 'done', 'b/two': 'done', 'b/three': 'done', 'b/undo': 'skipped' },
  });
  expect(ended.cells.find((cell) => cell.serverId === 'a' && cell.stepId === 'two')).toMatchObject({ attempt: 2, detail: 'attempt 2' });
});

test('skipping a failed cell goes on behind it and keeps the reason', async () => {
  const { operations } = engine({ one: failing, two: async () => done });
  const { id } = await operations.start(testRequest(['a']));
  await operations.finished(id);
  await operations.skipCell(id, server('a'), 'one', 'done by hand');
  const ended = await operations.finished(id);
  expect(ended.state).toBe('succeeded');
  expect(ended.cells[0]).toMatchObject({ state: 'skipped', detail: 'done by hand', error: null });
});

test('output comes back in order, filtered, and ends with the operation', async () => {
  const { operations } = engine({
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

test('operations that change the same server wait for each other, first come first served; others do not', async () => {
  const gate = latch();
  const order: string[] = [];
  const { operations } = engine({
    one: async (_, spec) => {
      order.push(`${spec.text} begins`);
      if (spec.text === 'first') await gate.opened;
      order.push(`${spec.text} ends`);
      return done;
    },
  });
  const request = (text: string, servers: string[], mutates = true) => operations.start(testRequest(servers, { spec: { text }, mutates, title: text }));
  const first = await request('first', ['a', 'b']);
  const second = await request('second', ['b', 'c']);
  const third = await request('third', ['c']);
  const reading = await request('reading', ['a'], false);
  await operations.finished(reading.id);
  expect([second.state, third.state]).toEqual(['queued', 'queued']);
  expect(operations.activity(server('b'))).toEqual({ operationId: first.id, title: 'first' });
  expect(operations.activity(server('c'))).toBeNull();
  gate.open();
  await Promise.all([first, second, third].map(({ id }) => operations.finished(id)));
  expect([...new Set(order)]).toEqual([
    'first begins',
    'reading begins',
    'reading ends',
    'first ends',
    'second begins',
    'second ends',
    'third begins',
    'third ends',
  ]);
  expect(operations.activity(server('b'))).toBeNull();
});

test('cancelling takes the way back that is meant for it where something was begun, and nowhere else', async () => {
  const atWork = latch();
  const undone: string[] = [];
  const { operations } = engine({
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
  expect(states(ended)).toMatchObject({ 'a/one': 'done', 'a/two': 'cancelled', 'a/undoNever': 'cancelled', 'a/undoAlso': 'done', 'b/one': 'cancelled' });
  expect(states(ended)['b/undoAlso']).toBe('cancelled');
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
  expect(states(await second.operations.finished(id))).toEqual({ 'a/one': 'cancelled', 'a/undoAlso': 'done' });
  await second.close();
});

test('a queued operation can be cancelled and lets the next one pass', async () => {
  const gate = latch();
  const { operations } = engine({
    one: async (_, spec) => {
      if (spec.text === 'first') await gate.opened;
      return done;
    },
  });
  const first = await operations.start(testRequest(['a'], { mutates: true, spec: { text: 'first' } }));
  const second = await operations.start(testRequest(['a'], { mutates: true }));
  const third = await operations.start(testRequest(['a'], { mutates: true }));
  await operations.cancel(second.id);
  expect((await operations.finished(second.id)).state).toBe('cancelled');
  expect(operations.get(second.id).startedAtMs).toBeNull();
  expect(operations.get(third.id).state).toBe('queued');
  gate.open();
  expect((await operations.finished(third.id)).state).toBe('succeeded');
  expect((await operations.finished(first.id)).state).toBe('succeeded');
});

test('lists newest first, by state, kind and server', async () => {
  const gate = latch();
  const { operations } = engine({
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
  const { operations } = engine({ one: async () => done });
  expect(() => operations.get('op_none' as OperationId)).toThrow(expect.objectContaining({ code: 'operation.not-found' }));
  await expect(operations.cancel('op_none' as OperationId)).rejects.toMatchObject({ code: 'operation.not-found' });
  await expect(operations.start({ ...testRequest(['a']), spec: { text: 5 } as never })).rejects.toMatchObject({ code: 'input.invalid' });
  await expect(operations.start({ ...testRequest(['a']), kind: 'rollout' })).rejects.toThrow('rollout');
  await expect(operations.start(testRequest(['a', 'a']))).rejects.toThrow('twice');
});

test('a server that is gone fails its cells', async () => {
  const { operations } = engine(
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
  const { operations } = engine({
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

test('a job gives its output, exit code and tail, and its files are removed', async () => {
  let tail = '';
  const { operations, server: place } = engine({
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
  const opened = engine({
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
  const opened = engine({
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
  const { operations } = engine({
    one: async (context) => {
      await context.job('work', { script: 'echo begun; sleep 60', timeoutMs: 150 });
      return done;
    },
  });
  const { id } = await operations.start(testRequest(['a']));
  const ended = await operations.finished(id);
  expect(ended.cells[0]).toMatchObject({ state: 'failed', error: { code: 'remote.timeout', data: { server: 'a', what: 'work', seconds: 0.15 } } });
});

test('memory goes from step to step of a target, and not to others', async () => {
  const seen: unknown[] = [];
  const { operations } = engine({
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
  const opened = engine({ one: async () => done });
  await opened.operations.close();
  await expect(opened.operations.start({ ...testRequest(['a']), requestId: 'after-close' as RequestId })).rejects.toMatchObject({ code: 'core.stopping' });
});

test('one cell is cancelled, running or not, and the others go on', async () => {
  const gate = latch();
  const { operations } = engine({
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
  expect(states(ended)).toEqual({ 'a/one': 'done', 'b/one': 'cancelled', 'c/one': 'cancelled' });
  expect(ended.state).toBe('partly-failed');
  await expect(operations.cancelCell(id, server('a'), 'one')).rejects.toMatchObject({ code: 'operation.wrong-state' });
});

test('a cell that waits is cancelled before it begins', async () => {
  const gate = latch();
  const ran: string[] = [];
  const { operations } = engine({
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
  const { operations } = engine({
    one: async ({ serverId }) => {
      ran.push(serverId);
      return broken && serverId === 'a' ? failing() : done;
    },
  });
  const { id } = await operations.start(testRequest(['a', 'b', 'c'], { strategy: { kind: 'canary', size: 1, concurrency: 4 } }));
  expect(states(await operations.finished(id))).toEqual({ 'a/one': 'failed', 'b/one': 'cancelled', 'c/one': 'cancelled' });
  expect(ran).toEqual(['a']);
  broken = false;
  await operations.retryFailed(id);
  expect((await operations.finished(id)).state).toBe('succeeded');
  expect(ran).toEqual(['a', 'a', 'b', 'c']);
  await expect(operations.retryFailed(id)).rejects.toMatchObject({ code: 'operation.wrong-state' });
});

test('the history tells what was asked for, newest first', async () => {
  let now = 1000;
  const { operations } = engine({ one: async () => done }, { nowMs: () => now++ });
  for (const text of ['first', 'second']) await operations.finished((await operations.start(testRequest(['a', 'b'], { spec: { text } }))).id);
  expect(operations.history({ kind: 'exec', limit: 10 })).toMatchObject([
    { spec: { text: 'second' }, targetCount: 2, state: 'succeeded', who: 'tester', strategy: { kind: 'all', concurrency: 16 } },
    { spec: { text: 'first' } },
  ]);
  expect(operations.history({ kind: 'exec', limit: 1 })).toHaveLength(1);
  expect(operations.history({ kind: 'facts', limit: 10 })).toEqual([]);
});
