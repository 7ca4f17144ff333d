import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let offsetMs = 0;
let tickMs = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;

/** The core's clock minus this window's, so that ages are right on a bastion with another clock. */
export function setClockOffset(ms: number): void {
  // Under two seconds it is the time the answer took; correcting for it would make ages jump.
  offsetMs = Math.abs(ms) < 2_000 ? 0 : ms;
}

/** Now, by the core's clock, in ms. */
export function coreNowMs(): number {
  return Date.now() + offsetMs;
}

/** Calls it each second. */
export function subscribeToClock(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    tickMs = coreNowMs();
    for (const each of [...listeners]) each();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer) {
      clearInterval(timer);
      timer = null;
    }
  };
}

function lastTickMs(): number {
  const now = coreNowMs();
  if (Math.abs(now - tickMs) > 1_000) tickMs = now;
  return tickMs;
}

/** The core's time, live: one tick a second for the whole window. */
export function useNowMs(): number {
  return useSyncExternalStore(subscribeToClock, lastTickMs);
}

/** How long ago something was, in whole seconds: what shows it is drawn again once a second. */
export function useAgeMs(atMs: number): number {
  return useSyncExternalStore(subscribeToClock, () => Math.floor((lastTickMs() - atMs) / 1_000) * 1_000);
}
