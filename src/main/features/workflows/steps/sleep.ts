import { setTimeout as after } from 'node:timers/promises';

/** Waits; rejects with the reason of the signal as soon as it aborts. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await after(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}
