import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import type { Compared, ExecGroup } from '../../../shared/contract/exec.ts';
import type { Operation, OutputEntry } from '../../../shared/model/operation.ts';
import type { CliContext } from './cliContext.ts';
import { groupWord, printGroups, untouchedNote } from './execReport.ts';
import { createOutput } from './terminalText.ts';

const nothing = { text: '', bytes: 0, lines: 0, cut: false };
const printed = (text: string, more: Partial<ExecGroup['stdout']> = {}) => ({
  text,
  bytes: text.length,
  lines: text.split('\n').length - 1,
  cut: false,
  ...more,
});
const group = (servers: number[], changes: Partial<ExecGroup> = {}): ExecGroup => ({
  ...{ key: String(servers), state: 'done', exitCode: 0, error: null, servers, begun: true, stdout: nothing, stderr: nothing, exact: true },
  ...changes,
});
const operation = (changes: Partial<Operation> = {}) =>
  ({
    id: 'op_1',
    targets: ['gpu-1', 'gpu-2', 'gpu-3'].map((name) => ({ serverId: name, name })),
    strategy: { kind: 'all', concurrency: 4 },
    cells: [],
    ...changes,
  }) as unknown as Operation;

const ended: (() => void)[] = [];
afterEach(() => {
  for (const end of ended.splice(0)) end();
});

/** A context whose core answers with what is given here. */
function testContext(options: { terminal?: boolean; output?: Partial<OutputEntry>[]; compared?: Compared[] } = {}) {
  const stdout = Object.assign(new PassThrough(), { isTTY: options.terminal ?? false });
  const stderr = new PassThrough();
  ended.push(() => stdout.destroy());
  const output = createOutput({
    ...{ json: false, quiet: false, color: false, environment: {} },
    ...{ stdout: stdout as unknown as NodeJS.WriteStream, stderr: stderr as unknown as NodeJS.WriteStream },
  });
  async function* log() {
    yield { type: 'items', cost: 1, items: (options.output ?? []).map((entry, seq) => ({ seq, stream: 'stdout', encoding: 'utf8', data: '', ...entry })) };
    yield { type: 'end', cost: 0, reason: 'ended' };
  }
  const client = { operations: { output: async () => log() }, exec: { compare: async () => ({ streams: options.compared ?? [] }) } };
  const context = { output, client: async () => client } as unknown as CliContext;
  return { context, out: () => String(stdout.read() ?? ''), err: () => String(stderr.read() ?? '') };
}

describe('groups on paper', () => {
  it('stand under the names of their servers, standard error by itself', async () => {
    const { context, out } = testContext();
    const groups = [
      group([0, 2], { stdout: printed('same\n') }),
      group([1], { state: 'failed', exitCode: 3, stdout: printed('half'), stderr: printed('no such thing\n') }),
    ];
    await printGroups(context, operation(), groups, { diff: false });
    expect(out().split('\n')).toEqual([
      ...['== gpu-[1,3] · 2 servers · exit 0', 'same'],
      ...['== gpu-2 · 1 server · exit 3', 'half', '-- standard error', 'no such thing', ''],
    ]);
  });

  it('say that nothing was printed, what went wrong, and what was not touched', async () => {
    const { context, out } = testContext();
    const error = { code: 'ssh.connection-lost', data: { server: 'gpu-2' } } as const;
    const groups = [group([0]), group([1], { state: 'failed', exitCode: null, error }), group([2], { state: 'cancelled', exitCode: null, begun: false })];
    await printGroups(context, operation(), groups, { diff: false });
    expect(out()).toContain('== gpu-1 · 1 server · exit 0\n(nothing printed)\n');
    expect(out()).toBe('');
    expect(groups.map(groupWord)).toEqual(['exit 0', 'ssh.connection-lost', 'not touched']);
  });

  it('print what a pipe is to have byte by byte, and disarm it for a terminal', async () => {
    const evil = group([0], { stdout: printed('a\u001b]0;owned\u0007\u0000\n') });
    const pipe = testContext();
    await printGroups(pipe.context, operation(), [evil], { diff: false });
    expect(pipe.out()).toContain('a\u001b]0;owned\u0007\u0000\n');
    const terminal = testContext({ terminal: true });
    await printGroups(terminal.context, operation(), [evil], { diff: false });
    expect(terminal.out()).toContain('a\\x1b]0;owned\\x07\\x00\n');
  });

  it('fetch what is longer than its beginning, of the last attempt and of one stream', async () => {
    const output = [
      { data: 'first attempt\n' },
      { stream: 'note' as const, data: 'Attempt 2\n' },
      { data: 'x'.repeat(400_000) },
      { stream: 'stderr' as const, data: 'wrong\n' },
    ];
    const long = group([0], { stdout: printed('xxx', { cut: true, bytes: 400_000 }) });
    const pipe = testContext({ output });
    await printGroups(pipe.context, operation(), [long], { diff: false });
    expect(pipe.out()).toBe(`== gpu-1 · 1 server · exit 0\n${'x'.repeat(400_000)}\n`);
    const terminal = testContext({ output, terminal: true });
    await printGroups(terminal.context, operation(), [long], { diff: false });
    expect(terminal.out().length).toBeLessThan(263_000);
    expect(terminal.err()).toContain('135 KiB more: pilothouse operations show op_1 --output');
  });

  it('show the difference from the first group where that is asked for', async () => {
    const lines: Compared['differences'][number]['lines'] = [
      { kind: 'same', text: 'one' },
      { kind: 'removed', text: 'two' },
      { kind: 'added', text: 'three' },
    ];
    const compared: Compared[] = [{ stream: 'stdout', verdict: 'different', differences: [{ base: 4, other: 5, lines }], cut: true }];
    const { context, out } = testContext({ compared });
    await printGroups(context, operation(), [group([0], { stdout: printed('a\n') }), group([1], { stdout: printed('b\n') })], { diff: true });
    expect(out().split('\n').slice(3)).toEqual(['@@ line 4 there, line 5 here @@', ' one', '-two', '+three', '… not all of the difference is shown', '']);
    const different = testContext({ compared: [{ stream: 'stdout', verdict: 'too-different', differences: [], cut: false }] });
    await printGroups(different.context, operation(), [group([0]), group([1], { stdout: printed('b\n') })], { diff: true });
    expect(different.out()).toContain('b\n');
  });
});

describe('the note on a canary', () => {
  const cells = (...states: string[]) =>
    states.map((state, index) => ({
      serverId: `gpu-${index + 1}`,
      state,
      startedAtMs: state === 'cancelled' ? null : 1,
      exitCode: state === 'failed' ? 3 : null,
      error: null,
    }));
  it('says who held back how many', () => {
    const strategy = { kind: 'canary', size: 1, concurrency: 4 } as const;
    const held = operation({ strategy, cells: cells('failed', 'cancelled', 'cancelled') as never });
    expect(untouchedNote(held)).toBe('The canary gpu-1 did not succeed (exit 3): 2 servers were not touched.');
    expect(untouchedNote(operation({ strategy, cells: cells('done', 'cancelled', 'done') as never }))).toBeNull();
    expect(untouchedNote(operation({ cells: cells('failed', 'cancelled', 'done') as never }))).toBeNull();
  });
});
