import { AppError } from '../../../shared/errors.ts';
import { inputVariable } from '../../../shared/model/inputValues.ts';
import type { Phase } from '../../../shared/model/operation.ts';
import type { WorkflowStep } from '../../../shared/model/workflow.ts';
import type { CellContext, CellOutcome } from '../../operations/operations.ts';
import { proofLine } from './workflowsRules.ts';

/** One step on one server, ready to run. */
export interface StepRun {
  step: WorkflowStep;
  /** Values of all inputs for this server, by name. */
  inputs: Readonly<Record<string, string>>;
  /** Checks only; a step that is not satisfied is skipped with "would change". */
  checkOnly: boolean;
}

const excerptCharacters = 2000;

/**
 * Runs a step: check, and where that says 1, apply as a remote job, then verify, then the proof of the login where the step asks
 * for one. A check that ends in anything but 0 or 1 fails the step: what is unclear is not changed. After a crash in the middle of
 * apply the job is taken up again without a second check. Throws `workflow.step-failed`, `workflow.login-not-proved` and what the
 * connection throws.
 */
export async function runWorkflowStep({ step, inputs, checkOnly }: StepRun, context: CellContext): Promise<CellOutcome> {
  const env = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [inputVariable(name), value]));
  if (!context.started('apply')) {
    const check = await runScript(step, 'check', env, context);
    if (check.exitCode === 0) {
      await proveLogin(step, inputs, context);
      return { state: 'satisfied', detail: check.proof ?? 'already so', exitCode: 0 };
    }
    if (check.exitCode !== 1) throw failed(step, 'check', check.exitCode, `the check is unclear, so nothing was changed\n${check.output}`, context);
    if (checkOnly) return { state: 'skipped', detail: `would change: ${check.proof ?? step.title}`, exitCode: 1 };
  }
  context.phase('apply');
  const applied = await context.job('apply', { script: step.apply, env, sudo: step.sudo, timeoutMs: step.timeoutS * 1000 });
  if (applied.exitCode !== 0) throw failed(step, 'apply', applied.exitCode, applied.tail, context);
  const verified = await runScript(step, 'verify', env, context);
  if (verified.exitCode !== 0) throw failed(step, 'verify', verified.exitCode, verified.output, context);
  await proveLogin(step, inputs, context);
  return { state: 'done', detail: verified.proof, exitCode: 0 };
}

async function runScript(step: WorkflowStep, phase: 'check' | 'verify', env: Record<string, string>, context: CellContext) {
  context.phase(phase satisfies Phase);
  const { exitCode, signal, stdout, stderr } = await context.remote.exec({
    script: step[phase],
    env,
    sudo: step.sudo,
    lane: 'control',
    timeoutMs: step.timeoutS * 1000,
    signal: context.signal,
  });
  if (stdout !== '') await context.output('stdout', stdout);
  if (stderr !== '') await context.output('stderr', stderr);
  const output = [stdout, stderr, signal === null ? '' : `ended by signal ${signal}`].filter((part) => part !== '').join('\n');
  return { exitCode, output, proof: proofLine(stdout) };
}

async function proveLogin(step: WorkflowStep, inputs: Readonly<Record<string, string>>, context: CellContext): Promise<void> {
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

function failed(step: WorkflowStep, phase: 'check' | 'apply' | 'verify', exitCode: number | null, output: string, context: CellContext): AppError {
  return new AppError('workflow.step-failed', { server: context.serverName, step: step.title, phase, exitCode, output: output.slice(-excerptCharacters) });
}
