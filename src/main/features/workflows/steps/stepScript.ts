import { AppError } from '../../../../shared/errors.ts';
import { inputVariable } from '../../../../shared/model/inputValues.ts';
import type { PlainStep } from '../../../../shared/model/workflowStep.ts';
import type { CellContext } from '../../../operations/operations.ts';
import { proofLine } from '../workflowsRules.ts';
import { noteScript } from './scriptNote.ts';
import type { StepRun } from './stepRun.ts';

const excerptCharacters = 2000;

/** Inputs as the environment of a step's scripts. */
export function scriptEnv(run: Pick<StepRun, 'inputs'>): Record<string, string> {
  return Object.fromEntries(Object.entries(run.inputs).map(([name, value]) => [inputVariable(name), value]));
}

/** What a read-only script said. `proof` is its last line. */
export interface ScriptAnswer {
  exitCode: number | null;
  stdout: string;
  /** Both streams, for a report of failure. */
  output: string;
  proof: string | null;
}

/** Runs a read-only script of a step and waits for it; its output goes to the operation's, unless `quiet`. */
export async function runScript(
  run: Pick<StepRun, 'inputs'>,
  phase: 'check' | 'verify',
  request: { script: string; sudo: boolean; timeoutS: number },
  context: CellContext,
  options: { quiet?: boolean; part?: 'choices' } = {},
): Promise<ScriptAnswer> {
  if (options.quiet !== true) context.phase(phase);
  const { script, sudo, timeoutS } = request;
  const { exitCode, signal, stdout, stderr } = await context.remote.exec({
    ...{ script, sudo, env: scriptEnv(run), lane: 'control', timeoutMs: timeoutS * 1000, signal: context.signal },
  });
  if (stdout !== '' && options.quiet !== true) await context.output('stdout', stdout);
  if (stderr !== '' && options.quiet !== true) await context.output('stderr', stderr);
  if (options.quiet !== true) await noteScript(context, { part: options.part ?? phase, exitCode });
  const output = [stdout, stderr, signal === null ? '' : `ended by signal ${signal}`].filter((part) => part !== '').join('\n');
  return { exitCode, stdout, output, proof: proofLine(stdout) };
}

/** A step that failed in one of its phases. */
export function stepFailed(
  step: PlainStep,
  phase: 'check' | 'apply' | 'verify' | 'rollback',
  exitCode: number | null,
  output: string,
  context: CellContext,
): AppError {
  return new AppError('workflow.step-failed', { server: context.serverName, step: step.title, phase, exitCode, output: output.slice(-excerptCharacters) });
}
