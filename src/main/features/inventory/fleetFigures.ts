import type { ServerId } from '../../../shared/model/ids.ts';
import type { Server } from '../../../shared/model/server.ts';

/** Servers as they are read live. */
type Read = readonly Pick<Server, 'id' | 'name'>[];

/** Where the live figures of the fleet come from: the one channel that reads a server. */
export interface FiguresPort {
  /** Reads these servers at least so often until `leave`, and for a while longer; `choose` names others. */
  watch(servers: Read, intervalS: number): { choose(servers: Read): void; leave(): void };
  /** How often a server is read now; null: it is not. */
  intervalS(id: ServerId): number | null;
  /** Something changed for the better: where it waits it is tried again now. */
  poke(id: ServerId): void;
}

/** What keeps the figures of the fleet live needs. */
export interface FleetFiguresPorts {
  figures: Pick<FiguresPort, 'watch'>;
  trusted(): Read;
  intervalS(): number;
  /** Called every few seconds while somebody looks: what ages has to be looked at again. */
  onTick(): void;
}

/** Has trusted servers read while anybody looks at the fleet. */
export class FleetFigures {
  readonly #ports: FleetFiguresPorts;
  #watchers = 0;
  #watch: { intervalS: number; choose(servers: Read): void; leave(): void } | null = null;
  #ticking: NodeJS.Timeout | null = null;

  constructor(ports: FleetFiguresPorts) {
    this.#ports = ports;
  }

  /** Whether anybody looks. */
  get isWatched(): boolean {
    return this.#watchers > 0;
  }

  /** Begins for a watcher; call the result when it leaves. */
  watch(): () => void {
    this.#watchers += 1;
    this.#ticking ??= setInterval(() => this.#ports.onTick(), 5_000);
    this.sync();
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#watchers -= 1;
      if (this.#watchers === 0) this.stop();
    };
  }

  /** The inventory or the interval changed: reads what is trusted now and nothing else. */
  sync(): void {
    if (this.#watchers === 0) return;
    const intervalS = this.#ports.intervalS();
    const trusted = this.#ports.trusted();
    const before = this.#watch;
    if (before?.intervalS === intervalS) {
      before.choose(trusted);
      return;
    }
    this.#watch = { intervalS, ...this.#ports.figures.watch(trusted, intervalS) };
    // Only now: nobody is let go in between.
    before?.leave();
  }

  /** Nobody looks any more. */
  stop(): void {
    if (this.#ticking !== null) clearInterval(this.#ticking);
    this.#ticking = null;
    this.#watch?.leave();
    this.#watch = null;
  }
}
