import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openDatabase } from '../database/openDatabase.ts';
import { testDirectory } from '../database/testDirectory.ts';
import { Journal } from './journal.ts';
import { newOperationId } from './operationIds.ts';
import { type OperationRecord, pendingCell } from './operationRecord.ts';
import { OperationRepo } from './operationRepo.ts';
import { testRequest } from './testEngine.ts';

function record(): OperationRecord {
  const { requestId, kind, title, subject, who, strategy, mutates, spec, targets } = testRequest(['a', 'b']);
  return {
    ...{
      id: newOperationId(1),
      requestId,
      kind,
      title,
      subject,
      who,
      strategy,
      mutates,
      spec,
      targets,
      state: 'queued',
      wish: 'run',
      failureLimit: 1,
      parentId: null,
    },
    steps: [{ id: 'one', title: 'One', runs: 'always' }],
    cells: targets.map(({ serverId }) => [pendingCell(serverId, 'one')]),
    ...{ createdAtMs: 1, startedAtMs: null, finishedAtMs: null, error: { code: 'ssh.connection-lost', data: { server: 'a' } } },
  };
}

function opened() {
  const directory = testDirectory();
  const database = openDatabase({ directory: directory.path });
  const repo = new OperationRepo(database);
  const made = record();
  repo.insert(made, { lease_token: null, lease_expires_at_ms: 0 });
  let nowMs = 1000;
  const journal = () => new Journal({ database, nowMs: () => nowMs, leaseMs: 100 });
  const dispose = () => {
    database.close();
    directory[Symbol.dispose]();
  };
  return { database, repo, made, journal, pass: (ms: number) => (nowMs += ms), [Symbol.dispose]: dispose };
}

const lost = expect.objectContaining({ code: 'operation.lease-lost' });

test('an operation comes back from the journal as it was put in', () => {
  using test = opened();
  expect(test.repo.load(test.made.id)).toEqual(test.made);
});

test('only the holder of the lease writes', () => {
  using test = opened();
  const [first, second] = [test.journal(), test.journal()];
  first.claim(test.made.id, { force: false });
  expect(first.writeToNow(test.made.id, 'x', () => 5)).toBe(5);
  expect(() => second.writeToNow(test.made.id, 'x', () => 5)).toThrow(lost);
  expect(() => second.claim(test.made.id, { force: false })).toThrow(lost);
});

test('a lease that expired can be taken by another, and then its old holder writes nothing', () => {
  using test = opened();
  const [first, second] = [test.journal(), test.journal()];
  first.claim(test.made.id, { force: false });
  test.pass(100);
  second.claim(test.made.id, { force: false });
  let wrote = false;
  expect(() =>
    first.writeToNow(test.made.id, 'x', () => {
      wrote = true;
    }),
  ).toThrow(lost);
  expect(wrote).toBe(false);
});

test('writing keeps the lease alive; one that slept through its end goes on where nobody took it', () => {
  using test = opened();
  const [first, second] = [test.journal(), test.journal()];
  first.claim(test.made.id, { force: false });
  test.pass(60);
  first.writeToNow(test.made.id, 'x', () => {});
  test.pass(60);
  expect(() => second.claim(test.made.id, { force: false })).toThrow(lost);
  test.pass(1000);
  first.writeToNow(test.made.id, 'x', () => {});
  expect(() => second.claim(test.made.id, { force: false })).toThrow(lost);
});

test('force takes the lease of a dead one at once; a released one is free', () => {
  using test = opened();
  const [first, second, third] = [test.journal(), test.journal(), test.journal()];
  first.claim(test.made.id, { force: false });
  second.claim(test.made.id, { force: true });
  expect(() => first.writeToNow(test.made.id, 'x', () => {})).toThrow(lost);
  first.writeNow('x', () => first.release(test.made.id));
  second.writeToNow(test.made.id, 'x', () => {});
  second.writeNow('x', () => second.release(test.made.id));
  third.claim(test.made.id, { force: false });
});

test('writes of one turn share a commit and are carried out in order; each is told when it is on disk', async () => {
  using test = opened();
  const seen: string[] = [];
  const journal = new Journal({ database: test.database, nowMs: () => 1, hook: (when, what) => seen.push(`${when} ${what}`) });
  journal.claim(test.made.id, { force: false });
  seen.length = 0;
  const write = (what: string) =>
    journal.writeTo(
      test.made.id,
      what,
      () => seen.push(`do ${what}`),
      () => seen.push(`committed ${what}`),
    );
  await Promise.all([write('a'), write('b')]);
  expect(seen).toEqual(['before a', 'before b', 'do a', 'do b', 'committed a', 'after a', 'committed b', 'after b']);
});

test('a refused write leaves nothing and the others of its commit untouched', async () => {
  using test = opened();
  const journal = test.journal();
  journal.claim(test.made.id, { force: false });
  const put = (key: string) => test.database.run(test.database.query.insertInto('settings').values({ key, value: '1', updated_at_ms: 1 }));
  const results = await Promise.allSettled([
    journal.write('a', () => put('a')),
    journal.write('b', () => {
      put('b');
      throw new Error('no');
    }),
    journal.writeTo('op_other' as never, 'c', () => put('c')),
    journal.write('d', () => put('d')),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(test.database.all(test.database.query.selectFrom('settings').select('key').orderBy('key')).map(({ key }) => key)).toEqual(['a', 'd']);
});

test('a full disk fails every write of the commit', async () => {
  using test = opened();
  const journal = test.journal();
  const put = (key: string, size: number) =>
    test.database.run(test.database.query.insertInto('settings').values({ key, value: JSON.stringify('x'.repeat(size)), updated_at_ms: 1 }));
  test.database.first({ compile: () => sql.raw('PRAGMA max_page_count = 50').compile(test.database.query) });
  const results = await Promise.allSettled([
    journal.write('a', () => put('a', 1)),
    journal.write('b', () => put('b', 1_000_000)),
    journal.write('c', () => put('c', 1)),
  ]);
  for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'local.disk-full' } });
  expect(test.database.all(test.database.query.selectFrom('settings').select('key'))).toEqual([]);
});

test('what is written at once comes after what was queued', async () => {
  using test = opened();
  const journal = test.journal();
  const seen: string[] = [];
  const queued = journal.write('a', () => seen.push('a'));
  journal.writeNow('b', () => seen.push('b'));
  await queued;
  expect(seen).toEqual(['a', 'b']);
});
