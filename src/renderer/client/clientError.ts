import { ORPCError } from '@orpc/client';
import type { ErrorCode, SerializedError } from '../../shared/errors.ts';
import { ConnectionLostError, NotConnectedError } from './connection.ts';

interface ValidationIssue {
  path?: readonly unknown[];
  message?: string;
}

/** A stream that is open when its connection goes away is broken off by the link as if someone had left it. */
function isBrokenOff(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/**
 * Turns whatever a call threw into a coded error. Codes of the registry pass through; a refused input becomes `input.invalid`;
 * a lost connection `core.unavailable`; anything else `internal`.
 */
export function toSerializedError(error: unknown): SerializedError {
  if (error instanceof NotConnectedError) return { code: 'core.unavailable', data: { reason: 'there is no connection to the core' } };
  if (error instanceof ConnectionLostError || isBrokenOff(error))
    return { code: 'core.unavailable', data: { reason: 'the connection was lost before the answer came' } };
  if (!(error instanceof ORPCError)) return { code: 'internal', data: { correlationId: error instanceof Error ? error.name : 'unknown' } };
  const data = (error.data ?? {}) as Record<string, unknown>;
  if (error.defined) return { code: error.code as ErrorCode, data };
  if (error.code === 'BAD_REQUEST') {
    const issues = (data['issues'] as ValidationIssue[] | undefined) ?? [];
    return {
      code: 'input.invalid',
      data: { issues: issues.map((issue) => ({ path: (issue.path ?? []).map(String).join('.'), message: issue.message ?? 'not valid' })) },
    };
  }
  return { code: 'internal', data: { correlationId: String(data['correlationId'] ?? error.code) } };
}

/** Whether a call failed for want of a connection; the same request may be sent again with the same request id. */
export function isConnectionError(error: unknown): boolean {
  return error instanceof NotConnectedError || error instanceof ConnectionLostError || isBrokenOff(error);
}
