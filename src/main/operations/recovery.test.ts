import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { OperationId, ServerId } from '../../shared/model/ids.ts';
import type { ConnectionState } from '../../shared/model/server.ts';
import { type FakeRemoteFaults, touch } from './fakeRemote.ts';
import { testLives } from './openTestEngine.ts';
import type { CellContext } from './operations.ts';
import { type CellScripts, done, latch, outputOf, type TestEngine, testRequest } from './testEngine.ts';

const server = 'a' as ServerId;

/** Resolves when the operation satisfies the condition. */
async function until(engine: TestEngine, id: OperationId, condition: (operation: ReturnType<TestEngine['operations']['get']>) => boolean): Promise<void> {
  if (condition(engine.operations.get(id))) return;
  await new Promise<void>((resolve) => {
    const stop = engine.operations.onChange(() => {
      if (!condition(engine.operations.get(id))) return;
      stop();
      resolve();
    });
  });
}

/** A job that counts its runs and waits for `go` in the server's directory. */
const waitingJob = 'echo ran >>"$HOME/runs"; echo begun; while [ -d "$HOME" ] && [ ! -f "$HOME/go" ]; do sleep 0.01; done; echo ended; exit 5';
const runs = (directory: string) => readFileSync(join(directory, 'runs'), 'utf8').trim().split('\n').length;
const jobCell = async (context: CellContext) => ({ ...done, exitCode: (await context.job('work', { script: waitingJob })).exitCode });

async function begunJob(engine: TestEngine): Promise<OperationId> {
  const { id } = await engine.operations.start(testRequest(['a'], { mutates: true }));
  await new Promise<void>((resolve) => engine.operations.onOutput(id, resolve));
  return id;
}

test('closing leaves the job to go on; the next life gives its whole output and true exit code', async () => {
  const core = testLives();
  const id = await begunJob(await core.next({ one: jobCell }));
  const second = await core.next({ one: jobCell });
  expect(second.operations.get(id)).toMatchObject({ state: 'running', cells: [{ state: 'running', attempt: 1 }] });
  await second.operations.recover();
  expect(second.operations.activity(server)?.operationId).toBe(id);
  touch(join(core.server('a'), 'go'));
  expect(await second.operations.finished(id)).toMatchObject({ state: 'succeeded', cells: [{ state: 'done', exitCode: 5, attempt: 1 }] });
  expect((await outputOf(second.operations, id)).toString()).toBe('begun\nended\n');
  expect(runs(core.server('a'))).toBe(1);
});

test('what was being cancelled when the core died is ended on the server, without running its code again', async () => {
  const core = testLives();
  const first = await core.next({ one: jobCell });
  const id = await begunJob(first);
  first.database.run(first.database.query.updateTable('operations').set({ wish: 'cancel' }));
  let again = false;
  const second = await core.next({
    one: async () => {
      again = true;
      return done;
    },
  });
  await second.operations.recover();
  expect(await second.operations.finished(id)).toMatchObject({ state: 'cancelled', cells: [{ state: 'cancelled' }] });
  expect(again).toBe(false);
  await expect.poll(() => readdirSync(join(core.server('a'), 'jobs'))).toEqual([]);
});

test('what was paused when the core died ends its cell and stays paused', async () => {
  const core = testLives();
  const first = await core.next({ one: jobCell, two: async () => done });
  const id = await begunJob(first);
  await first.operations.pause(id);
  const second = await core.next({ one: jobCell, two: async () => done });
  await second.operations.recover();
  touch(join(core.server('a'), 'go'));
  await until(second, id, (operation) => operation.cells[0]?.state === 'done');
  expect(second.operations.get(id)).toMatchObject({ state: 'paused', cells: [{ state: 'done' }, { state: 'pending' }] });
  await second.operations.resume(id);
  expect((await second.operations.finished(id)).state).toBe('succeeded');
});

test('queued operations wait on in the next life', async () => {
  const core = testLives();
  const first = await core.next({ one: jobCell });
  const id = await begunJob(first);
  const queued = await first.operations.start(testRequest(['a'], { mutates: true }));
  const second = await core.next({ one: jobCell });
  await second.operations.recover();
  expect(second.operations.get(queued.id).state).toBe('queued');
  touch(join(core.server('a'), 'go'));
  expect((await second.operations.finished(queued.id)).state).toBe('succeeded');
  expect((await second.operations.finished(id)).state).toBe('succeeded');
});

test('a job whose files are gone is lost and is not started again', async () => {
  const core = testLives();
  const id = await begunJob(await core.next({ one: jobCell }));
  const [job = ''] = readdirSync(join(core.server('a'), 'jobs'));
  const second = await core.next({ one: jobCell });
  process.kill(-Number(readFileSync(join(core.server('a'), 'jobs', job, 'pid'), 'utf8')), 'SIGKILL');
  rmSync(join(core.server('a'), 'jobs', job), { recursive: true });
  await second.operations.recover();
  const ended = await second.operations.finished(id);
  expect(ended).toMatchObject({ state: 'failed', error: { code: 'job.lost', data: { by: 'removal', server: 'a' } } });
  expect(runs(core.server('a'))).toBe(1);
});

test('a job that was killed is lost, with the output it had', async () => {
  const core = testLives();
  const engine = await core.next({ one: jobCell });
  const id = await begunJob(engine);
  const [job = ''] = readdirSync(join(core.server('a'), 'jobs'));
  process.kill(-Number(readFileSync(join(core.server('a'), 'jobs', job, 'pid'), 'utf8')), 'SIGKILL');
  expect(await engine.operations.finished(id)).toMatchObject({ state: 'failed', error: { code: 'job.lost', data: { by: 'kill' } } });
  expect((await outputOf(engine.operations, id)).toString()).toBe('begun\n');
});

test('a full disk halts the operation; resumed, it goes on with the same job', async () => {
  let full = false;
  const core = testLives();
  const engine = await core.next(
    { one: jobCell },
    {
      journalHook: (when, what) => {
        if (full && when === 'before' && what !== 'release') throw new AppError('local.disk-full', { path: '/data' });
      },
    },
  );
  const id = await begunJob(engine);
  full = true;
  touch(join(core.server('a'), 'go'));
  await until(engine, id, (operation) => operation.state === 'paused');
  expect(engine.operations.get(id)).toMatchObject({ state: 'paused', error: { code: 'local.disk-full' }, cells: [{ state: 'running', error: null }] });
  const next = testRequest(['a'], { mutates: true });
  await expect(engine.operations.start(next)).rejects.toMatchObject({ code: 'local.disk-full' });
  full = false;
  await engine.operations.resume(id);
  expect(await engine.operations.finished(id)).toMatchObject({ state: 'succeeded', error: null, cells: [{ exitCode: 5 }] });
  expect((await outputOf(engine.operations, id)).toString()).toBe('begun\nended\n');
  expect(runs(core.server('a'))).toBe(1);
});

test('a lease that another took halts the operation without a word in the journal', async () => {
  const core = testLives();
  const engine = await core.next({ one: jobCell });
  const id = await begunJob(engine);
  engine.database.run(engine.database.query.updateTable('operations').set({ lease_token: 'another' }));
  touch(join(core.server('a'), 'go'));
  await expect
    .poll(() => engine.events.map(({ event, fields }) => [event, fields['error']]))
    .toContainEqual(['operation.halted', { code: 'operation.lease-lost', data: { id } }]);
  expect(engine.operations.get(id)).toMatchObject({ state: 'running', cells: [{ state: 'running' }] });
  // Until the run is put away, whoever asks is told of the lease.
  const refusal = () =>
    engine.operations.cancel(id).then(
      () => 'cancelled',
      (error: AppError) => error.code,
    );
  await expect.poll(refusal).toBe('operation.wrong-state');
});

test('an operation that this version does not know needs a person', async () => {
  const core = testLives();
  const first = await core.next({ one: jobCell });
  const id = await begunJob(first);
  first.database.run(first.database.query.updateTable('operations').set({ kind: 'rollback' }));
  const second = await core.next({ one: jobCell });
  await second.operations.recover();
  expect(second.operations.get(id)).toMatchObject({ state: 'needs-attention', error: { code: 'outcome-unknown' }, cells: [{ state: 'needs-attention' }] });
});

test('an effect of which nobody can tell needs a person, who may try again or skip', async () => {
  const core = testLives();
  let dies = true;
  const began = latch();
  const scripts: CellScripts = {
    one: async (context) => {
      await context.effect('switch', 'once', async () => {
        began.open();
        if (dies) await new Promise((_, reject) => context.signal.addEventListener('abort', () => reject(context.signal.reason)));
        return `attempt ${context.attempt}`;
      });
      return done;
    },
    two: async () => done,
    undo: async () => done,
  };
  const first = await core.next(scripts);
  const { id } = await first.operations.start(testRequest(['a']));
  await began.opened;
  dies = false;
  const second = await core.next(scripts);
  await second.operations.recover();
  const stuck = await second.operations.finished(id);
  expect(stuck).toMatchObject({ state: 'needs-attention', error: { code: 'outcome-unknown' } });
  expect(stuck.cells.map(({ state }) => state)).toEqual(['needs-attention', 'cancelled', 'cancelled']);
  await second.operations.retryCell(id, server, 'one');
  const ended = await second.operations.finished(id);
  expect(ended).toMatchObject({ state: 'succeeded', cells: [{ state: 'done', attempt: 2 }, { state: 'done' }, { state: 'skipped' }] });
});

test('cancelling where the server is out of reach gives up after its limit and says that nobody knows', async () => {
  const core = testLives();
  const never = (signal: AbortSignal | undefined) => new Promise<void>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  let cut = false;
  const engine = await core.next(
    { one: jobCell },
    { jobEnding: { graceMs: 10, limitMs: 100 }, faults: { before: (call, _, signal) => (cut && call === 'cancel' ? never(signal) : undefined) } },
  );
  const id = await begunJob(engine);
  cut = true;
  await engine.operations.cancel(id);
  expect(await engine.operations.finished(id)).toMatchObject({
    state: 'needs-attention',
    cells: [{ state: 'needs-attention', error: { code: 'outcome-unknown' } }],
  });
  touch(join(core.server('a'), 'go'));
});

test('files of a job that could not be removed are removed after the next job there', async () => {
  const core = testLives();
  let refuses = true;
  const faults: FakeRemoteFaults = {
    before: (call) => {
      if (call === 'forget' && refuses) throw new AppError('ssh.connection-lost', { server: 'a' });
    },
  };
  const engine = await core.next(
    {
      one: async (context) => {
        await context.job('work', { script: 'echo hello' });
        return done;
      },
    },
    { faults },
  );
  const first = await engine.operations.start(testRequest(['a']));
  await engine.operations.finished(first.id);
  await expect.poll(() => engine.events.some(({ event }) => event === 'operation.job-not-forgotten')).toBe(true);
  expect(existsSync(join(core.server('a'), 'jobs')) && readdirSync(join(core.server('a'), 'jobs'))).toHaveLength(1);
  refuses = false;
  const second = await engine.operations.start(testRequest(['a']));
  await engine.operations.finished(second.id);
  await expect.poll(() => readdirSync(join(core.server('a'), 'jobs'))).toEqual([]);
});

test('a lost connection shows in the cell while its job goes on, and not in the journal', async () => {
  const core = testLives();
  let tell: (state: ConnectionState) => void = () => {};
  const engine = await core.next({ one: jobCell }, { faults: { following: (given) => (tell = given) } });
  const id = await begunJob(engine);
  const detail = () => engine.operations.get(id).cells[0]?.detail;
  tell('connected');
  expect(detail()).toBeNull();
  tell('reconnecting');
  tell('unreachable');
  expect(detail()).toContain('connection lost');
  expect(engine.database.first(engine.database.query.selectFrom('operation_cells').select('detail'))).toEqual({ detail: null });
  tell('connected');
  expect(detail()).toBeNull();
  touch(join(core.server('a'), 'go'));
  expect((await engine.operations.finished(id)).state).toBe('succeeded');
});

test('a cell that was cancelled while the core died is ended by the next life, and no other', async () => {
  const core = testLives();
  let hold = true;
  const first = await core.next({ one: jobCell }, { faults: { before: (call) => (call === 'cancel' && hold ? new Promise(() => {}) : undefined) } });
  const { id } = await first.operations.start(testRequest(['a', 'b'], { mutates: true }));
  await until(first, id, (operation) => operation.cells.every((cell) => cell.state === 'running'));
  for (const each of ['a', 'b'])
    while (!existsSync(join(core.server(each), 'runs'))) await new Promise((resolve) => first.operations.onOutput(id, () => resolve(null)));
  await first.operations.cancelCell(id, server, 'one');
  hold = false;
  const second = await core.next({ one: jobCell });
  await second.operations.recover();
  await until(second, id, (operation) => operation.cells[0]?.state === 'cancelled');
  touch(join(core.server('b'), 'go'));
  const ended = await second.operations.finished(id);
  expect(ended.cells.map(({ state, exitCode }) => [state, exitCode])).toEqual([
    ['cancelled', null],
    ['done', 5],
  ]);
});

test('a job that keeps its standard error apart goes on with both where each had come to', async () => {
  const core = testLives();
  const lines = (word: string) => Array.from({ length: 300 }, (_, n) => `${word} ${n}\n`).join('');
  const script =
    'i=0; while [ $i -lt 300 ]; do echo "out $i"; echo "err $i" >&2; i=$((i + 1)); if [ $i -eq 150 ]; then while [ -d "$HOME" ] && [ ! -f "$HOME/go" ]; do sleep 0.01; done; fi; done; exit 6';
  const cell = async (context: CellContext) => ({ ...done, exitCode: (await context.job('work', { script, apart: true })).exitCode });
  const id = await begunJob(await core.next({ one: cell }, { faults: { chunkBytes: 7 } }));
  const second = await core.next({ one: cell });
  await second.operations.recover();
  touch(join(core.server('a'), 'go'));
  expect(await second.operations.finished(id)).toMatchObject({ state: 'succeeded', cells: [{ exitCode: 6 }] });
  const streams = { stdout: '', stderr: '', note: '' };
  for (const entry of (await second.operations.output(id, { afterSeq: -1, limit: 10_000 })).entries) streams[entry.stream] += entry.data;
  expect(streams).toEqual({ stdout: lines('out'), stderr: lines('err'), note: '' });
});

test('a job that had ended with its start is not followed, and the next life takes nothing of it twice', async () => {
  const core = testLives();
  const calls: string[] = [];
  const faults: FakeRemoteFaults = { quick: true, before: (call) => void calls.push(call) };
  const cell = async (context: CellContext) => {
    const { exitCode, tail } = await context.job('work', { script: 'echo ran >>"$HOME/runs"; printf "out \\377"; echo wrong >&2; exit 4', apart: true });
    return { ...done, exitCode, detail: tail };
  };
  const died = core.next(
    { one: cell },
    {
      faults,
      journalHook: (when, what) => {
        if (when === 'before' && what === 'job-acknowledged work') throw new AppError('operation.lease-lost', { id: 'op' });
      },
    },
  );
  const { id } = await (await died).operations.start(testRequest(['a'], { mutates: true }));
  await until(await died, id, () => calls.includes('start'));
  const second = await core.next({ one: cell }, { faults });
  await second.operations.recover();
  const ended = await second.operations.finished(id);
  expect(ended.cells).toMatchObject([{ state: 'done', exitCode: 4, attempt: 1 }]);
  expect(await outputOf(second.operations, id)).toEqual(Buffer.concat([Buffer.from('out '), Buffer.from([0xff]), Buffer.from('wrong\n')]));
  expect(runs(core.server('a'))).toBe(1);
  expect(calls).not.toContain('follow');
});
