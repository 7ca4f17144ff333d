import { expect, test } from 'vitest';
import type { StreamId } from '../../../shared/model/ids.ts';
import type { Schedule } from '../../../shared/model/schedule.ts';
import type { StateFrame } from '../../../shared/model/stream.ts';
import type { Notice } from './coreMessages.ts';
import { followSchedules } from './followSchedules.ts';

const schedule = (name: string, state: Schedule['state']): Schedule =>
  ({
    ...{ id: name, state, fields: { name, title: `Task ${name}`, text: 'First line\nsecond' } },
    targets: [{ serverId: 'srv_1', name: 'gpu-1', state }],
  }) as unknown as Schedule;
const open: StateFrame<Schedule> = { type: 'open', streamId: 'stream' as StreamId };
const snapshot = (items: Schedule[], { first = true, last = true } = {}): StateFrame<Schedule> => ({
  type: 'snapshot',
  cost: 1,
  version: 1,
  items,
  first,
  last,
});
const patch = (...upsert: Schedule[]): StateFrame<Schedule> => ({ type: 'patch', cost: 1, version: 2, upsert, remove: [] });

async function told(frames: StateFrame<Schedule>[]): Promise<Notice[]> {
  const notices: Notice[] = [];
  const watch = async () =>
    (async function* () {
      yield* frames;
    })();
  await followSchedules({ watch, ack: async () => {} }, (notice) => notices.push(notice), new AbortController().signal);
  return notices;
}

test('what is due at the beginning is told in one notice, what becomes due later by name and once', async () => {
  const notices = await told([
    open,
    snapshot([schedule('a', 'due')], { last: false }),
    snapshot([schedule('b', 'overdue'), schedule('c', 'soon')], { first: false }),
    patch(schedule('c', 'due')),
    patch(schedule('c', 'overdue')),
    patch(schedule('c', 'later')),
    patch(schedule('c', 'due')),
  ]);
  expect(notices.map(({ title }) => title)).toEqual(['2 tasks are due', 'Task c is due', 'Task c is due']);
  expect(notices[1]).toEqual({ title: 'Task c is due', body: 'gpu-1 · First line', to: '/schedules?item=c' });
});

test('where nothing is due, nothing is said', async () => {
  expect(await told([open, snapshot([schedule('a', 'later'), schedule('b', 'paused')]), patch(schedule('a', 'soon'))])).toEqual([]);
});
