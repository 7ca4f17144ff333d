import { type HealthPart, serverOfKey } from '../../../../shared/model/serverHealth.ts';
import { KeyedState } from '../../../rpc/keyedState.ts';

/** What one watcher sees of all that is known: its servers, and of their readings the metrics that it wants. Call `close` when it leaves. */
export class HealthView {
  readonly state = new KeyedState<HealthPart>();
  readonly close: () => void;
  readonly #all: KeyedState<HealthPart>;
  #servers: ReadonlySet<string>;
  readonly #metrics: ReadonlySet<string> | null;

  /** Without metrics it sees all. */
  constructor(all: KeyedState<HealthPart>, servers: ReadonlySet<string>, metrics: ReadonlySet<string> | null) {
    this.#all = all;
    this.#servers = servers;
    this.#metrics = metrics;
    this.close = all.subscribe((key) => this.#take(key));
    for (const [key] of all.entries()) this.#take(key);
  }

  /** Sees these servers from now on, and no others. */
  choose(servers: ReadonlySet<string>): void {
    this.#servers = servers;
    for (const [key] of this.state.entries()) if (!servers.has(serverOfKey(key))) this.state.delete(key);
    for (const [key] of this.#all.entries()) if (!this.state.has(key)) this.#take(key);
  }

  #take(key: string): void {
    if (!this.#servers.has(serverOfKey(key))) return;
    const part = this.#all.get(key);
    const seen = part === undefined ? null : this.#wanted(part);
    if (seen === null) this.state.delete(key);
    else this.state.set(key, seen);
  }

  /** Null: nothing of it is wanted. */
  #wanted(part: HealthPart): HealthPart | null {
    const metrics = this.#metrics;
    if (part.kind === 'server' || metrics === null) return part;
    const readings = part.readings.filter(({ metric }) => metrics.has(metric));
    return readings.length === 0 ? null : { ...part, readings };
  }
}
