import type { LayoutOf, Moment } from './moments.ts';
import { mergeMoments } from './moments.ts';

/** More than this wait for no server: a disk that takes nothing for hours must not fill the memory. Those that came first go. */
const mostWaiting = 2000;

/** What one server measured that is not written yet. */
interface Waiting {
  moments: Map<number, Moment>;
  /** When the first of them came, by our clock. */
  sinceMs: number;
  isOrdered: boolean;
  newestMs: number;
}

/** Moments that wait to be written, by number of the server. */
export class WaitingMoments {
  readonly #servers = new Map<number, Waiting>();

  /** Takes a moment; one of a time that waits already adds to it. */
  add(server: number, moment: Moment, nowMs: number, layoutOf: LayoutOf): void {
    let waiting = this.#servers.get(server);
    if (waiting === undefined) {
      waiting = { moments: new Map(), sinceMs: nowMs, isOrdered: true, newestMs: Number.NEGATIVE_INFINITY };
      this.#servers.set(server, waiting);
    }
    const same = waiting.moments.get(moment.atMs);
    if (same === undefined && moment.atMs < waiting.newestMs) waiting.isOrdered = false;
    waiting.newestMs = Math.max(waiting.newestMs, moment.atMs);
    waiting.moments.set(moment.atMs, same === undefined ? moment : mergeMoments(same, moment, layoutOf));
    if (waiting.moments.size <= mostWaiting) return;
    const [oldest] = waiting.moments.keys();
    if (oldest !== undefined) waiting.moments.delete(oldest);
  }

  /** Moments of a server from a time on and before another, in order of time. */
  between(server: number, fromMs: number, toMs: number): Moment[] {
    const waiting = this.#servers.get(server);
    if (waiting === undefined) return [];
    if (!waiting.isOrdered) {
      waiting.moments = new Map([...waiting.moments].sort(([a], [b]) => a - b));
      waiting.isOrdered = true;
    }
    const all = [...waiting.moments.values()];
    return all.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  }

  /** Servers of which so many wait, or the first came before a time. */
  due(count: number, beforeMs: number): number[] {
    return [...this.#servers].filter(([, { moments, sinceMs }]) => moments.size >= count || sinceMs < beforeMs).map(([server]) => server);
  }

  /** Forgets what was written. */
  clear(server: number): void {
    this.#servers.delete(server);
  }
}
