import { expect, test } from 'vitest';
import type { AlertNotice } from '../../../shared/model/alert.ts';
import type { StreamId } from '../../../shared/model/ids.ts';
import type { StateFrame } from '../../../shared/model/stream.ts';
import type { Notice } from './coreMessages.ts';
import { followAlerts } from './followAlerts.ts';

const notice = (id: string): AlertNotice => ({ id, title: `Alert ${id}`, body: 'gpu-1', to: `/alerts?item=${id}`, severity: 'critical', atMs: 1 });
const patch = (...upsert: AlertNotice[]): StateFrame<AlertNotice> => ({ type: 'patch', cost: 1, version: 2, upsert, remove: [] });

test('what was there before is not told again, what comes is told once', async () => {
  const frames: StateFrame<AlertNotice>[] = [
    { type: 'open', streamId: 'stream' as StreamId },
    { type: 'snapshot', cost: 1, version: 1, items: [notice('a')], first: true, last: true },
    patch(notice('a'), notice('b')),
    patch(notice('b')),
    patch(notice('c')),
  ];
  const told: Notice[] = [];
  const costs: number[] = [];
  const watch = async () =>
    (async function* () {
      yield* frames;
    })();
  await followAlerts({ watch, ack: async (_id, cost) => costs.push(cost) }, (each) => told.push(each), new AbortController().signal);
  expect(told.map(({ title, to }) => [title, to])).toEqual([
    ['Alert b', '/alerts?item=b'],
    ['Alert c', '/alerts?item=c'],
  ]);
  expect(costs).toEqual([1, 1, 1, 1]);
});
