import { expect, it } from 'vitest';
import type { OperationId, ServerId } from '../../../shared/model/ids.ts';
import type { OperationSummary } from '../../../shared/model/operation.ts';
import type { OutputPiece } from '../../operations/runRecords.ts';
import { searchOutput } from './searchOutput.ts';

interface Run {
  id: string;
  segments: (readonly [server: string, text: string, atMs?: number])[][];
}

function search(runs: readonly Run[], query: Partial<Parameters<typeof searchOutput>[2]> & { text: string }, nowMs: () => number = () => 0) {
  const pieces = new Map<string, OutputPiece[]>();
  for (const run of runs) {
    let seq = -1;
    run.segments.forEach((segment, index) => {
      let position = 0;
      const key = `${run.id}/${index}`;
      pieces.set(key, []);
      for (const [server, text, atMs = 5] of segment) {
        seq += 1;
        const length = Buffer.byteLength(text);
        pieces.get(key)?.push({ seq, atMs, serverId: server as ServerId, stepId: 'run', phase: 'run', stream: 'stdout', position, length });
        position += length;
      }
    });
  }
  const find = (id: string) => runs.find((run) => run.id === id);
  const records = {
    segments: (id: OperationId) =>
      (find(id)?.segments ?? []).map((segment, index) => {
        const own = pieces.get(`${id}/${index}`) ?? [];
        return {
          segment: index,
          bytes: Buffer.byteLength(segment.map(([, text]) => text).join('')),
          afterSeq: (own[0]?.seq ?? 0) - 1,
          lastSeq: own.at(-1)?.seq ?? 0,
        };
      }),
    segmentBytes: async (id: OperationId, segment: number) => Buffer.from((find(id)?.segments[segment] ?? []).map(([, text]) => text).join('')),
    pieces: (id: OperationId, { afterSeq, lastSeq }: { afterSeq: number; lastSeq: number }) =>
      [...pieces].filter(([key]) => key.startsWith(`${id}/`)).flatMap(([, own]) => own.filter(({ seq }) => seq > afterSeq && seq <= lastSeq)),
  };
  const summaries = runs.map(
    ({ id }) =>
      ({ id, title: id, kind: 'exec', state: 'succeeded', subject: null, targets: [{ serverId: 'a', name: 'gpu-a' }] }) as unknown as OperationSummary,
  );
  return searchOutput({ records, nowMs }, summaries, { limit: 100, budgetMs: 1000, ...query });
}

const lines = async (...given: Parameters<typeof search>) =>
  (await search(...given)).hits.map(({ operationId, seq, line, from, length }) => [operationId, seq, line, line.slice(from, from + length)]);
const places = async (...given: Parameters<typeof search>) => (await search(...given)).hits.map(({ operationId, seq }) => `${operationId} ${seq}`);

it('finds lines in either case, one hit for each line, with the place in it', async () => {
  const run = { id: 'r1', segments: [[['a', 'one\nXid 79 and xid 79\nthree xid 79\n'] as const]] };
  expect(await lines([run], { text: 'XID 79' })).toEqual([
    ['r1', 0, 'Xid 79 and xid 79', 'Xid 79'],
    ['r1', 0, 'three xid 79', 'xid 79'],
  ]);
});

it('finds what was written in pieces, with others in between and over two files, and not what two servers said together', async () => {
  const run = {
    id: 'r1',
    segments: [
      [['a', 'the GPU has fal'] as const, ['b', 'len is not of a'] as const, ['a', 'len off'] as const],
      [['a', ' the bus\nGPU'] as const, ['b', ' has no news\n'] as const],
    ],
  };
  expect(await lines([run], { text: 'has fallen off' })).toEqual([['r1', 2, 'the GPU has fallen off', 'has fallen off']]);
  expect(await lines([run], { text: 'off the bus' })).toEqual([['r1', 3, 'the GPU has fallen off the bus', 'off the bus']]);
  expect(await lines([run], { text: 'fallen is' })).toEqual([]);
  expect(await lines([run], { text: 'GPU has no' })).toEqual([]);
});

it('finds other letters than ASCII, and not letters that only look alike in bytes', async () => {
  const run = { id: 'r1', segments: [[['a', 'ÄRGER im Gerät\nсервер Ошибка\n'] as const]] };
  expect(await lines([run], { text: 'ärger' })).toHaveLength(1);
  expect(await lines([run], { text: 'СЕРВЕР' })).toHaveLength(1);
  expect(await lines([run], { text: 'Gerãt' })).toEqual([]);
});

it('shows a line without colours, shortened around what was found', async () => {
  const run = { id: 'r1', segments: [[['a', `${'x'.repeat(500)}\u001b[31mERROR\u001b[0m here${'y'.repeat(500)}\n`] as const]] };
  const [hit] = (await search([run], { text: 'error' })).hits;
  expect(hit?.line.length).toBeLessThan(400);
  expect(hit?.line).not.toContain('\u001b');
  expect(hit?.line.slice(hit.from, hit.from + hit.length)).toBe('ERROR');
});

it('keeps to one server and a time, with the names of then', async () => {
  const run = { id: 'r1', segments: [[['a', 'error 1\n', 10] as const, ['b', 'error 2\n', 20] as const, ['a', 'error 3\n', 30] as const]] };
  expect(await places([run], { text: 'error', serverId: 'a' as ServerId })).toEqual(['r1 0', 'r1 2']);
  expect(await places([run], { text: 'error', sinceMs: 15, untilMs: 25 })).toEqual(['r1 1']);
  expect((await search([run], { text: 'error 1' })).hits[0]).toMatchObject({ server: 'gpu-a', stepId: 'run', atMs: 10 });
});

it('does not let one noisy run hide the others, and says why it ended', async () => {
  const noisy = { id: 'r1', segments: [[['a', 'error\n'.repeat(500)] as const]] };
  const other = { id: 'r2', segments: [[['a', 'error\n'] as const]] };
  const all = await search([noisy, other], { text: 'error' });
  expect(all.cut).toBe('limit');
  expect(all.hits.filter(({ operationId }) => operationId === 'r2')).toHaveLength(1);
  expect(await search([noisy, other], { text: 'error', limit: 3 })).toMatchObject({ cut: 'limit', searched: { runs: 1 }, hits: { length: 3 } });
  let now = 0;
  expect(await search([noisy, other], { text: 'nothing' }, () => (now += 600))).toMatchObject({ cut: 'time', hits: [] });
});
