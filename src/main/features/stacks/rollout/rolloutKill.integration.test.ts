import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeLifeServer, openRolloutLife } from './testRolloutLife.ts';

/** The whole campaign is `KILL_EVERY=1`; here boundaries apart, since each takes two lives of a core. */
const every = Number(process.env['KILL_EVERY'] ?? 6);
const program = fileURLToPath(new URL('./testRolloutLife.ts', import.meta.url));
let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollout-kill-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** Runs one life as a process of its own, to its end or to the boundary where it kills itself. */
function live(laptop: string, server: string, killAt: number, tag: string): Promise<'killed' | { state: string; boundaries: number }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NODE_COMPILE_CACHE: join(directory, 'cache') };
    execFile(process.execPath, [program, laptop, server, String(killAt), tag], { env }, (error, stdout, stderr) => {
      if (error?.signal === 'SIGKILL') resolve('killed');
      else if (error !== null) reject(new Error(`a life failed: ${stderr}`, { cause: error }));
      else resolve(JSON.parse(stdout));
    });
  });
}

/** A server on which a good release runs, copied for each life. */
async function freshServer(name: string): Promise<string> {
  const path = join(directory, name);
  await cp(join(directory, 'template'), path, { recursive: true, verbatimSymlinks: true });
  return path;
}

async function eachOf<T>(items: readonly T[], together: number, body: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const worker = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await body(item);
  };
  await Promise.all(Array.from({ length: together }, worker));
}

test.each([
  ['that becomes good', '2', 'succeeded', 'r2', ['pull', 'up r2', 'exec model pull small']],
  ['that is brought back', '2-broken', 'failed', 'r1', ['pull', 'up r2', 'exec model pull small', 'up r1']],
])('a core killed at boundaries of a rollout %s goes on: nothing twice, nothing lost', { timeout: 1_800_000 }, async (_, tag, state, current, expected) => {
  await rm(join(directory, 'template'), { recursive: true, force: true });
  const docker = await makeLifeServer(join(directory, 'template'));
  const first = await openRolloutLife(join(directory, `first-${tag}`), join(directory, 'template'));
  expect((await first.deploy('request-of-the-first', {})).state).toBe('succeeded');
  await first.close();
  await docker.change({ actions: [] });

  const whole = await live(join(directory, `laptop-${tag}-0`), await freshServer(`server-${tag}-0`), 0, tag);
  if (whole === 'killed') throw new Error('killed without being asked to');
  expect(whole.state).toBe(state);
  // How writes gather depends on time, so that a later life may have a few boundaries more or less.
  const boundaries = Array.from({ length: whole.boundaries + 2 }, (_unused, n) => n + 1).filter((n) => n % every === 0);
  let killed = 0;
  await eachOf(boundaries, 2, async (killAt) => {
    const what = `killed at boundary ${killAt} of ${whole.boundaries}`;
    const laptop = join(directory, `laptop-${tag}-${killAt}`);
    const server = await freshServer(`server-${tag}-${killAt}`);
    if ((await live(laptop, server, killAt, tag)) === 'killed') killed += 1;
    const last = await openRolloutLife(laptop, server);
    try {
      const ended = await last.deploy('request-of-all-lives', { tag });
      expect(ended.state, what).toBe(state);
      expect(
        ended.cells.every((cell) => cell.attempt <= 1),
        what,
      ).toBe(true);
      const found = JSON.parse(await readFile(join(server, 'docker.json'), 'utf8')) as { actions: string[]; containers: { image: string }[] };
      expect(found.actions, what).toEqual(expected);
      expect(found.containers.map(({ image }) => image)[0], what).toBe(`demo/gateway:${state === 'succeeded' ? tag : '1'}`);
      const stack = join(server, 'state/stacks/demo');
      expect((await readdir(stack)).includes('lock'), what).toBe(false);
      expect((await readdir(join(stack, 'releases'))).sort(), what).toEqual(['r1', 'r2']);
      const manifest = JSON.parse(await readFile(join(stack, 'releases', current, 'manifest.json'), 'utf8')) as { state: string };
      expect(manifest.state, what).not.toBe('failed');
    } finally {
      await last.close();
      await rm(laptop, { recursive: true, force: true });
      await rm(server, { recursive: true, force: true });
    }
  });
  expect(killed).toBeGreaterThanOrEqual(boundaries.length - 4);
  process.stdout.write(`\na rollout ${tag} has ${whole.boundaries} boundaries; killed with -9 at ${killed} of them, each ended as if nothing had happened\n`);
});
