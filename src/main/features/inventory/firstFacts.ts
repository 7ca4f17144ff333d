import type { ServerId } from '../../../shared/model/ids.ts';

/** Servers that connect at the same time are read together. */
const gatherMs = 300;

/**
 * Sees to it that a server whose facts were never read is read once it is connected, so that nobody has to ask for the first look.
 * Each server is asked for once; `again` lets it be asked anew, when another machine may stand behind the record.
 */
export class FirstFacts {
  readonly #read: (ids: ServerId[]) => void;
  readonly #asked = new Set<ServerId>();
  #waiting: ServerId[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(read: (ids: ServerId[]) => void) {
    this.#read = read;
  }

  /** The server is connected and has no facts. */
  want(id: ServerId): void {
    if (this.#asked.has(id)) return;
    this.#asked.add(id);
    this.#waiting.push(id);
    this.#timer ??= setTimeout(() => this.#flush(), gatherMs);
  }

  /** Somebody else reads it already. */
  asked(id: ServerId): void {
    this.#asked.add(id);
  }

  again(id: ServerId): void {
    this.#asked.delete(id);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #flush(): void {
    const ids = this.#waiting;
    this.#waiting = [];
    this.#timer = null;
    this.#read(ids);
  }
}
