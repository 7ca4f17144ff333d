import { expect, it, vi } from 'vitest';
import type { StreamId } from '../../shared/model/ids.ts';
import type { LogFrame } from '../../shared/model/stream.ts';
import { ConnectionLostError } from './connection.ts';
import { createLogStore } from './logStore.ts';
import { createFrameSource } from './testFrames.ts';

interface Line {
  seq: number;
}
const open: LogFrame<Line> = { type: 'open', streamId: 'l1' as StreamId };
const items = (from: number, to: number): LogFrame<Line> => ({
  type: 'items',
  cost: 5,
  items: Array.from({ length: to - from + 1 }, (_, index) => ({ seq: from + index })),
});

function setUp(limit?: number) {
  const source = createFrameSource<LogFrame<Line>>();
  const asked: number[] = [];
  let granted = 0;
  const store = createLogStore<Line>({
    open: async (afterSeq) => {
      asked.push(afterSeq);
      return source.open();
    },
    ack: (_id, cost) => {
      granted += cost;
    },
    beforeRetry: async () => {},
    ...(limit === undefined ? {} : { limit }),
  });
  return { source, store, asked, granted: () => granted };
}
const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true));
const seqs = (store: ReturnType<typeof setUp>['store']) => store.get().entries.map((entry) => (entry.kind === 'item' ? entry.item.seq : entry.kind));

it.each([
  ['the connection says so', new ConnectionLostError('gone')],
  ['its link breaks the stream off', new DOMException('[RPCLink] connection closed', 'AbortError')],
])('goes on after the last line it took, and marks the break: %s', async (_how, lost) => {
  const { source, store, asked, granted } = setUp();
  source.push(open, items(0, 2));
  await until(() => store.get().entries.length === 3);
  source.fail(lost);
  await until(() => asked.length === 2);
  source.push(open, items(3, 3), { type: 'end', cost: 0, reason: 'done' });
  await until(() => store.get().status === 'ended');
  expect(asked).toEqual([-1, 2]);
  expect(seqs(store)).toEqual([0, 1, 2, 'reconnected', 3]);
  expect(store.get().endReason).toBe('done');
  await until(() => granted() === 10);
  store.close();
});

it('shows a gap where the source says that something is gone, and resumes behind it', async () => {
  const { source, store, asked } = setUp();
  source.push(open, { type: 'gap', cost: 0, fromSeq: 0, toSeq: 99, reason: 'too old' });
  await until(() => store.get().entries.length === 1);
  source.fail(new ConnectionLostError('gone'));
  await until(() => asked.length === 2);
  expect(asked).toEqual([-1, 99]);
  store.close();
});

it('lets go of the oldest lines beyond its limit and counts them', async () => {
  const { source, store } = setUp(100);
  source.push(open, items(0, 299));
  await until(() => store.get().dropped > 0);
  expect(store.get().dropped + store.get().entries.length).toBe(300);
  expect(store.get().entries.length).toBe(100);
  store.close();
});

it('stops with the error when the source refuses', async () => {
  const { source, store, asked } = setUp();
  source.fail(new Error('no'));
  await until(() => store.get().status === 'error');
  expect(asked).toEqual([-1]);
  store.close();
});
