import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import type { CommandStep } from '../../../../shared/model/workflowStep.ts';
import type { CellContext } from '../../../operations/operations.ts';
import { createTestServer, type TestServer } from '../../../operations/testCell.ts';
import { runCommandStep } from '../steps/commandStep.ts';
import { testStepPorts, testStepRun } from '../steps/testSteps.ts';
import { armScript, disarmScript, forgetScript, guardedScript, takeBackScript } from './guardScripts.ts';
import { standInSystemd } from './testSystemd.ts';

let directory = '';
let server: TestServer;
let env: Record<string, string>;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lockout-'));
  env = { ...(await standInSystemd(directory)), PLACE: directory };
  server = await createTestServer(directory, env);
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const file = (name: string) => join(directory, name);
const text = (name: string) => (existsSync(file(name)) ? readFileSync(file(name), 'utf8') : null);
const guards = () => (existsSync(file('root/var/lib/pilothouse/guards')) ? readdirSync(file('root/var/lib/pilothouse/guards')) : []);
const units = () => readdirSync(file('root/etc/systemd/system'), { recursive: true }).filter((name) => String(name).includes('pilothouse'));
const refused = new AppError('ssh.auth-key-refused', { server: 'gpu-1', host: 'h', port: 22, user: 'root', method: 'publickey' });

// The rule is a file; who takes it back leaves a line with the value that it was given.
const step: CommandStep = {
  ...{ kind: 'command', id: 'rule', title: 'The rule is set', why: 'W', sudo: true, effect: 'idempotent', risk: 'lockout', timeoutS: 30, guardS: 2 },
  check: 'set -eu\n[ -e "$PLACE/rule" ] || { echo "no rule"; exit 1; }\necho "the rule is set"',
  apply: 'set -eu\necho x >>"$PLACE/applied"\necho on >"$PLACE/rule"',
  rollback: 'set -eu\nrm -f "$PLACE/rule"\nprintf "%s\\n" "$PH_VALUE" >>"$PLACE/taken-back"\necho gone',
};
const value = `it's "$(touch "$PLACE/hacked")" \\ \`id\``;
const run = (change: Partial<CommandStep> = {}, options: { attempt?: number; context?: (cell: CellContext) => CellContext } = {}) => {
  const cell = server.cell('rule', { attempt: options.attempt ?? 1 });
  return runCommandStep(testStepRun({ ...step, ...change }, { inputs: { value } }), options.context?.(cell) ?? cell, testStepPorts());
};
const averted = { code: 'workflow.lockout-averted', data: { server: 'gpu-1', step: 'The rule is set', seconds: 2 } };

test('a good change is proved by a fresh login, and nothing is left of the guard', async () => {
  const { outcome } = await run();
  expect(outcome).toEqual({ state: 'done', detail: 'the rule is set', exitCode: 0 });
  expect(server.output).toMatch(/Guard armed: .*A fresh login as ops succeeded in 3 ms\..*The guard is disarmed\./s);
  expect([guards(), units(), text('taken-back')]).toEqual([[], [], null]);
  expect(readFileSync(file('root/systemctl.log'), 'utf8')).toMatch(
    /enable --quiet pilothouse-guard-[0-9a-f]{16}\.service\nstart pilothouse-guard-[0-9a-f]{16}\.timer\n/,
  );
});

test('where the login fails and the open connection still works, the server is asked to take it back at once', async () => {
  server.login = refused;
  const begunMs = Date.now();
  await expect(run({ guardS: 7 })).rejects.toMatchObject({ ...averted, data: { seconds: 7, because: expect.stringContaining('ssh.auth-key-refused') } });
  expect(Date.now() - begunMs).toBeLessThan(6500);
  expect(server.output).toContain('The server took the change back at once, asked to over the connection that was still open');
  expect([text('rule'), text('taken-back'), text('hacked')]).toEqual([null, `${value}\n`, null]);
  expect([guards(), units()]).toEqual([[], []]);
});

test('where no connection is left, the server takes it back by itself when the time is over', async () => {
  server.login = new AppError('ssh.connect-timeout', { server: 'gpu-1', host: 'h', port: 22, seconds: 10 });
  const cutOff = (cell: CellContext): CellContext => ({
    ...cell,
    remote: {
      ...cell.remote,
      exec: async (request) => {
        // Cut off for as long as the rule is there.
        if (text('rule') !== null) throw new AppError('ssh.connection-lost', { server: 'gpu-1' });
        return cell.remote.exec(request);
      },
    },
  });
  await expect(run({ verify: 'exit 0' }, { context: cutOff })).rejects.toMatchObject(averted);
  expect(server.output).toContain("The server took the change back by itself, when the guard's time was over");
  expect([text('rule'), text('taken-back')]).toEqual([null, `${value}\n`]);
  expect([guards(), units()]).toEqual([[], []]);
});

test('a change that still runs when the time is over is ended before it is taken back', async () => {
  const slow = 'set -eu\necho on >"$PLACE/rule"\nsh -c "sleep 20; echo late >\\"$PLACE/rule\\"" &\nsleep 20\necho late >"$PLACE/rule"';
  const begunMs = Date.now();
  await expect(run({ apply: slow, guardS: 2 })).rejects.toMatchObject({
    ...averted,
    data: { seconds: 2, because: expect.stringContaining('apply ended with') },
  });
  expect(Date.now() - begunMs).toBeLessThan(15_000);
  expect([text('rule'), text('taken-back')]).toEqual([null, `${value}\n`]);
  expect(spawnSync('pgrep', ['-f', `${directory}.*late`]).status).toBe(1);
});

test('a change that fails is taken back at once, and tells why it failed; the next try has a guard of its own', async () => {
  const fails = 'set -eu\necho x >>"$PLACE/applied"\n[ "$(wc -l <"$PLACE/applied")" -gt 1 ] || { echo "E: broken"; exit 9; }\necho on >"$PLACE/rule"';
  await expect(run({ apply: fails, guardS: 30 })).rejects.toMatchObject({ code: 'workflow.step-failed', data: { phase: 'apply', exitCode: 9 } });
  expect([text('taken-back'), guards(), units()]).toEqual([`${value}\n`, [], []]);
  await rm(file('applied'));
  const { outcome } = await run({ apply: fails, guardS: 30, retry: { times: 1, delayS: 0 } }, { attempt: 2 });
  expect(outcome.state).toBe('done');
  expect([text('rule'), text('taken-back'), guards(), units()]).toEqual(['on\n', `${value}\n${value}\n`, [], []]);
});

test('a rollback that fails is tried three times, and the run says that it failed', async () => {
  server.login = refused;
  await expect(run({ rollback: 'echo again; exit 4', guardS: 5 })).rejects.toMatchObject({
    code: 'workflow.step-failed',
    data: { phase: 'rollback', exitCode: 4, output: 'again\nagain\nagain\n' },
  });
});

/** The core dies in the first life where `dies` calls `die`; the next life goes on with the same journal. */
async function inTwoLives(dies: (cell: CellContext, die: () => never) => CellContext, between: () => Promise<unknown>, change: Partial<CommandStep> = {}) {
  const core = new AbortController();
  const die = (): never => {
    core.abort(new Error('the core is gone'));
    throw new AppError('core.stopping', {});
  };
  const cell = dies(server.cell('rule', { signal: core.signal }), die);
  await expect(runCommandStep(testStepRun({ ...step, ...change }, { inputs: { value } }), cell, testStepPorts())).rejects.toThrow('the core is gone');
  await between();
  return run(change);
}
const takenBack = () => expect.poll(() => text('taken-back'), { timeout: 20_000 }).not.toBeNull();

test('killed between arming and the change, the next life arms anew where the time is over, and changes once', async () => {
  const { outcome } = await inTwoLives((cell, die) => ({ ...cell, job: async () => die() }), takenBack);
  expect(outcome.state).toBe('done');
  expect([text('applied'), text('rule'), text('taken-back')]).toEqual(['x\n', 'on\n', `${value}\n`]);
  expect([guards(), units()]).toEqual([[], []]);
});

const diesProving = (cell: CellContext, die: () => never): CellContext => ({ ...cell, remote: { ...cell.remote, proveLogin: async () => die() } });

test('killed after the change, the next life proves it in time, without changing twice', async () => {
  const { outcome } = await inTwoLives(diesProving, async () => {}, { guardS: 30 });
  expect(outcome.state).toBe('done');
  expect([text('applied'), text('taken-back'), guards(), units()]).toEqual(['x\n', null, [], []]);
});

test('killed after the change and back too late, the next life says that the server took it back', async () => {
  await expect(inTwoLives(diesProving, takenBack)).rejects.toMatchObject(averted);
  expect([text('applied'), text('rule'), guards(), units()]).toEqual(['x\n', null, [], []]);
});

test('killed after the guard was settled, the next life ends as this one would have', async () => {
  const diesForgetting = (cell: CellContext, die: () => never): CellContext => ({
    ...cell,
    remote: { ...cell.remote, exec: async (request) => (request.script === forgetScript ? die() : cell.remote.exec(request)) },
  });
  const { outcome } = await inTwoLives(diesForgetting, async () => {}, { guardS: 30 });
  expect(outcome.state).toBe('done');
  expect([text('applied'), text('rule'), guards(), units()]).toEqual(['x\n', 'on\n', [], []]);
});

const sh = (script: string, more: Record<string, string> = {}) =>
  spawnSync('sh', ['-c', script], { encoding: 'utf8', env: { PATH: `${file('bin')}:/usr/bin:/bin`, ...env, ...more } });
const arm = (id: string, seconds: string) =>
  sh(armScript, { PH_GUARD_ID: id, PH_GUARD_S: seconds, PH_GUARD_ROLLBACK: `echo ${id} >>"$PLACE/taken-back"`, PH_GUARD_ENV: '' });
const fire = (id: string) => sh(`sh "$PILOTHOUSE_ROOT/var/lib/pilothouse/guards/${id}/fire" "$PILOTHOUSE_ROOT/var/lib/pilothouse/guards/${id}"`);

test('after a restart it fires at boot; one that the restart caught firing does it again, one that is disarmed does not', async () => {
  for (const id of ['one', 'two', 'three']) expect(arm(id, '600').stdout).toMatch(/^armed (599|600) systemd$/m);
  expect(units().filter((name) => String(name).includes('wants/')).length).toBe(3);
  expect(sh(disarmScript, { PH_GUARD_ID: 'three' }).stdout).toBe('disarmed\n');
  sh('ln -s fire-boot-one "$PILOTHOUSE_ROOT/var/lib/pilothouse/guards/two/decided"');
  await writeFile(file('boot-id'), 'boot-two\n');
  for (const id of ['one', 'two', 'three']) fire(id);
  expect(text('taken-back')).toBe('one\ntwo\n');
  expect(sh(takeBackScript, { PH_GUARD_ID: 'one' }).stdout).toMatch(/^fired \d+ 0 boot$/m);
  for (const id of ['one', 'two', 'three']) sh(forgetScript, { PH_GUARD_ID: id });
  expect([guards(), units()]).toEqual([[], []]);
});

test('two guards at once do not touch each other; arming again changes nothing', () => {
  arm('one', '600');
  arm('two', '600');
  expect(arm('one', '5').stdout).toMatch(/^armed (59\d|600) systemd$/m);
  expect(sh(takeBackScript, { PH_GUARD_ID: 'one' }).stdout).toMatch(/^fired \d+ 0 asked$/m);
  expect(sh(disarmScript, { PH_GUARD_ID: 'two' }).stdout).toBe('disarmed\n');
  expect(arm('two', '5').stdout).toBe('disarmed\n');
  expect(text('taken-back')).toBe('one\n');
});

test('without systemd a process of its own keeps the time, and the output says what a restart would do', async () => {
  await rm(file('root/run/systemd'), { recursive: true });
  server.login = refused;
  await expect(run()).rejects.toMatchObject(averted);
  expect(server.output).toMatch(/There is neither systemd nor cron on it|by cron/);
  expect([text('rule'), text('taken-back'), guards(), readdirSync(file('root/etc/cron.d'))]).toEqual([null, `${value}\n`, [], []]);
});

test('without systemd it fires by itself once, also when asked at the same time', async () => {
  await rm(file('root/run/systemd'), { recursive: true });
  arm('one', '1');
  await expect.poll(() => text('taken-back'), { timeout: 10_000 }).toBe('one\n');
  expect(sh(takeBackScript, { PH_GUARD_ID: 'one' }).stdout).toMatch(/^fired \d+ 0 time$/m);
  expect(text('taken-back')).toBe('one\n');
});

test('secrets are not among what the guard keeps on disk', async () => {
  let kept = '';
  const looking = (cell: CellContext): CellContext => ({
    ...cell,
    remote: {
      ...cell.remote,
      proveLogin: async (as) => {
        kept = spawnSync('grep', ['-r', '', file('root/var/lib/pilothouse/guards')], { encoding: 'utf8' }).stdout;
        return cell.remote.proveLogin(as);
      },
    },
  });
  const secret: CommandStep = { ...step, guardS: 30, secrets: ['token'], apply: 'set -eu\necho on >"$PLACE/rule"' };
  const cell = looking(server.cell('rule'));
  await runCommandStep(testStepRun(secret, { inputs: { value, token: 'name-of-it' } }), cell, testStepPorts({ openSecret: async () => 'the-value-itself' }));
  expect(kept).toContain('name-of-it');
  expect(kept).not.toContain('the-value-itself');
});

test('the scripts of a guard are clean POSIX sh', () => {
  const fireScript = /<<'FIRE'\n([\s\S]*?)FIRE\n/.exec(armScript)?.[1] ?? '';
  expect(fireScript).toContain('#!/bin/sh');
  for (const script of [armScript, takeBackScript, disarmScript, forgetScript, guardedScript('0123', 'true'), fireScript.replace('#!/bin/sh\n', '')]) {
    const checked = spawnSync('shellcheck', ['-s', 'sh', '-S', 'style', '-e', 'SC1091', '-'], { input: `#!/bin/sh\n${script}`, encoding: 'utf8' });
    expect(checked.stdout).toBe('');
  }
});
