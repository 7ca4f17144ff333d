import { ORPCError } from '@orpc/client';
import { AppError, appErrorSchema, type SerializedError, serializeError } from '../../../shared/errors.ts';
import { errorWording } from '../../../shared/errorWording.ts';
import { exitCodeOfError, exitCodes } from './exitCodes.ts';
import type { Output } from './terminalText.ts';

/** A usage mistake found on this side: exit 2 with a hint. */
export class UsageError extends Error {}

/** Ends the command with a code after its result was printed. */
export class ExitWith extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/** The registered error in whatever was thrown; null for a bug. */
export function registeredError(error: unknown): SerializedError | null {
  if (error instanceof AppError) return serializeError(error);
  if (error instanceof ORPCError) {
    const parsed = appErrorSchema.safeParse({ code: error.code, data: error.data ?? {} });
    return parsed.success ? parsed.data : null;
  }
  return null;
}

/** The lines that tell an error: what happened, its code, what to try. */
export function errorLines(error: SerializedError, output: Pick<Output, 'style'>): string[] {
  const { sentence, next } = errorWording(error);
  return [`${output.style('red', 'error')} ${output.style('dim', `[${error.code}]`)} ${sentence}`, `  ${output.style('bold', 'try')} ${next}`];
}

/** Prints what ended a command and returns its exit code. */
export function reportFailure(error: unknown, output: Output): number {
  if (error instanceof ExitWith) return error.exitCode;
  if (error instanceof UsageError) {
    if (output.json) output.document({ error: { code: 'usage', sentence: error.message } });
    output.problem(`${output.style('red', 'error')} ${error.message}`);
    return exitCodes.usage;
  }
  const registered = registeredError(error) ?? connectionError(error);
  if (registered === null) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (output.json) output.document({ error: { code: 'internal', sentence: 'Pilothouse ran into a mistake of its own.' } });
    output.problem(`Pilothouse ran into a mistake of its own:\n${text}`);
    return exitCodes.failed;
  }
  if (output.json) output.document({ error: { ...registered, ...errorWording(registered) } });
  for (const line of errorLines(registered, output)) output.problem(line);
  return exitCodeOfError(registered.code);
}

/** A core that ended under a call rejects with an abort of the transport; null where that is not what happened. */
export function connectionError(error: unknown): SerializedError | null {
  if (error instanceof Error && (error.name === 'AbortError' || error.message.includes('WebSocket is not open'))) {
    return { code: 'core.unavailable', data: { reason: 'it ended while the command was waiting' } };
  }
  return null;
}
