import { expect, it, vi } from 'vitest';
import type { StreamId } from '../../shared/model/ids.ts';
import type { FieldStatePatch, StateFrame } from '../../shared/model/stream.ts';
import { ConnectionLostError } from './connection.ts';
import { createStateStore, type StateSnapshot } from './stateStore.ts';
import { createFrameSource } from './testFrames.ts';

interface Item {
  id: string;
  value: number;
}
const open = (id = 's1'): StateFrame<Item> => ({ type: 'open', streamId: id as StreamId });
const snapshot = (items: Item[], part: { first?: boolean; last?: boolean } = {}): StateFrame<Item> => ({
  type: 'snapshot',
  cost: 100,
  version: 1,
  items,
  first: part.first ?? true,
  last: part.last ?? true,
});
const patch = (upsert: Item[], remove: string[] = []): StateFrame<Item> => ({ type: 'patch', cost: 10, version: 2, upsert, remove });

function setUp() {
  const source = createFrameSource<StateFrame<Item>>();
  const acknowledged: { streamId: string; cost: number }[] = [];
  const snapshots: StateSnapshot<Item>[] = [];
  const retries: number[] = [];
  const store = createStateStore<Item>({
    keyOf: (item) => item.id,
    open: async () => source.open(),
    ack: (streamId, cost) => acknowledged.push({ streamId, cost }),
    beforeRetry: async (attempt) => {
      retries.push(attempt);
    },
    minIntervalMs: 0,
    lingerMs: 0,
  });
  const stop = store.subscribe(() => snapshots.push(store.get()));
  return { source, acknowledged, snapshots, store, stop, retries };
}
const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true));

it('shows a snapshot once its last frame is there, and acknowledges every frame', async () => {
  const { source, store, acknowledged, stop } = setUp();
  source.push(open(), snapshot([{ id: 'a', value: 1 }], { last: false }));
  await until(() => acknowledged.length > 0);
  expect(store.get().status).toBe('loading');
  source.push(snapshot([{ id: 'b', value: 2 }], { first: false }));
  await until(() => store.get().status === 'live');
  expect(store.get().list.map((item) => item.id)).toEqual(['a', 'b']);
  await until(() => acknowledged.reduce((sum, each) => sum + each.cost, 0) === 200);
  expect(acknowledged.every((each) => each.streamId === 's1')).toBe(true);
  stop();
});

it('takes the fields of an item that changed, and leaves the rest of it as it was', async () => {
  const { source, store, stop } = setUp();
  source.push(open(), snapshot([{ id: 'a', value: 1 }]));
  await until(() => store.get().status === 'live');
  const before = store.get().items.get('a');
  const changed: FieldStatePatch<Item> = {
    ...{ type: 'patch', cost: 10, version: 2, upsert: [], remove: [] },
    changed: [
      { key: 'a', fields: { value: 2 } },
      { key: 'never told', fields: { value: 3 } },
    ],
  };
  source.push(changed);
  await until(() => store.get().list[0]?.value === 2);
  expect(store.get().list).toEqual([{ id: 'a', value: 2 }]);
  expect(before).toEqual({ id: 'a', value: 1 });
  stop();
});

it('takes many patches of a frame at once and keeps the identity of what did not change', async () => {
  const { source, store, snapshots, acknowledged, stop } = setUp();
  source.push(
    open(),
    snapshot([
      { id: 'a', value: 0 },
      { id: 'b', value: 0 },
    ]),
  );
  await until(() => store.get().status === 'live');
  const before = store.get().items.get('b');
  const seen = snapshots.length;
  for (let value = 1; value <= 500; value += 1) source.push(patch([{ id: 'a', value }]));
  await until(() => store.get().items.get('a')?.value === 500);
  expect(snapshots.length - seen).toBeLessThan(20);
  expect(store.get().items.get('b')).toBe(before);
  await until(() => acknowledged.reduce((sum, each) => sum + each.cost, 0) === 100 + 5_000);
  source.push(patch([], ['a']));
  await until(() => store.get().list.length === 1);
  stop();
});

it('keeps what it knew while the connection is away, says since when, and replaces it afterwards', async () => {
  const { source, store, stop, retries } = setUp();
  source.push(open(), snapshot([{ id: 'a', value: 1 }]));
  await until(() => store.get().status === 'live');
  source.fail(new ConnectionLostError('gone'));
  await until(() => store.get().status === 'stale');
  expect(store.get().list).toHaveLength(1);
  expect(store.get().sinceMs).toBeGreaterThan(0);
  source.push(open('s2'), snapshot([{ id: 'c', value: 3 }]));
  await until(() => store.get().status === 'live');
  expect(store.get().list.map((item) => item.id)).toEqual(['c']);
  expect(retries).toEqual([1]);
  stop();
});

it('says why it failed when there was nothing before', async () => {
  const { source, store, stop } = setUp();
  source.fail(new Error('boom'));
  await until(() => store.get().status === 'error');
  expect(store.get().error?.code).toBe('internal');
  stop();
});
