import type { Transport } from './transport.ts';

/** How a connection does: `slow` answers late, `silent` has not answered at all for a while and is not given up yet. */
export type Quality = 'good' | 'slow' | 'silent';

/** Times of a heartbeat, in milliseconds. */
export interface HeartbeatTimes {
  /** Between two questions to the server; so long it has for each answer. */
  everyMs: number;
  /** Unanswered questions in a row after which a connection is dead. */
  misses: number;
  /** Round trips from here on are slow. */
  slowMs: number;
}

/** Five seconds, three times: a server that says nothing more is given up after 15 to 20 s. */
export const usualTimes: HeartbeatTimes = { everyMs: 5_000, misses: 3, slowMs: 1_000 };

/** What comes of a heartbeat. */
export interface HeartbeatEvents {
  onQuality(quality: Quality): void;
  onDead(): void;
}

/** A server that talks by itself is asked at every so many beats, so that a line that has become slow is noticed. */
const beatsUnasked = 6;

/**
 * Asks a server that says nothing, so that one that vanished without a word is noticed. Whatever comes from it counts as a sign of life: on a
 * slow line an answer waits behind the data.
 */
export class Heartbeat {
  readonly #transport: Transport;
  readonly #times: HeartbeatTimes;
  readonly #events: HeartbeatEvents;
  readonly #timer: NodeJS.Timeout;
  #quality: Quality = 'good';
  #received: number;
  #askedAtMs: number | null = null;
  /** Beats since it was asked last. */
  #unasked = 0;
  /** Whether a beat without a word from it is one missed: it was asked, or left in peace because it had just talked. */
  #isExpected = false;
  #missed = 0;
  #roundTripMs: number | null = null;
  /** Whether the last round trips were slow, the latest first. */
  #slow: boolean[] = [];

  constructor(transport: Transport, times: HeartbeatTimes, events: HeartbeatEvents) {
    this.#transport = transport;
    this.#times = times;
    this.#events = events;
    this.#received = transport.received;
    this.#timer = setInterval(() => this.#beat(), times.everyMs);
    this.#timer.unref();
  }

  get quality(): Quality {
    return this.#quality;
  }

  /** The last round trip; null: none yet. */
  get roundTripMs(): number | null {
    return this.#roundTripMs;
  }

  /** Asks now, out of turn: resolves with whether an answer came in time. */
  async answersWithin(limitMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), limitMs);
    });
    const answered = await Promise.race([this.#transport.ping().then(() => true), late]);
    clearTimeout(timer);
    if (answered) this.#alive();
    return answered;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    const { received } = this.#transport;
    const talked = received !== this.#received;
    this.#received = received;
    this.#unasked += 1;
    if (talked) this.#alive();
    else if (this.#isExpected) {
      this.#missed += 1;
      if (this.#missed >= this.#times.misses) {
        this.stop();
        this.#events.onDead();
        return;
      }
    }
    this.#judge();
    this.#isExpected = true;
    const isDoubtful = !talked || this.#unasked >= beatsUnasked || this.#slow[0] === true;
    if (isDoubtful && this.#askedAtMs === null) this.#ask();
  }

  #ask(): void {
    const askedAtMs = performance.now();
    this.#askedAtMs = askedAtMs;
    this.#unasked = 0;
    void this.#transport.ping().then(() => {
      this.#askedAtMs = null;
      // The answer is no talk of its own.
      this.#received = this.#transport.received;
      this.#isExpected = false;
      this.#roundTripMs = performance.now() - askedAtMs;
      this.#slow = [this.#roundTripMs > this.#times.slowMs, ...this.#slow.slice(0, 1)];
      this.#alive();
      this.#judge();
    });
  }

  #alive(): void {
    this.#missed = 0;
  }

  /** One slow round trip is a hiccup; two are a slow line. */
  #judge(): void {
    const slow = this.#slow.length === 2 && this.#slow.every(Boolean);
    const quality = this.#missed > 0 && this.#askedAtMs !== null ? 'silent' : slow ? 'slow' : 'good';
    if (quality === this.#quality) return;
    this.#quality = quality;
    this.#events.onQuality(quality);
  }
}
