import type { ServerId } from '../../../shared/model/ids.ts';

/** Servers that ask at the same time are read together. */
const gatherMs = 300;

/**
 * Sees to it that nobody has to ask for facts: a server is read once it is connected for the first time, and after work that may have
 * changed it. Each server is asked for once; `again` lets it be asked anew, when another machine may stand behind the record.
 */
export class FactsWanted {
  readonly #read: (ids: ServerId[]) => void;
  readonly #asked = new Set<ServerId>();
  readonly #waiting = new Set<ServerId>();
  #timer: NodeJS.Timeout | null = null;

  constructor(read: (ids: ServerId[]) => void) {
    this.#read = read;
  }

  /** The server is connected and has no facts. */
  want(id: ServerId): void {
    if (this.#asked.has(id)) return;
    this.#asked.add(id);
    this.#waiting.add(id);
    this.#timer ??= setTimeout(() => this.#flush(), gatherMs);
  }

  /** Somebody else reads it already. */
  asked(id: ServerId): void {
    this.#asked.add(id);
  }

  again(id: ServerId): void {
    this.#asked.delete(id);
  }

  /** The server may not be any more what its facts say. */
  outdated(id: ServerId): void {
    this.again(id);
    this.want(id);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #flush(): void {
    const ids = [...this.#waiting];
    this.#waiting.clear();
    this.#timer = null;
    this.#read(ids);
  }
}
