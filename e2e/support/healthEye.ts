import { consumeStream } from '../../src/main/hosts/cli/consumeStream.ts';
import { HealthBoard } from '../../src/main/hosts/cli/healthBoard.ts';
import type { CoreClient } from '../../src/main/transport/coreClient.ts';

/** A value as it came in. */
export interface SeenValue {
  atMs: number;
  value: number;
}

/** Watches the live figures of one server over the contract, and remembers every value that came. */
export class HealthEye {
  readonly #leave = new AbortController();
  readonly #board = new HealthBoard();
  readonly #seen = new Map<string, SeenValue[]>();
  readonly #reading: Promise<void>;
  /** How it stood, in order, without repetitions. */
  readonly states: string[] = [];

  constructor(client: CoreClient, selector: string, intervalS = 1) {
    this.#reading = this.#read(client, selector, intervalS).catch((error: unknown) => {
      if (!this.#leave.signal.aborted) throw error;
    });
  }

  /** All values of a metric since a time, oldest first. */
  values(subject: string, metric: string, sinceMs = 0): SeenValue[] {
    return (this.#seen.get(`${metric} ${subject}`) ?? []).filter(({ atMs }) => atMs >= sinceMs);
  }

  /** The newest value; null: none came. */
  last(subject: string, metric: string): number | null {
    return this.values(subject, metric).at(-1)?.value ?? null;
  }

  /** Resolves with the first value since now that is as wanted. Throws after so long, with what came instead. */
  async until(subject: string, metric: string, holds: (value: number) => boolean, limitS = 60): Promise<number> {
    const sinceMs = Date.now();
    const untilMs = sinceMs + limitS * 1000;
    for (;;) {
      const found = this.values(subject, metric, sinceMs).find(({ value }) => holds(value));
      if (found !== undefined) return found.value;
      if (Date.now() > untilMs) {
        const came = this.values(subject, metric, sinceMs).map(({ value }) => value);
        throw new Error(`${metric} of "${subject}" came as ${came.join(', ') || 'nothing'}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async close(): Promise<void> {
    this.#leave.abort();
    await this.#reading;
  }

  async #read(client: CoreClient, selector: string, intervalS: number): Promise<void> {
    const stream = await client.health.watch({ selector, intervalS }, { signal: this.#leave.signal });
    await consumeStream(client, stream, (frame) => {
      for (const part of this.#board.take(frame)) {
        if (part.kind === 'server') {
          if (this.states.at(-1) !== part.state) this.states.push(part.state);
        } else for (const { subject, metric, value } of part.readings) this.#note(`${metric} ${subject}`, { atMs: part.observedAtMs, value });
      }
      return undefined;
    });
  }

  #note(key: string, seen: SeenValue): void {
    const values = this.#seen.get(key) ?? [];
    // A server's readings are told again where another source changed.
    if (values.at(-1)?.atMs !== seen.atMs) values.push(seen);
    this.#seen.set(key, values);
  }
}
