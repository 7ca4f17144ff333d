import { AppError } from '../../../../shared/errors.ts';
import { inputVariable } from '../../../../shared/model/inputValues.ts';
import type { CommandStep } from '../../../../shared/model/workflowStep.ts';
import type { CellContext } from '../../../operations/operations.ts';
import { guardName, withLockoutGuard } from '../lockout/lockoutGuard.ts';
import { proofLine } from '../workflowsRules.ts';
import { currentBoot } from './currentBoot.ts';
import { awaitWindow } from './maintenanceWindow.ts';
import { noteScript } from './scriptNote.ts';
import { sleep } from './sleep.ts';
import { finding, type StepPorts, type StepResult, type StepRun } from './stepRun.ts';
import { runScript, scriptEnv, stepFailed } from './stepScript.ts';

/**
 * Runs a step: check, and where that says 1, apply as a remote job, then verify, then the proof of the login where the step asks
 * for one. A check that ends in anything but 0 or 1 fails the step: what is unclear is not changed. After a crash in the middle of
 * apply the job is taken up again without a second check. Where apply or verify fails, the rollback script runs; a step that could lock us
 * out is guarded by the server itself. Throws `workflow.step-failed`, `workflow.login-not-proved`, `workflow.lockout-averted` and what the
 * connection throws.
 */
export async function runCommandStep(run: StepRun<CommandStep>, context: CellContext, ports: StepPorts): Promise<StepResult> {
  const { step } = run;
  const times = step.retry?.times ?? 0;
  const secrets = await secretsOf(run, ports);
  const resumed = lastBegun(context, times);
  if (resumed === 0 && step.check !== undefined) {
    const found = await look(run, context, secrets, step.effect === 'read' ? times : 0);
    if (found.exitCode === 0) {
      await proveLogin(run, context);
      await switchLogin(run, context, ports);
      return { outcome: { state: 'satisfied', detail: found.proof ?? 'already so', exitCode: 0 }, end: 'satisfied' };
    }
    if (found.exitCode !== 1) throw stepFailed(step, 'check', found.exitCode, `the check is unclear, so nothing was changed\n${found.output}`, context);
    if (step.effect === 'read' && !run.checkOnly) {
      if (step.finding !== 'noted') throw stepFailed(step, 'check', 1, found.output, context);
      return { outcome: { state: 'done', detail: found.proof, exitCode: 1 }, end: 'finding' };
    }
    if (run.checkOnly) return finding(`${step.effect === 'read' ? '' : 'would change: '}${found.proof ?? step.title}`);
  }
  if (run.checkOnly) return { outcome: { state: 'skipped', detail: 'has no check of its own, so it is not part of an audit' }, end: 'skipped' };
  if (resumed === 0) await awaitWindow(run, context, ports);
  for (let attempt = Math.max(resumed, 1); ; attempt += 1) {
    const boot = await bootBefore(step, attempt, context);
    try {
      const result = step.risk === 'lockout' ? await guardedChange(run, context, secrets, attempt) : await change(run, context, secrets, attempt);
      if (step.risk !== 'lockout') await proveLogin(run, context);
      await switchLogin(run, context, ports);
      return result;
    } catch (error) {
      if (boot !== null && attempt < times + maxRestarts && (await endedByRestart(error, boot, context))) {
        await context.output('note', 'The server was restarted in the middle of this; looking at what that has left.\n');
        const left = await lookOnce(run, 'check', step.check ?? '', context, secrets, `${attempt}-restarted`);
        if (left.exitCode === 1) continue;
        if (left.exitCode !== 0) throw stepFailed(step, 'check', left.exitCode, left.output, context);
        await proveLogin(run, context);
        await switchLogin(run, context, ports);
        return { outcome: { state: 'done', detail: left.proof, exitCode: 0 }, end: 'done' };
      }
      if (!AppError.is(error, 'workflow.step-failed')) throw error;
      if (step.risk !== 'lockout') await rollBack(run, context, secrets, attempt);
      if (attempt > times) throw error;
      await context.output('note', `Attempt ${attempt} of ${times + 1} failed; the next one in ${step.retry?.delayS ?? 0} s.\n`);
      await sleep((step.retry?.delayS ?? 0) * 1000, context.signal);
    }
  }
}

/** So often a step goes on after a restart that it did not ask for. */
const maxRestarts = 3;

/** The boot in which a try begins; null where a restart in its middle is no reason to do it again: once is once, and a guard takes its change back. */
async function bootBefore(step: CommandStep, attempt: number, context: CellContext): Promise<string | null> {
  if (step.effect !== 'idempotent' || step.risk === 'lockout') return null;
  return context.effect(`boot-${attempt}`, 'read', () => currentBoot(context));
}

/** Whether a restart of the server ended a try: its job is lost, or it failed since everything around it was ending and said so. */
async function endedByRestart(error: unknown, boot: string, context: CellContext): Promise<boolean> {
  if (AppError.is(error, 'job.lost')) return error.data.by === 'reboot';
  if (!AppError.is(error, 'workflow.step-failed') || error.data.phase !== 'apply') return false;
  return (await context.remote.persist(() => currentBoot(context), { signal: context.signal, stubborn: true })) !== boot;
}

const applyName = (attempt: number) => (attempt === 1 ? 'apply' : `apply-${attempt}`);

/** The last try of apply that was begun in this attempt of the cell, by an earlier life; 0: none. */
function lastBegun(context: CellContext, times: number): number {
  for (let attempt = times + maxRestarts; attempt >= 1; attempt -= 1)
    if (context.started(applyName(attempt)) || context.started(guardName(attempt))) return attempt;
  return 0;
}

/** A change that could lock us out, the proof that it does not, and a last look. */
function guardedChange(run: StepRun<CommandStep>, context: CellContext, secrets: Readonly<Record<string, string>>, attempt: number): Promise<StepResult> {
  const { step } = run;
  return withLockoutGuard(run, context, {
    ...{ attempt, applyJob: applyName(attempt) },
    change: (wrap) => change(run, context, secrets, attempt, wrap),
    async prove() {
      await proveLogin(run, context);
      // Of a login that is switched away from nothing is asked: it may be what was closed.
      if (step.switchLogin === true) return;
      const { user, root, roundTripMs } = await context.remote.proveLogin();
      if (!root) throw new AppError('sudo.unavailable', { server: context.serverName, user });
      await context.output('note', `A fresh login as ${user} succeeded in ${Math.round(roundTripMs)} ms.\n`);
    },
    async confirm() {
      const script = step.verify ?? step.check;
      if (script === undefined) return;
      const seen = await lookOnce(run, 'verify', script, context, secrets, `${attempt}-last`);
      if (seen.exitCode !== 0) throw stepFailed(step, 'verify', seen.exitCode, seen.output, context);
    },
  });
}

async function change(
  run: StepRun<CommandStep>,
  context: CellContext,
  secrets: Readonly<Record<string, string>>,
  attempt: number,
  wrap = (script: string) => script,
): Promise<StepResult> {
  const { step } = run;
  context.phase('apply');
  const request = { script: wrap(step.apply ?? ''), env: scriptEnv(run), secrets, sudo: step.sudo, timeoutMs: step.timeoutS * 1000 };
  const applied = await context.job(applyName(attempt), request);
  await noteScript(context, { part: 'apply', exitCode: applied.exitCode });
  if (applied.exitCode !== 0) throw stepFailed(step, 'apply', applied.exitCode, applied.tail, context);
  const script = step.verify ?? step.check;
  const verified = script === undefined ? null : await lookOnce(run, 'verify', script, context, secrets, attempt);
  if (verified !== null && verified.exitCode !== 0) throw stepFailed(step, 'verify', verified.exitCode, verified.output, context);
  return { outcome: { state: 'done', detail: verified?.proof ?? proofLine(applied.tail), exitCode: 0 }, end: 'done' };
}

async function rollBack(run: StepRun<CommandStep>, context: CellContext, secrets: Readonly<Record<string, string>>, attempt: number): Promise<void> {
  const { step } = run;
  if (step.rollback === undefined) return;
  context.phase('rollback');
  const request = { script: step.rollback, env: scriptEnv(run), secrets, sudo: step.sudo, timeoutMs: step.timeoutS * 1000 };
  const { exitCode, tail } = await context.job(`rollback-${attempt}`, request);
  await noteScript(context, { part: 'rollback', exitCode });
  await context.output('note', exitCode === 0 ? 'What was changed has been taken back.\n' : `Taking it back failed with exit ${exitCode}.\n`);
  if (exitCode !== 0) throw stepFailed(step, 'rollback', exitCode, tail, context);
}

async function look(run: StepRun<CommandStep>, context: CellContext, secrets: Readonly<Record<string, string>>, retries: number) {
  const { step } = run;
  for (let attempt = 1; ; attempt += 1) {
    const found = await lookOnce(run, 'check', step.check ?? '', context, secrets, attempt);
    if (found.exitCode === 0 || attempt > retries) return found;
    await sleep((step.retry?.delayS ?? 0) * 1000, context.signal);
  }
}

/** Secrets reach a script only as files that a job has; so a check that needs one is a job too. */
async function lookOnce(
  run: StepRun<CommandStep>,
  phase: 'check' | 'verify',
  script: string,
  context: CellContext,
  secrets: Readonly<Record<string, string>>,
  attempt: number | string,
) {
  const { step } = run;
  if (Object.keys(secrets).length === 0) return runScript(run, phase, { script, sudo: step.sudo, timeoutS: step.timeoutS }, context);
  context.phase(phase);
  const request = { script, env: scriptEnv(run), secrets, sudo: step.sudo, timeoutMs: step.timeoutS * 1000 };
  const { exitCode, tail } = await context.job(`${phase}-${attempt}`, request);
  await noteScript(context, { part: phase, exitCode });
  return { exitCode, output: tail, proof: proofLine(tail) };
}

async function secretsOf(run: StepRun<CommandStep>, ports: StepPorts): Promise<Record<string, string>> {
  const named = (run.step.secrets ?? []).flatMap((input) => (run.inputs[input] === undefined || run.inputs[input] === '' ? [] : [[input, run.inputs[input]]]));
  return Object.fromEntries(
    await Promise.all(named.map(async ([input = '', name = '']) => [inputVariable(input).slice('PH_'.length), await ports.openSecret(name)])),
  );
}

async function proveLogin({ step, inputs }: StepRun<CommandStep>, context: CellContext): Promise<void> {
  if (step.proveLogin === undefined) return;
  const user = inputs[step.proveLogin] ?? '';
  context.phase('verify', `logging in as ${user}`);
  const refuse = (because: string, cause?: unknown) =>
    new AppError('workflow.login-not-proved', { server: context.serverName, user, because }, cause === undefined ? {} : { cause });
  const proof = await context.remote.proveLogin({ user, sudo: 'nopasswd' }).catch((error: unknown) => {
    throw error instanceof AppError && !AppError.is(error, 'ssh.connection-lost') ? refuse(loginReason(error), error) : error;
  });
  if (!proof.root) throw refuse('the login works, but it does not become root without a password');
  await context.output('note', `Logged in freshly as ${proof.user}, with root, in ${Math.round(proof.roundTripMs)} ms.\n`);
}

/** Makes the login that was proved the one by which the server is reached. */
async function switchLogin({ step, inputs, checkOnly }: StepRun<CommandStep>, context: CellContext, ports: StepPorts): Promise<void> {
  if (step.proveLogin === undefined || step.switchLogin !== true || checkOnly) return;
  const user = inputs[step.proveLogin] ?? '';
  await ports.switchLogin(context.serverId, user);
  await context.output('note', `From now on this server is reached as ${user}.\n`);
}

/** Why a fresh login failed, as the end of the sentence "a fresh login did not succeed: …". */
function loginReason(error: AppError): string {
  switch (error.code) {
    case 'ssh.auth-key-refused':
      return 'the server refused the key that this laptop has for it; the private part of the operator key given must be the one this server is reached with';
    case 'ssh.auth-password-refused':
    case 'ssh.password-missing':
      return 'this server is reached with a password, which the new login does not have; reach the server with a key or an agent';
    case 'sudo.unavailable':
    case 'sudo.password-missing':
    case 'sudo.password-wrong':
      return 'the login works, but it does not become root without a password';
    default:
      return `it ended with ${error.code}`;
  }
}
