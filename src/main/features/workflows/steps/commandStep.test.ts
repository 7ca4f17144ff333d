import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import type { CommandStep } from '../../../../shared/model/workflowStep.ts';
import { createTestServer, type TestServer } from '../../../operations/testCell.ts';
import { runCommandStep } from './commandStep.ts';
import { testStepPorts, testStepRun } from './testSteps.ts';

let directory = '';
let server: TestServer;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'workflow-step-'));
  server = await createTestServer(directory);
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

// Makes a file with the given word; each apply is counted.
const step: CommandStep = {
  kind: 'command',
  id: 'word',
  title: 'The word is written',
  why: 'It has to be there.',
  sudo: false,
  effect: 'idempotent',
  risk: 'none',
  timeoutS: 30,
  check:
    'set -eu\nif [ "$(cat "$HOME/word" 2>/dev/null)" = "$PH_THE_WORD" ]; then echo looking; echo "the word is $PH_THE_WORD"; exit 0; fi\necho "no word yet"\nexit 1',
  apply: 'set -eu\necho applying\necho x >>"$HOME/count"\nprintf %s "$PH_THE_WORD" >"$HOME/word"',
  verify: 'set -eu\ntest "$(cat "$HOME/word")" = "$PH_THE_WORD"\necho "the word is $PH_THE_WORD"',
};
const run = (overrides: Partial<CommandStep> = {}, options: { checkOnly?: boolean; attempt?: number; inputs?: Record<string, string> } = {}) =>
  runCommandStep(
    testStepRun({ ...step, ...overrides }, { inputs: options.inputs ?? { theWord: '$(touch "$HOME/hacked"); `id`' }, checkOnly: options.checkOnly ?? false }),
    server.cell('word', { attempt: options.attempt ?? 1 }),
    testStepPorts(),
  ).then(({ outcome }) => outcome);
const applied = async () => (await readFile(join(directory, 'count'), 'utf8').catch(() => '')).length / 2;

test('applies what is not done, verifies it, and shows the last line as proof', async () => {
  expect(await run({}, { inputs: { theWord: 'hello' } })).toEqual({ state: 'done', detail: 'the word is hello', exitCode: 0 });
  expect(server.phases).toEqual(['check', 'apply', 'verify']);
  expect(server.output).toContain('applying');
  expect(await applied()).toBe(1);
});

test('a second run is satisfied with proof and applies nothing', async () => {
  await run({}, { inputs: { theWord: 'hello' } });
  expect(await run({}, { attempt: 2, inputs: { theWord: 'hello' } })).toEqual({ state: 'satisfied', detail: 'the word is hello', exitCode: 0 });
  expect(await applied()).toBe(1);
});

test('values are never shell text', async () => {
  await run();
  await expect(readFile(join(directory, 'hacked'))).rejects.toThrow();
  expect(await readFile(join(directory, 'word'), 'utf8')).toBe('$(touch "$HOME/hacked"); `id`');
});

test('check only says what would change and changes nothing', async () => {
  expect(await run({}, { checkOnly: true })).toMatchObject({ state: 'skipped', detail: 'would change: no word yet' });
  expect(await applied()).toBe(0);
});

test.each([
  [2, 'exit 2'],
  [127, 'no-such-program'],
])('a check that ends with %i is unclear: nothing is applied', async (exitCode, check) => {
  await expect(run({ check })).rejects.toMatchObject({ code: 'workflow.step-failed', data: { phase: 'check', exitCode, server: 'gpu-1' } });
  expect(await applied()).toBe(0);
});

test('a failed apply tells its exit code and the end of its output', async () => {
  await expect(run({ apply: 'echo "E: no space left"; exit 100' })).rejects.toMatchObject({
    code: 'workflow.step-failed',
    data: { step: 'The word is written', phase: 'apply', exitCode: 100, output: expect.stringContaining('no space left') },
  });
});

test('an apply that claims success is not believed without its proof', async () => {
  await expect(run({ apply: 'true' })).rejects.toMatchObject({ code: 'workflow.step-failed', data: { phase: 'verify' } });
});

test('after a crash in the middle of apply the job is taken up again without a second check', async () => {
  server.beforeJob = () => {
    throw new Error('the core dies here');
  };
  await expect(run()).rejects.toThrow('the core dies here');
  server.beforeJob = () => {};
  server.ran.length = 0;
  expect(await run({ check: 'echo looked >"$HOME/looked"; exit 1' })).toMatchObject({ state: 'done' });
  expect(server.ran).toEqual(['job apply', 'exec']);
  await expect(readFile(join(directory, 'looked'))).rejects.toThrow();
  expect(await applied()).toBe(1);
});

test('a cancelled step stops in its check', async () => {
  const controller = new AbortController();
  const running = runCommandStep(testStepRun({ ...step, check: 'sleep 60' }), server.cell('word', { signal: controller.signal }), testStepPorts());
  controller.abort();
  await expect(running).rejects.toThrow();
});

test('a login is proved freshly, also where nothing had to be done', async () => {
  await writeFile(join(directory, 'word'), 'x');
  const proving = { proveLogin: 'login' };
  expect(await run(proving, { inputs: { theWord: 'x', login: 'ops' } })).toMatchObject({ state: 'satisfied' });
  expect(server.output).toContain('Logged in freshly as ops, with root');
});

test.each([
  [new AppError('ssh.auth-key-refused', { server: 'gpu-1', host: 'h', port: 22, user: 'ops', method: 'publickey' }), /private part of the operator key/],
  [new AppError('ssh.auth-password-refused', { server: 'gpu-1', host: 'h', port: 22, user: 'ops' }), /reached with a password/],
  [{ user: 'ops', roundTripMs: 1, root: false }, /does not become root/],
])('a login that does not work fails the step and says why', async (login, because) => {
  server.login = login;
  await expect(run({ proveLogin: 'login' }, { inputs: { theWord: 'x', login: 'ops' } })).rejects.toMatchObject({
    code: 'workflow.login-not-proved',
    data: { server: 'gpu-1', user: 'ops', because: expect.stringMatching(because) },
  });
});

test('a connection lost during the proof is not a refused login', async () => {
  server.login = new AppError('ssh.connection-lost', { server: 'gpu-1' });
  await expect(run({ proveLogin: 'login' }, { inputs: { theWord: 'x', login: 'ops' } })).rejects.toMatchObject({ code: 'ssh.connection-lost' });
});

/** A cell whose first jobs are lost to restarts of the server, after they did their work or before. */
function restarted(times: number, worked: boolean) {
  const cell = server.cell('word', { attempt: 1 });
  let left = times;
  return {
    ...cell,
    async job(name: string, request: Parameters<typeof cell.job>[1]) {
      if (left === 0) return cell.job(name, request);
      left -= 1;
      if (worked) await cell.job(name, request);
      throw new AppError('job.lost', { server: 'gpu-1', jobId: 'job', by: 'reboot' });
    },
  };
}

test.each([
  ['before it did anything', false, 'apply'],
  ['when it was done', true, 'check'],
] as const)('a restart of the server in the middle of apply, %s: looks again and goes on', async (_, worked, last) => {
  const stepRun = testStepRun(step, { inputs: { theWord: 'hello' } });
  const { outcome } = await runCommandStep(stepRun, restarted(1, worked), testStepPorts());
  expect(outcome).toEqual({ state: 'done', detail: 'the word is hello', exitCode: 0 });
  expect(server.phases.filter((phase) => phase !== 'verify').at(-1)).toBe(last);
  expect(await applied()).toBe(1);
});

test('a step that must happen once, and one of a server that restarts for ever, say that the job was lost', async () => {
  const lost = (change: Partial<CommandStep>, times: number) =>
    runCommandStep(testStepRun({ ...step, ...change }, { inputs: { theWord: 'hello' } }), restarted(times, false), testStepPorts());
  await expect(lost({ effect: 'once' }, 1)).rejects.toMatchObject({ code: 'job.lost' });
  await expect(lost({}, 10)).rejects.toMatchObject({ code: 'job.lost' });
  expect(await applied()).toBe(0);
});

test('an apply that fails while the server goes down is done again in the new boot, without taking it back', async () => {
  const bootFile = join(directory, 'boot-id');
  await writeFile(bootFile, 'first');
  server = await createTestServer(directory, { PILOTHOUSE_BOOT_ID_FILE: bootFile });
  const dying = `set -eu\nif [ ! -e "$HOME/died" ]; then : >"$HOME/died"; echo second >'${bootFile}'; echo 'the bus is gone' >&2; exit 1; fi\n${step.apply ?? ''}`;
  const done = await run({ apply: dying, rollback: 'set -eu\n: >"$HOME/taken-back"' }, { inputs: { theWord: 'hello' } });
  expect(done).toEqual({ state: 'done', detail: 'the word is hello', exitCode: 0 });
  expect(server.output).toContain('restarted in the middle');
  await expect(readFile(join(directory, 'taken-back'))).rejects.toThrow();
});
