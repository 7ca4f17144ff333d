import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { OperationId, ServerId } from '../../shared/model/ids.ts';
import { openTestDatabase } from '../database/openTestDatabase.ts';
import { Journal } from './journal.ts';
import { OutputRepo } from './outputRepo.ts';
import { defaultOutputLimits, type OutputLimits, OutputWriter } from './outputWriter.ts';
import { readOutput } from './readOutput.ts';
import { decodePiece } from './utf8Rules.ts';

const id = 'op_0000000000000000' as OperationId;
const place = { serverId: 'a' as ServerId, stepId: 'one', phase: null, stream: 'stdout' as const };

function opened(limits: Partial<OutputLimits> = {}) {
  const { database, directory } = openTestDatabase();
  const head = {
    id,
    request_id: 'r',
    kind: 'exec',
    title: 't',
    subject: null,
    who: 'w',
    state: 'running',
    wish: 'run' as const,
    strategy: '{}',
    failure_limit: 0,
  };
  const rest = { mutates: 0 as const, spec: '{}', steps: '[]', created_at_ms: 1, started_at_ms: null, finished_at_ms: null, error: null, lease_token: null };
  database.run(database.query.insertInto('operations').values({ ...head, ...rest, lease_expires_at_ms: 0, output_dropped_seq: -1 }));
  const journal = new Journal({ database, nowMs: () => 1 });
  journal.claim(id, { force: false });
  const repo = new OutputRepo(database);
  let written = 0;
  const writer = () =>
    new OutputWriter({
      id,
      directory,
      journal,
      repo,
      nowMs: () => 1,
      limits: { ...defaultOutputLimits, ...limits },
      onWritten: () => (written += 1),
    });
  const read = (afterSeq = -1, limit = 1000) => readOutput({ repo, directory }, id, { afterSeq, limit });
  const text = async () => Buffer.concat((await read()).entries.map(decodePiece)).toString();
  const files = () => readdirSync(join(directory, 'output', id)).sort();
  return { directory, database, journal, repo, writer, read, text, files, written: () => written };
}

test('what was drained is readable, in order; small pieces of one place are one entry', async () => {
  const test = opened();
  const writer = test.writer();
  for (const word of ['a', 'b', 'c']) await writer.append(place, Buffer.from(word));
  await writer.append({ ...place, stream: 'stderr' }, Buffer.from('d'));
  await writer.append(place, Buffer.from('e'));
  await writer.drain();
  const { entries } = await test.read();
  expect(entries.map(({ seq, stream, data }) => [seq, stream, data])).toEqual([
    [0, 'stdout', 'abc'],
    [1, 'stderr', 'd'],
    [2, 'stdout', 'e'],
  ]);
  expect(test.written()).toBe(1);
  await writer.close();
});

test('a caller may use its buffer again', async () => {
  const test = opened();
  const writer = test.writer();
  const buffer = Buffer.from('first');
  await writer.append(place, buffer);
  buffer.write('later');
  await writer.close();
  expect(await test.text()).toBe('first');
});

test('large pieces are cut into entries, segments follow each other, and reading goes over their borders', async () => {
  const test = opened({ entry: 64, segment: 200 });
  const writer = test.writer();
  const text = Array.from({ length: 100 }, (_, n) => `line ${n} é\n`).join('');
  await writer.append(place, Buffer.from(text));
  await writer.close();
  const { entries } = await test.read();
  expect(entries.every((entry) => entry.encoding === 'utf8' && Buffer.from(entry.data).length <= 64)).toBe(true);
  expect(await test.text()).toBe(text);
  expect(test.files().length).toBeGreaterThan(3);
  const middle = await test.read(4, 3);
  expect(middle.entries.map(({ seq }) => seq)).toEqual([5, 6, 7]);
});

test('beyond its limit the oldest output goes, and the gap is told', async () => {
  const test = opened({ entry: 10, segment: 50, total: 120 });
  const writer = test.writer();
  for (let n = 0; n < 40; n += 1) {
    await writer.append(place, Buffer.from(`${n}`.padStart(10, '0')));
    await writer.drain();
  }
  await writer.close();
  const page = await test.read();
  const first = page.entries[0]?.seq ?? 0;
  expect(first).toBeGreaterThan(0);
  expect(page.gapUntil).toBe(first - 1);
  expect(page.entries.map(({ data }) => Number(data))).toEqual(page.entries.map(({ seq }) => seq));
  expect(page.entries.at(-1)?.seq).toBe(39);
  expect((await test.read(first)).gapUntil).toBeNull();
  expect(test.files().length).toBeLessThanOrEqual(3);
});

test('the next life goes on with the next seq, in a segment of its own, and leaves unindexed bytes alone', async () => {
  const test = opened();
  const first = test.writer();
  await first.append(place, Buffer.from('kept'));
  await first.close();
  const [file = ''] = test.files();
  writeFileSync(join(test.directory, 'output', id, file), 'torn', { flag: 'a' });
  writeFileSync(join(test.directory, 'output', id, '000002.log'), 'never indexed');
  const second = test.writer();
  await second.append(place, Buffer.from(' and more'));
  await second.close();
  expect(await test.text()).toBe('kept and more');
  expect((await test.read()).entries.map(({ seq }) => seq)).toEqual([0, 1]);
  expect(test.files()).toEqual(['000001.log', '000003.log']);
});

test('a mark is saved with the bytes it came with, and only the last of a key', async () => {
  const test = opened();
  const writer = test.writer();
  const saved: number[] = [];
  for (const offset of [1, 2, 3]) await writer.append(place, Buffer.from('x'), { key: 'job', save: () => void saved.push(offset) });
  await writer.drain();
  expect(saved).toEqual([3]);
  await writer.append(place, new Uint8Array(), { key: 'job', save: () => void saved.push(4) });
  await writer.close();
  expect(saved).toEqual([3, 4]);
  expect(await test.text()).toBe('xxx');
});

test('a writer whose lease is gone fails, and everything after it', async () => {
  const test = opened();
  const writer = test.writer();
  await writer.append(place, Buffer.from('kept'));
  await writer.drain();
  new Journal({ database: test.database, nowMs: () => 1 }).claim(id, { force: true });
  await writer.append(place, Buffer.from('refused'));
  await expect(writer.drain()).rejects.toMatchObject({ code: 'operation.lease-lost' });
  await expect(writer.append(place, Buffer.from('more'))).rejects.toMatchObject({ code: 'operation.lease-lost' });
  await writer.close();
  expect(await test.text()).toBe('kept');
});

test('a segment that is gone without being dropped is an error, not a silence', async () => {
  const test = opened();
  const writer = test.writer();
  await writer.append(place, Buffer.from('kept'));
  await writer.close();
  rmSync(join(test.directory, 'output', id), { recursive: true });
  await expect(test.read()).rejects.toThrow('ENOENT');
});
