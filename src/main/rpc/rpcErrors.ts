import { randomBytes } from 'node:crypto';
import { ORPCError, ValidationError } from '@orpc/contract';
import { AppError, type SerializedError } from '../../shared/errors.ts';
import type { ClientSession } from './clientSession.ts';

/**
 * The form of an error on the wire: an AppError as its code and data, a refused input as `input.invalid`, anything else as
 * `internal` with a correlation id, its stack logged and never sent. Cancellation passes as it is.
 */
export function toRpcError(client: ClientSession, error: unknown): unknown {
  if (error instanceof AppError) return wire({ code: error.code, data: error.data as Record<string, unknown> });
  if (error instanceof Error && error.name === 'AbortError') return error;
  if (error instanceof ORPCError) {
    if (error.code === 'BAD_REQUEST' && error.cause instanceof ValidationError) return wire(invalidInput(error.cause));
    if (error.defined) return error;
  }
  const correlationId = randomBytes(4).toString('hex');
  client.log('rpc.internal-error', {
    correlationId,
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    cause: describeCause(error),
  });
  return wire({ code: 'internal', data: { correlationId } });
}

function describeCause(error: unknown): string | null {
  if (!(error instanceof Error) || error.cause === undefined) return null;
  if (error.cause instanceof ValidationError)
    return JSON.stringify(error.cause.issues.map((issue) => ({ path: issue.path?.join('.'), message: issue.message })).slice(0, 5));
  return error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : String(error.cause);
}

function wire(error: SerializedError): ORPCError<string, unknown> {
  return new ORPCError(error.code, { defined: true, message: error.code, data: error.data });
}

function invalidInput(cause: ValidationError): SerializedError {
  const issues = cause.issues.slice(0, 50).map((issue) => ({
    path: (issue.path ?? [])
      .map((part) => String(typeof part === 'object' ? part.key : part))
      .join('.')
      .slice(0, 400),
    message: issue.message.slice(0, 400),
  }));
  return { code: 'input.invalid', data: { issues } };
}

/** Passes a generator's frames through and translates what it throws. */
export async function* translatingErrors<T>(client: ClientSession, frames: AsyncGenerator<T, void, void>): AsyncGenerator<T, void, void> {
  try {
    yield* frames;
  } catch (error) {
    throw toRpcError(client, error);
  }
}
