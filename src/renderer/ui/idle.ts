/** Safari has no idle callbacks: there the page is taken to have time after so long. */
const guessedMs = 50;

/** Calls it when the page has nothing else to do; returns how to cancel that. */
export function whenIdle(work: () => void): () => void {
  if (typeof requestIdleCallback === 'function') {
    const idle = requestIdleCallback(work);
    return () => cancelIdleCallback(idle);
  }
  const timer = setTimeout(work, guessedMs);
  return () => clearTimeout(timer);
}
