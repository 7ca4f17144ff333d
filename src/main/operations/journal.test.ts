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
    ...{ id: newOperationId(1), requestId, kind, title, subject, who, strategy, mutates, spec, targets, state: 'queued', wish: 'run', failureLimit: 1 },
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
  repo.insert(made);
  let nowMs = 1000;
  const journal = () => new Journal({ database, nowMs: () => nowMs, leaseMs: 100 });
  const dispose = () => {
    database.close();
    directory[Symbol.dispose]();
  };
  return { repo, made, journal, pass: (ms: number) => (nowMs += ms), [Symbol.dispose]: dispose };
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
  expect(first.writeTo(test.made.id, 'x', () => 5)).toBe(5);
  expect(() => second.writeTo(test.made.id, 'x', () => 5)).toThrow(lost);
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
    first.writeTo(test.made.id, 'x', () => {
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
  first.writeTo(test.made.id, 'x', () => {});
  test.pass(60);
  expect(() => second.claim(test.made.id, { force: false })).toThrow(lost);
  test.pass(1000);
  first.writeTo(test.made.id, 'x', () => {});
  expect(() => second.claim(test.made.id, { force: false })).toThrow(lost);
});

test('force takes the lease of a dead one at once; a released one is free', () => {
  using test = opened();
  const [first, second, third] = [test.journal(), test.journal(), test.journal()];
  first.claim(test.made.id, { force: false });
  second.claim(test.made.id, { force: true });
  expect(() => first.writeTo(test.made.id, 'x', () => {})).toThrow(lost);
  first.release(test.made.id);
  second.writeTo(test.made.id, 'x', () => {});
  second.release(test.made.id);
  third.claim(test.made.id, { force: false });
});
