import type { ServerId, StackId } from '../../../../shared/model/ids.ts';
import type { HealthGate } from '../../../../shared/model/stackDefinition.ts';
import type { ProbesRepo } from './probesRepo.ts';
import { shippedProbes } from './shippedProbes.ts';

/** What it needs. */
export interface ShippedSyncPorts {
  repo: ProbesRepo;
  servers(): readonly { id: ServerId; name: string }[];
  connected(id: ServerId): boolean;
  deployed(id: ServerId): readonly { stackId: string; release: string | null }[];
  tests(server: { id: ServerId; name: string }, stack: StackId): Promise<readonly HealthGate[]>;
  /** Probes came or went. */
  changed(): void;
  nowMs(): number;
  log(event: string, fields: Record<string, unknown>): void;
}

const againMs = 60_000;

/** Keeps the probes that come with stacks in step with the releases that run. A release is read once. */
export class ShippedSync {
  readonly #ports: ShippedSyncPorts;
  readonly #stop = new AbortController();
  /** Release that was read of a stack on a server, by both. */
  readonly #read = new Map<string, string>();
  #nextMs = 0;
  #reading = false;

  constructor(ports: ShippedSyncPorts) {
    this.#ports = ports;
    for (const { serverId, stack, release } of ports.repo.all()) if (stack !== null && release !== null) this.#read.set(`${serverId}/${stack}`, release);
  }

  /** A server is looked at at the next tick. */
  look(_id: ServerId): void {
    this.#nextMs = 0;
  }

  tick(): void {
    const { nowMs } = this.#ports;
    const inMs = this.#nextMs - nowMs();
    // Further away: the clock was set back since.
    if (this.#reading || (inMs > 0 && inMs <= againMs)) return;
    this.#nextMs = nowMs() + againMs;
    this.#reading = true;
    void this.#all().finally(() => {
      this.#reading = false;
    });
  }

  close(): void {
    this.#stop.abort();
  }

  async #all(): Promise<void> {
    const { servers, connected, deployed, log } = this.#ports;
    for (const server of servers()) {
      for (const { stackId, release } of deployed(server.id)) {
        if (this.#stop.signal.aborted) return;
        if (release === null || this.#read.get(`${server.id}/${stackId}`) === release || !connected(server.id)) continue;
        await this.#stack(server, stackId as StackId, release).catch((error: unknown) =>
          log('probes.tests-not-read', { serverId: server.id, stackId, reason: String(error) }),
        );
      }
    }
  }

  async #stack(server: { id: ServerId; name: string }, stack: StackId, release: string): Promise<void> {
    const { repo, tests, changed, nowMs } = this.#ports;
    const wanted = new Map(shippedProbes(server, stack, await tests(server, stack)).map((probe) => [probe.id, probe]));
    if (this.#stop.signal.aborted) return;
    const there = repo.all().filter(({ serverId, stack: own }) => serverId === server.id && own === stack);
    for (const { id, edited, removed } of there) {
      const probe = wanted.get(id);
      wanted.delete(id);
      if (probe !== undefined && !edited && !removed) repo.update(id, { fields: probe.fields, release });
      else if (probe === undefined && !edited && !removed) repo.remove(id);
      else repo.update(id, { release });
    }
    for (const { id, fields } of wanted.values()) repo.insert({ id, origin: 'shipped', serverId: server.id, fields, stack, release }, nowMs());
    this.#read.set(`${server.id}/${stack}`, release);
    changed();
  }
}
