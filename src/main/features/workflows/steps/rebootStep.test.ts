import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import type { RebootStep } from '../../../../shared/model/workflowStep.ts';
import type { CellContext } from '../../../operations/operations.ts';
import { createTestServer, type TestServer } from '../../../operations/testCell.ts';
import { runRebootStep } from './rebootStep.ts';
import { testStepPorts, testStepRun } from './testSteps.ts';

let directory = '';
let server: TestServer;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reboot-step-'));
  await writeFile(join(directory, 'boot-id'), 'boot-1\n');
  server = await createTestServer(directory, { PILOTHOUSE_BOOT_ID_FILE: join(directory, 'boot-id') });
  // A restart is another boot, counted; asked for as either of the two.
  const reboot = '#!/bin/sh\necho x >>"$HOME/restarts"\necho "boot-$(($(wc -l <"$HOME/restarts") + 1))" >"$HOME/boot-id"\n';
  for (const name of ['reboot', 'systemctl']) {
    await writeFile(join(directory, 'bin', name), reboot);
    await chmod(join(directory, 'bin', name), 0o755);
  }
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const restarts = () => (existsSync(join(directory, 'restarts')) ? readFileSync(join(directory, 'restarts'), 'utf8').length / 2 : 0);
const step: RebootStep = {
  ...{ kind: 'reboot', id: 'restart', title: 'Restart', why: 'W', deadlineS: 60 },
  check: 'set -eu\nif [ -e "$HOME/restarts" ]; then echo "kernel 2 runs"; exit 0; fi\necho "kernel 2 is installed, 1 runs"\nexit 1',
};
const run = (change: Partial<RebootStep> = {}, options: { checkOnly?: boolean; context?: (cell: CellContext) => CellContext; signal?: AbortSignal } = {}) => {
  const cell = server.cell('restart', options.signal === undefined ? {} : { signal: options.signal });
  const ports = testStepPorts({ maintenance: { verdict: () => ({ kind: 'free' }), overrideOf: () => null } });
  return runRebootStep(testStepRun({ ...step, ...change }, { checkOnly: options.checkOnly ?? false }), options.context?.(cell) ?? cell, ports);
};

test('restarts where it is asked for, waits for another boot, and looks again', async () => {
  const { outcome } = await run();
  expect(outcome).toEqual({ state: 'done', detail: expect.stringMatching(/^back after \d+ s; kernel 2 runs$/), exitCode: 0 });
  expect(restarts()).toBe(1);
});

test('where nothing asks for it, nothing is restarted; an audit says that it would be', async () => {
  expect(await run({}, { checkOnly: true })).toMatchObject({
    outcome: { detail: 'would restart the server: kernel 2 is installed, 1 runs', exitCode: 1 },
    end: 'finding',
  });
  expect(await run({ check: 'echo fine' })).toMatchObject({ outcome: { state: 'satisfied', detail: 'fine' } });
  expect(restarts()).toBe(0);
});

test('one that cannot tell, and one that still asks for it afterwards, fail', async () => {
  await expect(run({ check: 'exit 3' })).rejects.toMatchObject({ code: 'workflow.step-failed', data: { phase: 'check', exitCode: 3 } });
  await expect(run({ check: 'echo always; exit 1' })).rejects.toMatchObject({ code: 'workflow.step-failed', data: { phase: 'verify', exitCode: 1 } });
  expect(restarts()).toBe(1);
});

test('a core that died after it had asked does not ask again in the new boot', async () => {
  const core = new AbortController();
  let asked = false;
  const dies = (cell: CellContext): CellContext => ({
    ...cell,
    remote: {
      ...cell.remote,
      exec: async (request) => {
        const answer = await cell.remote.exec(request);
        if (request.env?.['PH_BOOT'] === undefined) return answer;
        asked = true;
        core.abort(new Error('the core is gone'));
        throw new AppError('core.stopping', {});
      },
    },
  });
  await expect(run({}, { context: dies, signal: core.signal })).rejects.toThrow();
  expect(asked).toBe(true);
  await expect.poll(restarts, { timeout: 10_000 }).toBe(1);
  expect(await run()).toMatchObject({ outcome: { state: 'done' } });
  expect(restarts()).toBe(1);
});

test('a server that does not come back is given up after its time; one with another host key at once', async () => {
  const after =
    (error: AppError) =>
    (cell: CellContext): CellContext => ({
      ...cell,
      remote: {
        ...cell.remote,
        exec: async (request) => {
          if (restarts() > 0) throw error;
          return cell.remote.exec(request);
        },
      },
    });
  const gone = new AppError('ssh.connect-timeout', { server: 'gpu-1', host: 'h', port: 22, seconds: 10 });
  await expect(run({ deadlineS: 1 }, { context: after(gone) })).rejects.toMatchObject({ code: 'workflow.reboot-missing', data: { seconds: 1 } });
  await rm(join(directory, 'restarts'));
  const other = new AppError('ssh.host-key-changed', { server: 'gpu-1', host: 'h', port: 22, keyType: 'ssh-ed25519', expected: [], found: 'x' });
  const attempt = server.cell('restart', { attempt: 2 });
  await writeFile(join(directory, 'boot-id'), 'boot-1\n');
  const ports = testStepPorts({ maintenance: { verdict: () => ({ kind: 'free' }), overrideOf: () => null } });
  await expect(runRebootStep(testStepRun(step), after(other)(attempt), ports)).rejects.toMatchObject({ code: 'ssh.host-key-changed' });
});
