import type { ServerId } from '../../shared/model/ids.ts';
import type { NetworkVerdict } from '../../shared/model/network.ts';
import type { RemoteState } from './remote.ts';

/** Servers that went within this time of each other went together. */
const togetherMs = 30_000;
/** Fewer servers may well fail together without the laptop being the cause. */
const fewest = 3;

/** What is known of one server's being reachable. */
interface Known {
  /** Where the way to it begins: itself, or the first jump host. */
  firstHop: string;
  downAtMs: number | null;
}

/** What the verdict stands on. */
export interface LaptopNetworkPorts {
  nowMs(): number;
  /** Whether this computer has an address other than its own loopback. */
  hasAddress(): boolean;
}

/**
 * Tells a laptop that has lost its network from servers that have failed: when all that were reached go at one time, over more than one
 * way, it is the laptop. Said once, in place of one error for each server. Servers on this very computer say nothing about its network.
 */
export class LaptopNetwork {
  readonly #ports: LaptopNetworkPorts;
  readonly #known = new Map<ServerId, Known>();
  /** How many of them are down. */
  #down = 0;
  readonly #listeners = new Set<(verdict: NetworkVerdict) => void>();
  #verdict: NetworkVerdict = { state: 'fine' };

  constructor(ports: LaptopNetworkPorts) {
    this.#ports = ports;
  }

  get verdict(): NetworkVerdict {
    return this.#verdict;
  }

  /** Tells of every change until the returned function is called. */
  onChange(listener: (verdict: NetworkVerdict) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes a server's new state. `firstHop`: host name or address; null: it was never dialled. */
  note(serverId: ServerId, firstHop: string | null, state: RemoteState): void {
    if (firstHop === null || isLoopback(firstHop)) return;
    const reach = reachOf(state);
    if (reach === 'unknown') return;
    const known = this.#known.get(serverId);
    if (reach === 'down') {
      if (known === undefined || known.downAtMs !== null) return;
      known.downAtMs = this.#ports.nowMs();
      this.#down += 1;
    } else {
      if (known !== undefined && known.downAtMs !== null) this.#down -= 1;
      if (reach === 'gone') this.#known.delete(serverId);
      else this.#known.set(serverId, { firstHop, downAtMs: null });
    }
    this.#say(this.#judged());
  }

  #judged(): NetworkVerdict {
    if (this.#known.size === 0 || this.#down < this.#known.size) return { state: 'fine' };
    const all = [...this.#known.values()].map(({ firstHop, downAtMs }) => ({ firstHop, atMs: downAtMs ?? 0 }));
    // One that had been down for long before says nothing of what happened now.
    const latestMs = all.reduce((most, { atMs }) => Math.max(most, atMs), 0);
    const together = all.filter(({ atMs }) => latestMs - atMs <= togetherMs);
    const what = { sinceMs: together.reduce((least, { atMs }) => Math.min(least, atMs), latestMs), servers: together.length };
    if (!this.#ports.hasAddress()) return { state: 'offline', because: 'no-address', ...what };
    const ways = new Set(together.map(({ firstHop }) => firstHop)).size;
    if (together.length >= fewest && ways > 1) return { state: 'offline', because: 'all-at-once', ...what };
    return this.#verdict;
  }

  #say(verdict: NetworkVerdict): void {
    if (JSON.stringify(verdict) === JSON.stringify(this.#verdict)) return;
    this.#verdict = verdict;
    for (const listener of [...this.#listeners]) listener(verdict);
  }
}

/** What a state says of the network. A refused login or a changed key is an answer like any other. */
function reachOf({ state, error }: RemoteState): 'up' | 'down' | 'gone' | 'unknown' {
  switch (state) {
    case 'connected':
    case 'auth-failed':
    case 'key-changed':
      return 'up';
    case 'degraded':
      return error?.code === 'ssh.link-silent' ? 'down' : 'up';
    case 'reconnecting':
    case 'unreachable':
      return 'down';
    case 'idle':
      return error === null ? 'gone' : 'down';
    default:
      return 'unknown';
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.startsWith('127.') || host === '::1';
}
