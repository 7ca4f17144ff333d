import { call } from '@orpc/server';
import { expect, test } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { RequestId, ServerId } from '../../shared/model/ids.ts';
import { assembleOperation, type OperationPart, type OperationSummary } from '../../shared/model/operation.ts';
import type { LogFrame, StateFrame } from '../../shared/model/stream.ts';
import { ClientSession } from '../rpc/clientSession.ts';
import { openTestEngine } from './openTestEngine.ts';
import { operationsHandlers } from './operationsHandlers.ts';
import { type CellScripts, done, latch, testRequest } from './testEngine.ts';

function opened(scripts: CellScripts, nowMs?: () => number) {
  const engine = openTestEngine(scripts);
  const context = { client: new ClientSession(() => {}) };
  return { ...engine, handlers: operationsHandlers(engine.operations, engine.database, who, nowMs), context };
}

const who = () => 'tester';
const requestId = (name: string) => `request-${name}` as RequestId;

/** Reads a state stream into a collection until it satisfies the condition. */
async function until<T>(
  stream: AsyncIterable<StateFrame<T>>,
  key: (item: T) => string,
  condition: (items: Map<string, T>) => boolean,
): Promise<Map<string, T>> {
  const items = new Map<string, T>();
  for await (const frame of stream) {
    if (frame.type === 'snapshot') for (const item of frame.items) items.set(key(item), item);
    if (frame.type === 'patch') for (const item of frame.upsert) items.set(key(item), item);
    if (frame.type === 'patch') for (const removed of frame.remove) items.delete(removed);
    if (condition(items)) break;
  }
  return items;
}

test('watching shows what is open and what ended lately, and follows it to its end', async () => {
  const gate = latch();
  const { operations, handlers, context } = opened({
    one: async () => {
      await gate.opened;
      return done;
    },
  });
  const { id } = await operations.start(testRequest(['a'], { title: 'Watched' }));
  const stream: AsyncIterable<StateFrame<OperationSummary>> = await call(handlers.watch, {}, { context });
  const seen = await until(
    stream,
    (summary) => summary.id,
    (items) => {
      gate.open();
      return items.get(id)?.state === 'succeeded';
    },
  );
  expect(seen.get(id)).toMatchObject({ title: 'Watched', cellsFinished: 1, cellsTotal: 1 });
});

test('an operation that ended long ago is not in the watched list, one that ended lately is', async () => {
  let nowMs = Date.now();
  const { operations, database } = opened({ one: async () => done });
  const { id } = await operations.start(testRequest(['a']));
  await operations.finished(id);
  const context = { client: new ClientSession(() => {}) };
  const ids = async () => {
    const stream: AsyncIterable<StateFrame<OperationSummary>> = await call(operationsHandlers(operations, database, who, () => nowMs).watch, {}, { context });
    return [
      ...(
        await until(
          stream,
          (summary) => summary.id,
          () => true,
        )
      ).keys(),
    ];
  };
  const first: AsyncIterable<StateFrame<OperationSummary>> = await call(operationsHandlers(operations, database, who, () => nowMs).watch, {}, { context });
  expect([
    ...(
      await until(
        first,
        (summary) => summary.id,
        (items) => items.size > 0,
      )
    ).keys(),
  ]).toEqual([id]);
  nowMs += 3_600_001;
  expect(await ids()).toEqual([]);
});

test('one operation comes in parts that make up the whole', async () => {
  const gate = latch();
  const { operations, handlers, context } = opened({
    one: async (cell) => {
      if (cell.serverId === 'a') await gate.opened;
      return done;
    },
    two: async () => ({ ...done, detail: 'all of it' }),
  });
  const { id } = await operations.start(testRequest(['a', 'b']));
  const stream: AsyncIterable<StateFrame<OperationPart>> = await call(handlers.watchOne, { id }, { context });
  const key = (part: OperationPart) => (part.part === 'head' ? 'head' : `${part.cell.serverId}/${part.cell.stepId}`);
  const parts = await until(stream, key, (items) => {
    gate.open();
    const head = items.get('head');
    return head?.part === 'head' && head.head.state === 'succeeded';
  });
  expect(assembleOperation(parts.values())).toEqual(operations.get(id));
});

test('output streams while the operation runs and ends with it, resumable and filtered', async () => {
  const gate = latch();
  const { operations, handlers, context } = opened({
    one: async (cell) => {
      await cell.output('stdout', `${cell.serverId} begins\n`);
      await gate.opened;
      await cell.output('stdout', `${cell.serverId} ends\n`);
      return done;
    },
  });
  const { id } = await operations.start(testRequest(['a', 'b'], { strategy: { kind: 'rolling', size: 1 } }));
  const read = async (afterSeq: number, serverId?: string) => {
    const frames: LogFrame<{ seq: number; data: string }>[] = [];
    const stream = await call(handlers.output, { id, afterSeq, ...(serverId !== undefined && { serverId: serverId as ServerId }) }, { context });
    for await (const frame of stream) {
      frames.push(frame);
      if (frame.type === 'items') gate.open();
    }
    return frames;
  };
  const text = (frames: LogFrame<{ seq: number; data: string }>[]) =>
    frames.flatMap((frame) => (frame.type === 'items' ? frame.items.map((item) => item.data) : [])).join('');
  const live = await read(-1);
  expect(text(live)).toBe('a begins\na ends\nb begins\nb ends\n');
  expect(live.at(-1)).toMatchObject({ type: 'end', reason: 'succeeded' });
  expect(text(await read(1))).toBe('b begins\nb ends\n');
  expect(text(await read(-1, 'b'))).toBe('b begins\nb ends\n');
});

test('a change asked for twice by the same request is made once', async () => {
  let runs = 0;
  const { operations, handlers, context } = opened({
    one: async () => {
      runs += 1;
      throw new AppError('remote.timeout', { server: 'a', what: 'x', seconds: 1 });
    },
  });
  const { id } = await operations.start(testRequest(['a']));
  await operations.finished(id);
  const retry = { id, requestId: requestId('retry'), serverId: 'a' as ServerId, stepId: 'one' };
  const both = await Promise.all([call(handlers.retryCell, retry, { context }), call(handlers.retryCell, retry, { context })]);
  expect(both.map(({ operation }) => operation.id)).toEqual([id, id]);
  await operations.finished(id);
  await call(handlers.retryCell, retry, { context });
  await operations.finished(id);
  expect(runs).toBe(2);
  await expect(call(handlers.cancel, { id, requestId: requestId('retry') }, { context })).rejects.toMatchObject({ code: 'input.invalid' });
});

test('pause, resume, skip and cancel answer with the operation', async () => {
  const gate = latch();
  const { operations, handlers, context } = opened({
    one: async () => {
      await gate.opened;
      return done;
    },
    two: async () => done,
    three: async () => done,
  });
  const { id } = await operations.start(testRequest(['a']));
  const states = [
    await call(handlers.pause, { id, requestId: requestId('pause') }, { context }),
    await call(handlers.skipCell, { id, requestId: requestId('skip'), serverId: 'a' as ServerId, stepId: 'two', reason: 'by hand' }, { context }),
    await call(handlers.resume, { id, requestId: requestId('resume') }, { context }),
    await call(handlers.cancel, { id, requestId: requestId('cancel') }, { context }),
  ].map(({ operation }) => operation.state);
  expect(states).toEqual(['paused', 'paused', 'running', 'running']);
  gate.open();
  const ended = await operations.finished(id);
  expect(ended.cells.map((cell) => cell.state)).toEqual(['done', 'skipped', 'cancelled']);
  expect(await call(handlers.get, { id }, { context })).toEqual(ended);
  expect(await call(handlers.list, { limit: 5 }, { context })).toMatchObject({ operations: [{ id, state: 'cancelled' }] });
});

test('an operation that is not there is refused by every call', async () => {
  const { handlers, context } = opened({ one: async () => done });
  const id = 'op_none' as never;
  const refusal = { code: 'operation.not-found' };
  await expect(call(handlers.get, { id }, { context })).rejects.toMatchObject(refusal);
  await expect(call(handlers.output, { id }, { context })).rejects.toMatchObject(refusal);
  const watched = async () => {
    for await (const _ of await call(handlers.watchOne, { id }, { context })) break;
  };
  await expect(watched()).rejects.toMatchObject(refusal);
});
