/** At most so many holders at a time; the others wait in order. */
export class Limiter {
  #free: number;
  readonly #waiting: { grant: () => void }[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  /** How many more could hold it now. */
  get free(): number {
    return Math.max(0, this.#free);
  }

  /** Holds a place until the returned function is called (once; more calls do nothing). Rejects with the signal's reason when that comes first. */
  acquire(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve(this.#releaser());
    }
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(signal?.reason);
      };
      const waiter = {
        grant: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve(this.#releaser());
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(waiter);
    });
  }

  #releaser(): () => void {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next.grant();
    };
  }
}

/** One `Limiter` of size 1 for each key, forgotten when nobody holds or awaits it. */
export class KeyedLock {
  readonly #locks = new Map<string, { limiter: Limiter; users: number }>();

  /** Runs `work` while nobody else runs under the same key. */
  async run<T>(key: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const entry = this.#locks.get(key) ?? { limiter: new Limiter(1), users: 0 };
    this.#locks.set(key, entry);
    entry.users += 1;
    try {
      const release = await entry.limiter.acquire(signal);
      try {
        return await work();
      } finally {
        release();
      }
    } finally {
      entry.users -= 1;
      if (entry.users === 0) this.#locks.delete(key);
    }
  }
}
