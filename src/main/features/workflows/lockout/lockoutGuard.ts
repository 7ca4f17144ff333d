import { createHash } from 'node:crypto';
import { AppError } from '../../../../shared/errors.ts';
import { inputVariable } from '../../../../shared/model/inputValues.ts';
import type { CommandStep } from '../../../../shared/model/workflowStep.ts';
import type { CellContext } from '../../../operations/operations.ts';
import { noteScript } from '../steps/scriptNote.ts';
import { sleep } from '../steps/sleep.ts';
import type { StepResult, StepRun } from '../steps/stepRun.ts';
import { stepFailed } from '../steps/stepScript.ts';
import { armScript, disarmScript, forgetScript, guardedScript, takeBackScript } from './guardScripts.ts';

const defaultGuardS = 180;
/** Of these scripts the longest waits a minute and a half for a rollback; one that gets no answer is asked again. */
const scriptLimitMs = 120_000;
/** How long a fresh login is tried again: a service that reloads may refuse for a moment. */
const loginPatienceMs = 15_000;
/** The same where the server answers and says no, as it may while it still reloads. */
const refusalPatienceMs = 5000;
const maxGenerations = 5;

/** A change and its proof, as they run under a guard. */
export interface GuardedChange {
  /** Names the try within the attempt of the cell; its job is `applyJob`. */
  attempt: number;
  applyJob: string;
  /** Makes the change: `wrap` goes around the script of apply. */
  change(wrap: (script: string) => string): Promise<StepResult>;
  /** Logs in wholly anew, with root; throws where that does not succeed. */
  prove(): Promise<void>;
  /** Looks once more, after the guard is gone. */
  confirm(): Promise<void>;
}

/** How a guard ended. `how`: asked by us over a connection that still worked, or by itself when its time was over or the server started. */
type Verdict =
  | { kind: 'disarmed' }
  | { kind: 'fired'; atMs: number; exitCode: number; how: 'asked' | 'time' | 'boot'; output: string }
  | { kind: 'unclear'; stood: string };

/** Under this name the journal knows of the first guard of a try. */
export const guardName = (attempt: number): string => `guard-${attempt}`;

/**
 * Makes a change that could lock us out: arms a guard on the server first, then changes, proves by a wholly new login with root that we
 * still get in, disarms, and looks again. Where the proof fails, the server takes the change back by itself: at once where an open connection
 * can still ask it to, else when the guard's time is over or it starts anew. Throws what the change threw where it was taken back at once,
 * `workflow.lockout-averted` where the login failed or the guard's time was over, `workflow.guard-unclear` where it cannot be seen.
 */
export async function withLockoutGuard(run: StepRun<CommandStep>, context: CellContext, guarded: GuardedChange): Promise<StepResult> {
  const { step } = run;
  const guard = await armed(run, context, guarded);
  let result: StepResult | null = null;
  let cause: unknown = null;
  try {
    result = await guarded.change((script) => guardedScript(guard.id, script));
    context.phase('verify', 'logging in anew');
    await proved(guarded, guard.untilMs, context);
  } catch (error) {
    if (context.signal.aborted) await leftArmed(guard, context);
    context.signal.throwIfAborted();
    cause = error;
  }
  const verdict = await context.effect(`${guard.name} ended`, 'idempotent', () =>
    cause === null ? settled(disarmScript, guard, context) : takenBack(guard, cause, context),
  );
  await inReach(() => ask(forgetScript, guard.id, context), context, guard.untilMs + scriptLimitMs).catch(() => context.signal.throwIfAborted());
  if (verdict.kind === 'disarmed' && result !== null && cause === null) {
    await context.output('note', 'The guard is disarmed.\n');
    await guarded.confirm();
    return result;
  }
  if (verdict.kind !== 'fired')
    throw new AppError(
      'workflow.guard-unclear',
      { server: context.serverName, step: step.title, stood: verdict.kind === 'unclear' ? verdict.stood : 'disarmed' },
      { cause },
    );
  await context.output('note', `${firedText(verdict)}\n${verdict.output}`);
  await noteScript(context, { part: 'rollback', exitCode: verdict.exitCode });
  if (verdict.exitCode !== 0) throw stepFailed(step, 'rollback', verdict.exitCode, verdict.output, context);
  if (verdict.how === 'asked' && AppError.is(cause, 'workflow.step-failed')) throw cause;
  const because = cause instanceof AppError ? reason(cause) : 'the guard ran out before the login had succeeded';
  throw new AppError('workflow.lockout-averted', { server: context.serverName, step: step.title, seconds: guard.seconds, because }, { cause });
}

interface ArmedGuard {
  id: string;
  name: string;
  seconds: number;
  /** By this laptop's clock: the server's may be another. */
  untilMs: number;
}

/** The guard under which the change runs or ran; a new one where that of an earlier life was over before the change began. */
async function armed(run: StepRun<CommandStep>, context: CellContext, { attempt, applyJob }: GuardedChange): Promise<ArmedGuard> {
  const seconds = run.step.guardS ?? defaultGuardS;
  const first = guardName(attempt);
  for (let generation = 1; generation <= maxGenerations; generation += 1) {
    const name = generation === 1 ? first : `${first}.${generation}`;
    if (context.started(applyJob) && generation < maxGenerations && context.started(`${first}.${generation + 1}`)) continue;
    const id = guardId(context, name);
    const isNew = !context.started(name);
    context.phase('apply', `arming a guard for ${seconds} s`);
    const stood = await context.effect(name, 'idempotent', () => arm(run, id, seconds, context));
    if (stood !== null && context.started(applyJob)) return { id, name, seconds, untilMs: stood.untilMs };
    if (stood !== null && (isNew || Date.now() < stood.untilMs - (seconds * 1000) / 2)) {
      await context.output('note', armedText(stood, seconds));
      return { id, name, seconds, untilMs: stood.untilMs };
    }
    // Its time is over, or nearly: nothing was changed under it.
    await settled(disarmScript, { id, untilMs: Date.now() }, context);
    await ask(forgetScript, id, context);
  }
  throw new AppError('workflow.guard-not-armed', {
    server: context.serverName,
    step: run.step.title,
    output: 'it was over each time before the change could begin',
  });
}

/** The same in every life of the core. */
function guardId(context: CellContext, name: string): string {
  const place = JSON.stringify([context.operationId, context.stepId, context.attempt, name]);
  return createHash('sha256').update(place).digest('hex').slice(0, 16);
}

/** Arms it; null where a guard of this name was armed by an earlier life and is settled by now. Throws `workflow.guard-not-armed`. */
async function arm(run: StepRun<CommandStep>, id: string, seconds: number, context: CellContext): Promise<{ untilMs: number; way: string } | null> {
  const assignments = Object.entries(run.inputs).map(([name, value]) => `export ${inputVariable(name)}='${value.replaceAll("'", String.raw`'\''`)}'`);
  const env = { PH_GUARD_ID: id, PH_GUARD_S: String(seconds), PH_GUARD_ROLLBACK: run.step.rollback ?? '', PH_GUARD_ENV: assignments.join('\n') };
  const askedMs = Date.now();
  const { exitCode, stdout, stderr } = await context.remote.exec({ script: armScript, env, sudo: true, timeoutMs: scriptLimitMs, signal: context.signal });
  if (exitCode === 0 && /^(fired|firing|disarmed)/.test(stdout)) return null;
  const [, left, way] = /^armed (\d+) (\w+)$/m.exec(stdout) ?? [];
  if (exitCode !== 0 || left === undefined || way === undefined)
    throw new AppError('workflow.guard-not-armed', { server: context.serverName, step: run.step.title, output: `${stdout}${stderr}`.slice(-2000) });
  return { untilMs: askedMs + Number(left) * 1000, way };
}

function armedText({ untilMs, way }: { untilMs: number; way: string }, seconds: number): string {
  const boot =
    way === 'process'
      ? 'There is neither systemd nor cron on it: a process of its own keeps the time, and a restart would end it.'
      : `Should it start anew before, it does so then${way === 'cron' ? ', by cron' : ''}.`;
  return `Guard armed: the server takes this change back by itself after ${seconds} s, at ${new Date(untilMs).toISOString()}, unless a fresh login succeeds before. ${boot}\n`;
}

function firedText({ how, exitCode, atMs }: Extract<Verdict, { kind: 'fired' }>): string {
  const when = {
    asked: 'at once, asked to over the connection that was still open',
    time: "by itself, when the guard's time was over",
    boot: 'by itself, when it started',
  };
  return `The server took the change back ${when[how]} (its clock: ${new Date(atMs).toISOString()}), exit ${exitCode}.`;
}

async function leftArmed({ untilMs }: ArmedGuard, context: CellContext): Promise<void> {
  await context.output('note', `The guard stays armed: the server takes the change back by itself at ${new Date(untilMs).toISOString()}.\n`).catch(() => {});
}

async function ask(script: string, id: string, context: CellContext): Promise<string> {
  const { stdout } = await context.remote.exec({ script, env: { PH_GUARD_ID: id }, sudo: true, timeoutMs: scriptLimitMs, signal: context.signal });
  return stdout;
}

/** Tries the login again for a while, never beyond the guard's time. */
async function proved({ prove }: GuardedChange, untilMs: number, context: CellContext): Promise<void> {
  const begunMs = Date.now();
  for (;;) {
    try {
      return await prove();
    } catch (error) {
      context.signal.throwIfAborted();
      if (!(error instanceof AppError)) throw error;
      const refused = /^(ssh\.auth-|sudo\.|workflow\.)/.test(error.code);
      if (Date.now() >= Math.min(begunMs + (refused ? refusalPatienceMs : loginPatienceMs), untilMs - 5000)) throw error;
      await sleep(1500, context.signal);
    }
  }
}

async function takenBack(guard: ArmedGuard, cause: unknown, context: CellContext): Promise<Verdict> {
  const what = cause instanceof AppError ? reason(cause) : 'the change failed';
  await context.output('note', `Not proved: ${what}. The server is to take the change back.\n`);
  context.phase('rollback', 'the server takes the change back');
  return settled(takeBackScript, guard, context);
}

/** Asks until the guard is settled, in reach or not. */
async function settled(script: string, guard: Pick<ArmedGuard, 'id' | 'untilMs'>, context: CellContext): Promise<Verdict> {
  const limitMs = Math.max(guard.untilMs, Date.now()) + 180_000;
  for (;;) {
    const stood = await inReach(() => ask(script, guard.id, context), context, limitMs).catch((error: unknown) => {
      context.signal.throwIfAborted();
      if (error instanceof AppError) return `not in reach: ${error.code}`;
      throw error;
    });
    const fired = /^fired (\d+) (\d+) (asked|time|boot)$/m.exec(stood);
    if (fired !== null) {
      const output = stood.slice(stood.indexOf('\n') + 1).slice(-4000);
      return { kind: 'fired', atMs: Number(fired[1]) * 1000, exitCode: Number(fired[2]), how: fired[3] as 'asked' | 'time' | 'boot', output };
    }
    if (stood.startsWith('disarmed')) return { kind: 'disarmed' };
    if (stood.startsWith('absent') || Date.now() > limitMs) return { kind: 'unclear', stood: stood.trim().slice(0, 200) };
    await sleep(1500, context.signal);
  }
}

async function inReach<T>(body: () => Promise<T>, context: CellContext, limitMs: number): Promise<T> {
  for (;;) {
    try {
      return await body();
    } catch (error) {
      context.signal.throwIfAborted();
      if (!(error instanceof AppError) || Date.now() > limitMs) throw error;
      await sleep(1500, context.signal);
    }
  }
}

/** Why a change was not proved, as the end of a sentence. */
function reason(error: AppError): string {
  if (AppError.is(error, 'workflow.login-not-proved')) return `a fresh login as ${error.data.user} did not succeed: ${error.data.because}`;
  if (AppError.is(error, 'workflow.step-failed')) return `${error.data.phase} ended with ${error.data.exitCode ?? 'a signal'}`;
  return `a fresh login ended with ${error.code}`;
}
