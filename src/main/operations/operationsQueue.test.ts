import { expect, test } from 'vitest';
import type { ServerId } from '../../shared/model/ids.ts';
import { openTestEngine } from './openTestEngine.ts';
import { done, latch, testRequest } from './testEngine.ts';

const server = (name: string) => name as ServerId;

test('operations that change the same server wait for each other, first come first served; others do not', async () => {
  const gate = latch();
  const order: string[] = [];
  const { operations } = openTestEngine({
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

test('a queued operation can be cancelled and lets the next one pass', async () => {
  const gate = latch();
  const { operations } = openTestEngine({
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
