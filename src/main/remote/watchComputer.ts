import { networkInterfaces } from 'node:os';

const everyMs = 1_000;
/** A second that took so much longer was not one in which this computer ran. */
const sleptMs = 3_000;

/** What the watch looks at. */
export interface ComputerClock {
  nowMs(): number;
  /** Something that changes with the computer's addresses. */
  addresses(): string;
}

/** The real clock and interfaces. */
export const thisComputer: ComputerClock = {
  nowMs: Date.now,
  addresses: () =>
    Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter(({ internal }) => !internal)
      .map(({ address }) => address)
      .sort()
      .join(' '),
};

/**
 * Calls `onWake` when the computer has slept, which shows by the clock running ahead of a timer, and when its addresses have changed.
 * Returns the way to stop.
 */
export function watchComputer(onWake: (why: 'slept' | 'addresses') => void, computer: ComputerClock = thisComputer): () => void {
  let lastMs = computer.nowMs();
  let addresses = computer.addresses();
  const look = () => {
    const nowMs = computer.nowMs();
    const slept = nowMs - lastMs > everyMs + sleptMs;
    lastMs = nowMs;
    const present = computer.addresses();
    const moved = present !== addresses;
    addresses = present;
    if (slept) onWake('slept');
    else if (moved && present !== '') onWake('addresses');
  };
  const timer = setInterval(look, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
