import type { Duplex } from 'node:stream';
import { AppError } from '../../../../shared/errors.ts';
import { cleanText } from './cleanText.ts';
import { type Limited, untilAborted } from './limited.ts';
import type { ProbeFailure } from './probeOutcome.ts';
import type { ProbePorts } from './probePorts.ts';

/** A stream and how long it took, or why there is none. */
export type Opened = { stream: Duplex; connectMs: number } | { failure: ProbeFailure };

/** Opens within a limit. Rejects with the reason of the person's signal, and with `tunnel.target-refused` of a server that lets nobody through. */
export async function openStream({ open, clock, signal }: ProbePorts, limit: Limited): Promise<Opened> {
  const startedAt = clock();
  try {
    const stream = await untilAborted(limit.signal, open(limit.signal), (late) => {
      late.on('error', () => {});
      late.destroy();
    });
    // A stream that fails when nobody listens would end the process.
    stream.on('error', () => {});
    return { stream, connectMs: clock() - startedAt };
  } catch (error) {
    signal.throwIfAborted();
    // Nobody is let through to anywhere: that says nothing of what is asked.
    if (AppError.is(error, 'tunnel.target-refused') && error.data.forbidden === true) throw error;
    if (limit.isOver()) return { failure: { code: 'timed-out', detail: 'no connection in time' } };
    return { failure: { code: isUnresolved(error) ? 'unresolved' : 'unreachable', detail: `no connection: ${errorText(error)}` } };
  }
}

function isUnresolved(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOTFOUND' || code === 'EAI_AGAIN';
}

/** The code of an error of Node; empty: it has none. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** An error in a few words. */
export function errorText(error: unknown): string {
  return cleanText(codeOf(error) || (error instanceof Error ? error.message : String(error)));
}
