import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { ExecGroup } from '../../../shared/contract/exec.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import { testDirectory } from '../../database/testDirectory.ts';
import { openTestExec, type TestExec } from './testExec.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function opened(names: string[], faults: Parameters<typeof openTestExec>[2] = {}): TestExec {
  const directory = testDirectory();
  const exec = openTestExec(directory.path, names, faults);
  cleanups.push(() => directory[Symbol.dispose](), exec.close);
  return exec;
}
const short = (groups: Awaited<ReturnType<TestExec['groups']>>) =>
  groups.map(({ servers, exitCode, state, stdout }) => [servers.join(' '), state, exitCode, stdout.text]);
/** Each server by the name of its home directory. */
const asName = (script: string) => `name=$(basename "$HOME"); ${script}`;

it('puts servers together that ended alike, by exit code and output', async () => {
  const exec = opened(['a', 'b', 'c', 'd', 'e']);
  const ended = await exec.run(asName('case $name in d) echo other;; e) echo same; exit 3;; *) echo same;; esac'));
  expect(short(await exec.groups(ended))).toEqual([
    ['a b c', 'done', 0, 'same\n'],
    ['d', 'done', 0, 'other\n'],
    ['e', 'failed', 3, 'same\n'],
  ]);
});

it('takes colours and line ends for no difference, and says that the bytes were not the same', async () => {
  const exec = opened(['a', 'b', 'c']);
  const ended = await exec.run(asName(`case $name in a) printf 'ok\\r\\n';; b) printf '\\033[32mok\\033[0m\\n';; *) echo ok;; esac`));
  const [group, ...others] = await exec.groups(ended);
  expect(others).toEqual([]);
  expect(group).toMatchObject({ servers: ['a', 'b', 'c'], exact: false });
});

it('groups what never answered by what happened, apart from what the canary held back', async () => {
  const unreachable = new AppError('ssh.connection-refused', { server: 'a', host: 'a', port: 22 });
  const exec = opened(['a', 'b', 'c'], {
    before: (call) => {
      if (call === 'start') throw unreachable;
    },
  });
  const ended = await exec.run('echo here', { strategy: { kind: 'canary', size: 1, concurrency: 4 } });
  const groups = await exec.groups(ended);
  expect(groups.map(({ servers, state, begun, error }) => [servers.join(' '), state, begun, error?.code ?? null])).toEqual([
    ['b c', 'cancelled', false, null],
    ['a', 'failed', true, 'ssh.connection-refused'],
  ]);
});

it('moves a server to another group when it is tried again, with the output of its last attempt alone', async () => {
  const exec = opened(['a', 'b']);
  writeFileSync(join(exec.home('b'), 'broken'), '');
  const ended = await exec.run('echo before; if [ -f "$HOME/broken" ]; then rm "$HOME/broken"; echo first; exit 1; fi; echo after');
  const { state, stop } = exec.service.groups(ended.id);
  const until = (condition: (groups: ExecGroup[]) => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!condition(state.values())) return;
        leave();
        resolve();
      };
      const leave = state.subscribe(look);
      look();
    });
  await until((groups) => groups.length === 2);
  await exec.operations.retryFailed(ended.id);
  await until((groups) => groups.length === 1 && groups[0]?.servers.length === 2);
  stop();
  expect(state.values()[0]).toMatchObject({ servers: [0, 1], exitCode: 0, exact: true, stdout: { text: 'before\nafter\n' } });
  // Read anew, from the beginning, it is the same.
  expect(short(await exec.groups(await exec.operations.finished(ended.id)))).toEqual([['a b', 'done', 0, 'before\nafter\n']]);
});

it('keeps standard error apart, in groups and in differences', async () => {
  const exec = opened(['a', 'b']);
  const ended = await exec.run(asName('echo same; echo "wrong on $name" >&2; exit 5'));
  const groups = await exec.groups(ended);
  expect(groups.map(({ servers, stdout, stderr }) => [servers.join(), stdout.text, stderr.text])).toEqual([
    ['a', 'same\n', 'wrong on a\n'],
    ['b', 'same\n', 'wrong on b\n'],
  ]);
  const compared = await exec.service.compare({ id: ended.id, base: 'a' as ServerId, other: 'b' as ServerId });
  expect(compared.map(({ stream, verdict }) => [stream, verdict])).toEqual([
    ['stdout', 'same'],
    ['stderr', 'different'],
  ]);
});

it('compares what two servers printed', async () => {
  const exec = opened(['a', 'b']);
  const ended = await exec.run(asName('echo one; echo "$name"; echo three'));
  const [stdout, stderr] = await exec.service.compare({ id: ended.id, base: 'a' as ServerId, other: 'b' as ServerId });
  expect(stdout?.differences[0]?.lines).toEqual([
    { kind: 'same', text: 'one' },
    { kind: 'removed', text: 'a' },
    { kind: 'added', text: 'b' },
    { kind: 'same', text: 'three' },
  ]);
  expect(stderr).toMatchObject({ verdict: 'same' });
});

it('takes NULs, broken UTF-8, escape sequences and a line of 10 MB as they are', async () => {
  const exec = opened(['a', 'b']);
  const script = `printf 'nul \\000 bad \\377 \\033[2J\\033]0;owned\\007\\n'; head -c 10485760 /dev/zero | tr '\\0' x; echo`;
  const [group, ...others] = await exec.groups(await exec.run(script));
  expect(others).toEqual([]);
  expect(group).toMatchObject({ servers: ['a', 'b'], exact: true, exitCode: 0, stdout: { lines: 2, cut: true, bytes: 10 * 1024 * 1024 + 28 } });
  expect(group?.stdout.text.startsWith('nul \u0000 bad \ufffd \u001b[2J')).toBe(true);
  expect(JSON.stringify(group).length).toBeLessThan(32 * 1024);
});

it('shows the history of what was run, with what it needs to be run again', async () => {
  const exec = opened(['a']);
  const first = await exec.run('echo 1', { sudo: true, timeoutS: 5 });
  await exec.run('echo 2');
  await exec.run('echo 2');
  expect(exec.service.history({ search: '', limit: 10 })).toMatchObject([
    { command: ['sh', '-c', 'echo 2'], runs: 2, selector: 'all', last: { state: 'succeeded', targetCount: 1 } },
    { command: ['sh', '-c', 'echo 1'], runs: 1, sudo: true, timeoutS: 5 },
  ]);
  expect(exec.service.history({ search: '', limit: 10, id: first.id })).toMatchObject([{ command: ['sh', '-c', 'echo 1'], runs: 1, last: { id: first.id } }]);
});
