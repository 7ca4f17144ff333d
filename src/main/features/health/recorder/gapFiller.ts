import type { ServerId } from '../../../../shared/model/ids.ts';
import type { RecorderService } from './recorderService.ts';
import type { RecordedMoment } from './recording.ts';

/** What it needs. */
export interface GapFillerPorts {
  recorder: Pick<RecorderService, 'fill'>;
  /** When a server was last heard before a moment, by what is stored; null: never, or long ago. */
  lastStored(id: ServerId, beforeMs: number): Promise<number | null>;
  /** Takes what the recorder had of a time in which a server was not heard; null: nothing is known of that time. */
  filled(id: ServerId, moments: readonly RecordedMoment[] | null): void;
  log(event: string, fields: Record<string, unknown>): void;
}

/** Servers that are longer silent than this left a gap. */
const gapMs = 60_000;
/** More of the past is not asked for. */
const longestMs = 7 * 86_400_000;
const atOnce = 4;

/** Notices that a server was not heard for a while, and fills that time by what its recorder kept. A server without one is asked once. */
export class GapFiller {
  readonly #ports: GapFillerPorts;
  readonly #heard = new Map<ServerId, number>();
  readonly #without = new Set<ServerId>();
  readonly #waiting: { id: ServerId; fromMs: number | null; toMs: number }[] = [];
  readonly #stop = new AbortController();
  #running = 0;

  constructor(ports: GapFillerPorts) {
    this.#ports = ports;
  }

  /** A server was heard at a moment of our clock. */
  heard(id: ServerId, atMs: number): void {
    const before = this.#heard.get(id);
    // Far before what was heard: our clock was ahead then, and gaps from now on would be within that time.
    const isSetBack = before !== undefined && before - atMs > gapMs;
    this.#heard.set(id, isSetBack ? atMs : Math.max(atMs, before ?? 0));
    if (before !== undefined && atMs - before <= gapMs) return;
    if (this.#without.has(id)) {
      this.#ports.filled(id, null);
      return;
    }
    this.#waiting.push({ id, fromMs: before ?? null, toMs: atMs });
    this.#next();
  }

  /** A recorder came or went: it is asked for again. */
  changed(id: ServerId): void {
    this.#without.delete(id);
  }

  close(): void {
    this.#stop.abort();
  }

  #next(): void {
    if (this.#running >= atOnce || this.#stop.signal.aborted) return;
    const gap = this.#waiting.shift();
    if (gap === undefined) return;
    this.#running += 1;
    void this.#fill(gap).finally(() => {
      this.#running -= 1;
      this.#next();
    });
  }

  async #fill({ id, fromMs, toMs }: { id: ServerId; fromMs: number | null; toMs: number }): Promise<void> {
    const { recorder, lastStored, filled, log } = this.#ports;
    let moments: readonly RecordedMoment[] | null = null;
    try {
      const from = fromMs ?? (await lastStored(id, toMs));
      // Of a server that was never heard there is no gap.
      if (from === null || toMs - from <= gapMs) return;
      const outcome = await recorder.fill(id, Math.max(from, toMs - longestMs), toMs, this.#stop.signal);
      if (outcome === null) this.#without.add(id);
      else {
        moments = outcome.moments;
        log('recorder.filled', { serverId: id, fromMs: from, toMs, moments: outcome.added });
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) log('recorder.not-read', { serverId: id, reason: String(error) });
    } finally {
      if (!this.#stop.signal.aborted) filled(id, moments);
    }
  }
}
