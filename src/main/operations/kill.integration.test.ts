import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import type { ServerId } from '../../shared/model/ids.ts';
import { testDirectory } from '../database/testDirectory.ts';
import { outputOf } from './testEngine.ts';
import { effectCounts, expectedOutput, openLife } from './testLife.ts';

const compileCache = testDirectory();
afterAll(() => compileCache[Symbol.dispose]());
const program = fileURLToPath(new URL('./testLife.ts', import.meta.url));

/** Runs one life as a process of its own, to its end or to the boundary where it kills itself. */
function live(directory: string, servers: readonly string[], killAt: number): Promise<'killed' | { boundaries: number }> {
  return new Promise((resolve, reject) => {
    // Most of a life would otherwise be spent on compiling.
    const env = { ...process.env, NODE_COMPILE_CACHE: compileCache.path };
    execFile(process.execPath, [program, directory, servers.join(), String(killAt)], { env }, (error, stdout, stderr) => {
      if (error?.signal === 'SIGKILL') resolve('killed');
      else if (error !== null) reject(new Error(`a life failed: ${stderr}`, { cause: error }));
      else resolve(JSON.parse(stdout));
    });
  });
}

/** The last life, in this process: it must end the operation as if nothing had happened. */
async function expectWhole(directory: string, servers: readonly string[], what: string): Promise<void> {
  const last = openLife(directory, servers, 0);
  try {
    const ended = await last.run();
    expect(ended, what).toMatchObject({ state: 'succeeded', error: null });
    for (const name of servers) {
      const serverId = name as ServerId;
      expect(effectCounts(last.engine, name), what).toEqual({ once: 1, work: 1 });
      expect((await outputOf(last.engine.operations, ended.id, { serverId })).equals(expectedOutput('work')), what).toBe(true);
      const cells = ended.cells.filter((cell) => cell.serverId === serverId);
      expect(cells, what).toMatchObject([
        { stepId: 'prepare', state: 'done', attempt: 1, detail: 'counted 1' },
        { stepId: 'work', state: 'done', attempt: 1, exitCode: 7, detail: '{"kept":"value"}' },
      ]);
    }
  } finally {
    await last.engine.close();
  }
}

/** Calls `body` for each item, a few at a time, in order of their beginning. */
async function eachOf<T>(items: readonly T[], together: number, body: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const worker = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await body(item);
  };
  await Promise.all(Array.from({ length: together }, worker));
}

/** Many processes, one after the other: minutes on a busy machine. */
const timeout = 600_000;

test('killed at every journal boundary, the next life ends the operation: nothing twice, nothing lost', { timeout }, async () => {
  using unharmed = testDirectory();
  const whole = await live(unharmed.path, ['a'], 0);
  if (whole === 'killed') throw new Error('killed without being asked to');
  await expectWhole(unharmed.path, ['a'], 'not killed');
  let killed = 0;
  // How output gathers depends on time, so that a later life may have a few boundaries more or less.
  const boundaries = Array.from({ length: whole.boundaries + 4 }, (_, n) => n + 1);
  await eachOf(boundaries, 3, async (killAt) => {
    using directory = testDirectory();
    if ((await live(directory.path, ['a'], killAt)) === 'killed') killed += 1;
    await expectWhole(directory.path, ['a'], `killed at boundary ${killAt}`);
  });
  expect(killed).toBeGreaterThanOrEqual(whole.boundaries - 4);
});

test('killed again and again, each life goes a little further', { timeout }, async () => {
  using directory = testDirectory();
  const servers = ['a', 'b', 'c'];
  let kills = 0;
  for (let life = 0; life < 40; life += 1) {
    // Recovery passes a boundary or two before it does anything new.
    if ((await live(directory.path, servers, 15 + (life % 7))) !== 'killed') break;
    kills += 1;
  }
  expect(kills).toBeGreaterThan(4);
  await expectWhole(directory.path, servers, `killed ${kills} times`);
});
