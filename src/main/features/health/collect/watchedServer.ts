import type { ServerId } from '../../../../shared/model/ids.ts';
import type { HealthPart, ServerPart } from '../../../../shared/model/serverHealth.ts';
import type { KeyedState } from '../../../rpc/keyedState.ts';
import type { CollectorLook } from '../collector/collectorReader.ts';
import type { CollectorPorts } from './collectorPorts.ts';
import type { HealthView } from './healthView.ts';
import { LatestLooks } from './latestLooks.ts';
import { ServerCollector } from './serverCollector.ts';

/** How long a server is read on when the last watcher has left: who comes back finds live figures. */
const graceMs = 30_000;
/** Seconds between two looks while nobody watches. */
const idleIntervalS = 5;

/** One server that is read: by whom it is watched, how closely, and the latest of each source, kept up in `all`. */
export class WatchedServer {
  readonly id: ServerId;
  readonly collector: ServerCollector;
  readonly looks: LatestLooks;
  readonly #ports: CollectorPorts;
  readonly #all: KeyedState<HealthPart>;
  /** Intervals that watchers wish for. */
  readonly #wishes = new Map<HealthView, number>();
  #name: string;
  /** Interval at which it is read while nobody watches; null: it is not. */
  #keptS: number | null = null;
  #observedAtMs: number | null = null;
  #gpus: ServerPart['gpus'] = [];
  /** Which containers run. */
  #containers = '';
  /** When it is let go; null: somebody watches. */
  #endsAtMs: number | null = null;
  #isRead = false;

  constructor({ id, name }: { id: ServerId; name: string }, intervalS: number, ports: CollectorPorts, all: KeyedState<HealthPart>) {
    this.id = id;
    this.#name = name;
    this.#ports = ports;
    this.#all = all;
    this.looks = new LatestLooks(id, all);
    this.collector = new ServerCollector({ id, name }, intervalS, ports, { looks: (looks) => this.#take(looks), changed: () => this.#tell() });
    this.#isRead = true;
    this.#tell();
  }

  /** A watcher wants it read at least so often. */
  wish(view: HealthView, intervalS: number): void {
    this.#wishes.set(view, intervalS);
    this.#adopt();
  }

  unwish(view: HealthView): void {
    if (this.#wishes.delete(view)) this.#adopt();
  }

  /** Reads it so often whether anybody watches or not; null: no more for this reason. */
  keep(intervalS: number | null, name = this.#name): void {
    const isRenamed = name !== this.#name;
    if (this.#keptS === intervalS && !isRenamed) return;
    this.#keptS = intervalS;
    this.#name = name;
    this.#adopt();
    if (isRenamed) this.#tell();
  }

  /** Looks at the clock; true: nobody has wanted it for so long that it is to be let go. */
  tick(nowMs: number): boolean {
    this.collector.tick();
    this.looks.age(nowMs, this.collector.intervalS);
    return this.#endsAtMs !== null && nowMs >= this.#endsAtMs;
  }

  /** Ends reading it, and takes it out of `all`. */
  stop(): void {
    this.#isRead = false;
    this.collector.stop();
    this.looks.forget();
    this.#all.delete(this.id);
    this.#ports.watched?.(this.id, null);
  }

  #tell(): void {
    if (!this.#isRead) return;
    const { state, error, intervalS } = this.collector;
    const known = { serverId: this.id, serverName: this.#name, observedAtMs: this.#observedAtMs, gpus: this.#gpus };
    this.#all.set(this.id, { kind: 'server', ...known, state, error, intervalS });
  }

  #take(looks: readonly CollectorLook[]): void {
    if (!this.#isRead) return;
    for (const look of looks) {
      this.looks.take(look);
      this.#observedAtMs = look.receivedAtMs;
      const gpus = look.gpus === undefined ? null : gpusOf(look.gpus);
      this.#ports.feed?.publish({ serverId: this.id, atMs: look.measuredAtMs, readings: look.readings, ...(gpus !== null && { gpus }) });
      if (gpus !== null && gpus.length > 0) this.#gpus = gpus;
      const containers = look.containers === undefined ? this.#containers : runningOf(look.containers);
      if (containers !== this.#containers) this.#ports.containersChanged?.(this.id);
      this.#containers = containers;
    }
    this.#tell();
  }

  /** The shortest wish counts; what is kept needs nobody's. */
  #adopt(): void {
    const wanted = this.#keptS === null ? [...this.#wishes.values()] : [...this.#wishes.values(), this.#keptS];
    this.#endsAtMs = wanted.length === 0 ? this.#ports.nowMs() + graceMs : null;
    const before = this.collector.intervalS;
    this.collector.setInterval(wanted.length === 0 ? Math.max(before, idleIntervalS) : Math.min(...wanted));
    if (this.collector.intervalS !== before) this.#tell();
    this.#ports.watched?.(this.id, this.collector.intervalS);
  }
}

function gpusOf({ names, indexes }: NonNullable<CollectorLook['gpus']>): ServerPart['gpus'] {
  return Object.entries(names).map(([uuid, name]) => ({ uuid, index: indexes[uuid] ?? 0, name }));
}

function runningOf(containers: NonNullable<CollectorLook['containers']>): string {
  return containers.flatMap(({ id, status }) => (status === 'running' ? [id] : [])).join();
}
