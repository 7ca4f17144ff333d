/** A limit of time for something that a person may give up, too. */
export interface Limited {
  signal: AbortSignal;
  /** Whether the time ran out, rather than somebody giving up. */
  isOver(): boolean;
  /** To be called when it is done. */
  end(): void;
}

/** What the signal of a limit is aborted with when the time has run out. */
export class TimeIsOver extends Error {}

/** Begins a limit. Several over one signal are independent. */
export function limited(signal: AbortSignal, timeoutMs: number): Limited {
  const controller = new AbortController();
  let over = false;
  const timer = setTimeout(() => {
    over = true;
    controller.abort(new TimeIsOver(`not within ${timeoutMs} ms`));
  }, timeoutMs);
  const left = () => controller.abort(signal.reason);
  if (signal.aborted) left();
  else signal.addEventListener('abort', left, { once: true });
  return {
    signal: controller.signal,
    isOver: () => over,
    end: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', left);
    },
  };
}

/** Waits no longer than the signal; rejects with its reason then. What comes of it afterwards goes to `late`. */
export function untilAborted<T>(signal: AbortSignal, work: Promise<T>, late: (value: T) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    let left = false;
    const onAbort = () => {
      left = true;
      reject(signal.reason);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    work.then(
      (value) => {
        signal.removeEventListener('abort', onAbort);
        if (left) late(value);
        else resolve(value);
      },
      (error: unknown) => {
        signal.removeEventListener('abort', onAbort);
        reject(error);
      },
    );
  });
}
