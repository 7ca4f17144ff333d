import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { OperationId } from '../../shared/model/ids.ts';
import { testDirectory } from '../database/testDirectory.ts';
import { openTestRemote } from '../remote/testRemote.ts';
import { startTestSshd } from '../remote/testSshd.ts';
import { touch } from './fakeRemote.ts';
import { type CellScripts, done, outputOf, type TestEngine, testEngine, testRequest } from './testEngine.ts';

const lines = 3000;
/** Writes its lines slowly enough to be interrupted, the last part only once `go` is there. */
const script = `
  echo ran >>"$PLACE/runs"
  n=0
  while [ $n -lt ${lines} ]; do
    printf 'line %s é€😀\\n' "$n"
    n=$((n + 1))
    if [ $n -eq ${lines / 2} ]; then while [ -d "$PLACE" ] && [ ! -f "$PLACE/go" ]; do sleep 0.02; done; fi
  done
  printf '\\377end'
  exit 42`;
const expected = Buffer.concat([Buffer.from(Array.from({ length: lines }, (_, n) => `line ${n} é€😀\n`).join('')), Buffer.from([0xff]), Buffer.from('end')]);

async function opened() {
  const directory = testDirectory();
  const sshd = await startTestSshd();
  const remotes: ReturnType<typeof openTestRemote>[] = [];
  let engine: TestEngine | null = null;
  const end = async (): Promise<void> => {
    await engine?.close();
    engine = null;
    await remotes.pop()?.remote.close();
  };
  onTestFinished(async () => {
    await end();
    await sshd.stop();
    directory[Symbol.dispose]();
  });
  const scripts: CellScripts = {
    one: async (context) => {
      const { exitCode, tail } = await context.job('work', { script, env: { PLACE: sshd.directory }, secrets: { token: 'canary-of-the-job' } });
      return { ...done, exitCode, detail: tail.slice(-3) };
    },
  };
  /** The next life of the core: a remote layer and an engine of its own. */
  const next = async (): Promise<TestEngine> => {
    await end();
    const target = sshd.target();
    const test = openTestRemote([target]);
    remotes.push(test);
    engine = testEngine(directory.path, scripts, { remoteServer: () => test.server(target) });
    return engine;
  };
  const begun = async (life: TestEngine): Promise<OperationId> => {
    const { id } = await life.operations.start(testRequest(['a'], { mutates: true }));
    await new Promise<void>((resolve) => life.operations.onOutput(id, resolve));
    return id;
  };
  const runs = () => readFileSync(join(sshd.directory, 'runs'), 'utf8').trim().split('\n').length;
  return { sshd, next, begun, runs, go: () => touch(join(sshd.directory, 'go')) };
}

test('a job over a real sshd survives cut connections and the end of the core, with every byte and its exit code', async () => {
  const { sshd, next, begun, runs, go } = await opened();
  const first = await next();
  const id = await begun(first);
  expect(sshd.dropConnections()).toBeGreaterThan(0);
  const second = await next();
  await second.operations.recover();
  go();
  const ended = await second.operations.finished(id);
  expect(ended).toMatchObject({ state: 'succeeded', cells: [{ state: 'done', exitCode: 42, attempt: 1, detail: 'end' }] });
  const output = await outputOf(second.operations, id);
  expect(output.length).toBe(expected.length);
  expect(output.equals(expected)).toBe(true);
  expect(runs()).toBe(1);
});

test('cancelling ends the job on a real server', async () => {
  const { next, begun, runs } = await opened();
  const life = await next();
  const id = await begun(life);
  await life.operations.cancel(id);
  expect(await life.operations.finished(id)).toMatchObject({ state: 'cancelled', cells: [{ state: 'cancelled' }] });
  expect(runs()).toBe(1);
});

test('an exec over a real sshd gives its output to the operation', async () => {
  const sshd = await startTestSshd();
  const directory = testDirectory();
  const remote = openTestRemote([sshd.target()]);
  const engine = testEngine(
    directory.path,
    {
      one: async (context) => {
        const { exitCode } = await context.remote.exec({
          script: 'echo out; echo err >&2; exit 3',
          timeoutMs: 10_000,
          signal: context.signal,
          onOutput: (stream, bytes) => context.output(stream, bytes),
        });
        return { ...done, exitCode };
      },
    },
    { remoteServer: () => remote.server(sshd.target()) },
  );
  onTestFinished(async () => {
    await engine.close();
    await remote.remote.close();
    await sshd.stop();
    directory[Symbol.dispose]();
  });
  const { id } = await engine.operations.start(testRequest(['a']));
  expect(await engine.operations.finished(id)).toMatchObject({ state: 'succeeded', cells: [{ exitCode: 3 }] });
  const { entries } = await engine.operations.output(id, { afterSeq: -1, limit: 10 });
  expect(entries.map(({ stream, data }) => [stream, data]).sort()).toEqual([
    ['stderr', 'err\n'],
    ['stdout', 'out\n'],
  ]);
});
