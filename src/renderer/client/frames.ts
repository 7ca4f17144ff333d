/** Calls `flush` at the next animation frame, at most once per frame and not more often than `minIntervalMs`; while the page is hidden, by a timer. */
export function createFrameBatch(flush: () => void, minIntervalMs = 0): { request(): void; cancel(): void } {
  let frame: number | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let lastMs = Number.NEGATIVE_INFINITY;

  const run = () => {
    cancel();
    lastMs = performance.now();
    flush();
  };
  const cancel = () => {
    if (frame !== null) cancelAnimationFrame(frame);
    if (timer !== null) clearTimeout(timer);
    frame = null;
    timer = null;
  };
  const schedule = () => {
    // A hidden page has no animation frames, yet credit has to go on being granted.
    if (document.visibilityState === 'hidden') timer = setTimeout(run, 250);
    else frame = requestAnimationFrame(run);
  };
  return {
    request() {
      if (frame !== null || timer !== null) return;
      const waitMs = lastMs + minIntervalMs - performance.now();
      if (waitMs <= 4) return schedule();
      timer = setTimeout(() => {
        timer = null;
        schedule();
      }, waitMs);
    },
    cancel,
  };
}
