import { expect, test, vi } from 'vitest';
import type { OperationId, StreamId } from '../../../shared/model/ids.ts';
import type { OperationState, OperationSummary } from '../../../shared/model/operation.ts';
import type { StateFrame } from '../../../shared/model/stream.ts';
import type { Notice } from './coreMessages.ts';
import { followOperations } from './followOperations.ts';

const operation = (id: string, state: OperationState): OperationSummary => ({
  id: id as OperationId,
  kind: 'exec',
  title: id,
  subject: null,
  state,
  targets: [],
  cellsTotal: 1,
  cellsFinished: 0,
  currentStep: null,
  who: 'Ada',
  createdAtMs: 0,
  startedAtMs: 0,
  finishedAtMs: null,
  error: null,
});

const open: StateFrame<OperationSummary> = { type: 'open', streamId: 'stream' as StreamId };
const snapshot = (...items: OperationSummary[]): StateFrame<OperationSummary> => ({ type: 'snapshot', cost: 10, version: 1, items, first: true, last: true });
const patch = (upsert: OperationSummary[], remove: string[] = []): StateFrame<OperationSummary> => ({ type: 'patch', cost: 5, version: 2, upsert, remove });

async function follow(frames: StateFrame<OperationSummary>[], wanted = true) {
  const notices: Notice[] = [];
  const ack = vi.fn(async () => {});
  const source = {
    async watch() {
      return (async function* () {
        yield* frames;
      })();
    },
    ack,
    wanted: async () => wanted,
  };
  await followOperations(source, (notice) => notices.push(notice), new AbortController().signal);
  return { titles: notices.map((notice) => notice.title), ack };
}

test('tells of what ends after the first snapshot, once', async () => {
  const { titles } = await follow([
    open,
    snapshot(operation('a', 'running'), operation('b', 'succeeded')),
    patch([operation('a', 'succeeded'), operation('c', 'running')]),
    patch([operation('a', 'succeeded')]),
    patch([operation('c', 'failed')]),
  ]);
  expect(titles).toEqual(['a succeeded', 'c failed']);
});

test('a new snapshot after a gap tells what ended meanwhile', async () => {
  const { titles } = await follow([open, snapshot(operation('a', 'running')), snapshot(operation('a', 'failed'), operation('z', 'succeeded'))]);
  expect(titles).toEqual(['a failed']);
});

test('what was removed is forgotten', async () => {
  const { titles } = await follow([open, snapshot(operation('a', 'running')), patch([], ['a']), patch([operation('a', 'failed')])]);
  expect(titles).toEqual([]);
});

test('every frame is acknowledged with its cost, wanted or not', async () => {
  const { titles, ack } = await follow([open, snapshot(operation('a', 'running')), patch([operation('a', 'failed')])], false);
  expect(titles).toEqual([]);
  expect(ack.mock.calls).toEqual([
    ['stream', 10],
    ['stream', 5],
  ]);
});
