import type { Reading } from '../../../../shared/model/reading.ts';
import { collectorHeader, parseServerTime, type ServerTime } from '../collector/collectorFrame.ts';
import { CollectorReader } from '../collector/collectorReader.ts';

/** What was measured at one moment of our clock. */
export interface RecordedMoment {
  atMs: number;
  readings: readonly Reading[];
}

interface Look {
  time: ServerTime;
  readings: Reading[];
}

/** Looks of one tick begin together; others begin later than that. */
const togetherS = 0.5;

/**
 * Reads what a recorder kept, as `readScript` prints it: bytes in any pieces, then `moments`. Times become ours by the server's uptime now, so
 * that no clock that was set in between moves them; what is of an earlier boot is placed by the wall clock, less what that is off by now.
 */
export class Recording {
  readonly #reader = new CollectorReader();
  readonly #looks: Look[] = [];
  #head = '';
  #now: (ServerTime & { receivedAtMs: number }) | null = null;
  #isRead = false;

  /** Takes bytes that came in at a time of our clock. */
  push(bytes: Uint8Array, nowMs: number): void {
    let rest = bytes;
    if (!this.#isRead) {
      this.#head += Buffer.from(bytes).toString('latin1');
      const end = this.#head.indexOf('\n');
      if (end < 0) return;
      const [word, uptime, wall] = this.#head.slice(0, end).split(' ');
      const time = word === 'now' ? parseServerTime(uptime, wall) : null;
      this.#now = time === null ? null : { ...time, receivedAtMs: nowMs };
      this.#isRead = true;
      rest = Buffer.from(this.#head.slice(end + 1), 'latin1');
      this.#reader.push(Buffer.from(`${collectorHeader}\n`), nowMs);
    }
    for (const { source, time, readings } of this.#reader.push(rest, nowMs)) if (source !== 'clock') this.#take(time, readings);
  }

  /** Moments after `fromMs` and before `toMs`, in order of time. */
  moments(fromMs: number, toMs: number): RecordedMoment[] {
    const now = this.#now;
    if (now === null) return [];
    const boots = bootsOf(this.#looks);
    const found = this.#looks.map(({ time, readings }, index) => ({ atMs: timeOf(time, boots[index] === boots.at(-1), now), readings }));
    return found.filter(({ atMs, readings }) => readings.length > 0 && atMs > fromMs && atMs < toMs).sort((one, other) => one.atMs - other.atMs);
  }

  #take(time: ServerTime, readings: readonly Reading[]): void {
    // Slow sources end after the next look has begun: they belong to the look that they began with.
    const together = this.#looks
      .slice(-8)
      .findLast((look) => Math.abs(look.time.uptimeS - time.uptimeS) < togetherS && Math.abs(look.time.wallMs - time.wallMs) < 10_000);
    if (together === undefined) this.#looks.push({ time, readings: [...readings] });
    else together.readings.push(...readings);
  }
}

/** For each look, which boot it is of: an uptime that went back begins another. */
function bootsOf(looks: readonly Look[]): number[] {
  let [boot, highest] = [0, 0];
  return looks.map(({ time: { uptimeS } }) => {
    if (uptimeS < highest - 60) [boot, highest] = [boot + 1, uptimeS];
    highest = Math.max(highest, uptimeS);
    return boot;
  });
}

function timeOf(time: ServerTime, isLastBoot: boolean, now: ServerTime & { receivedAtMs: number }): number {
  if (isLastBoot && time.uptimeS <= now.uptimeS + 1) return Math.round(now.receivedAtMs - (now.uptimeS - time.uptimeS) * 1000);
  return Math.round(time.wallMs - (now.wallMs + now.wallStepMs / 2 - now.receivedAtMs));
}
