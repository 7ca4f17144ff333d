import type { Dictionary } from './dictionary.ts';
import { chosenOf, type Layout, type Moment, mergeInOrder } from './moments.ts';
import type { MomentsTable } from './momentsTable.ts';
import type { WaitingMoments } from './waitingMoments.ts';

/** Moments as if all of them were written already. */
export class WrittenAndWaiting {
  readonly #dictionary: Dictionary;
  readonly #written: MomentsTable;
  readonly #waiting: WaitingMoments;
  readonly #newest = new Map<number, number>();

  constructor(dictionary: Dictionary, written: MomentsTable, waiting: WaitingMoments) {
    this.#dictionary = dictionary;
    this.#written = written;
    this.#waiting = waiting;
  }

  /** Moments with `fromMs <= time < toMs`, in order of time; with `wanted`, only its series. */
  read(server: number, fromMs: number, toMs: number, wanted: Layout | null): Moment[] {
    const written = this.#written.read(server, fromMs, toMs, wanted);
    return mergeInOrder(written, this.waiting(server, fromMs, toMs, wanted), wanted === null ? this.#dictionary.layoutOf : () => wanted);
  }

  /** Only those that are not written yet. */
  waiting(server: number, fromMs: number, toMs: number, wanted: Layout | null): Moment[] {
    const waiting = this.#waiting.between(server, fromMs, toMs);
    return wanted === null ? waiting : waiting.map((moment) => chosenOf(moment, wanted));
  }

  /** At least as many as `read` would give. */
  count(server: number, fromMs: number, toMs: number): number {
    return this.#written.count(server, fromMs, toMs) + this.#waiting.between(server, fromMs, toMs).length;
  }

  /** No written moment of a server is later than this. */
  newestWritten(server: number): number {
    let newest = this.#newest.get(server);
    if (newest === undefined) {
      newest = this.#written.newest(server);
      this.#newest.set(server, newest);
    }
    return newest;
  }

  /** Notes that moments of a server were written, up to a time. */
  noteWritten(server: number, newestMs: number): void {
    this.#newest.set(server, Math.max(this.newestWritten(server), newestMs));
  }
}
