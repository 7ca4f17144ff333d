import type { ServerId } from '../../../shared/model/ids.ts';
import { VitalsPoller, type VitalsPollerPorts } from './vitalsPoller.ts';

/** How long polling goes on when the last watcher has left: a page that reloads comes back to live figures. */
const graceMs = 30_000;

/**
 * Keeps one poller per trusted server while anybody watches. How many connect at once is the remote layer's to bound; what is
 * held here is one channel per server.
 */
export class VitalsPollers {
  readonly #ports: VitalsPollerPorts & { trusted(): readonly ServerId[] };
  readonly #pollers = new Map<ServerId, VitalsPoller>();
  readonly #onTick: () => void;
  #watchers = 0;
  #ending: NodeJS.Timeout | null = null;
  #ticking: NodeJS.Timeout | null = null;

  /** `onTick` is called every few seconds while polling runs: what ages has to be looked at again. */
  constructor(ports: VitalsPollerPorts & { trusted(): readonly ServerId[] }, onTick: () => void) {
    this.#ports = ports;
    this.#onTick = onTick;
  }

  /** Starts polling for a watcher; call the result when it leaves. */
  watch(): () => void {
    this.#watchers += 1;
    if (this.#ending !== null) clearTimeout(this.#ending);
    this.#ending = null;
    this.#ticking ??= setInterval(this.#onTick, 5_000);
    this.sync();
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#watchers -= 1;
      if (this.#watchers === 0) this.#ending = setTimeout(() => this.stop(), graceMs);
    };
  }

  /** The inventory changed: polls what is trusted now and nothing else. */
  sync(): void {
    if (this.#watchers === 0 && this.#ending === null) return;
    const wanted = new Set(this.#ports.trusted());
    for (const [id, poller] of this.#pollers) {
      if (wanted.has(id)) continue;
      poller.stop();
      this.#pollers.delete(id);
    }
    for (const id of wanted) if (!this.#pollers.has(id)) this.#pollers.set(id, new VitalsPoller(id, this.#ports));
  }

  /** Lets the poller of a server that waits for a person try again. */
  poke(id: ServerId): void {
    this.#pollers.get(id)?.poke();
  }

  /** The computer woke up, or has another network: whoever waits tries again now. */
  hurry(): void {
    for (const poller of this.#pollers.values()) poller.poke();
  }

  /** Opens new channels if the interval of readings is another than the one they were opened with. */
  adoptInterval(): void {
    const intervalMs = this.#ports.intervalMs();
    for (const poller of this.#pollers.values()) if (poller.intervalMs !== intervalMs) poller.restart();
  }

  /** Ends all polling. */
  stop(): void {
    if (this.#ending !== null) clearTimeout(this.#ending);
    if (this.#ticking !== null) clearInterval(this.#ticking);
    this.#ending = null;
    this.#ticking = null;
    for (const poller of this.#pollers.values()) poller.stop();
    this.#pollers.clear();
  }
}
