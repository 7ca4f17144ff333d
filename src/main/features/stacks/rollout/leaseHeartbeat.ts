import type { RemoteServer } from '../../../remote/remote.ts';
import { openStackServer } from '../release/stackServer.ts';
import { renewLease } from './deployLease.ts';

/** What keeping a lease alive needs. */
export interface HeartbeatPorts {
  operationEnded(operationId: string): boolean;
  /** Pause between two signs of life. */
  beatMs: number;
  /** The core ends: whoever comes next takes the work up, or the lease runs out. */
  closing?: AbortSignal | undefined;
}

/**
 * Signs of life for the deploy locks of this core's operations, one for each stack and server: from when a lock is taken until it is
 * given back, taken away, or its operation has ended. They go on between the steps, and while an operation is paused.
 */
export class LeaseHeartbeats {
  readonly #ports: HeartbeatPorts;
  readonly #beating = new Map<string, NodeJS.Timeout>();

  constructor(ports: HeartbeatPorts) {
    this.#ports = ports;
  }

  /** Begins, unless it has begun already. */
  start(lease: { remote: RemoteServer; serverName: string; stackId: string; operationId: string }): void {
    const key = keyOf(lease);
    if (this.#beating.has(key) || this.#ports.closing?.aborted === true) return;
    const next = () => this.#beating.set(key, setTimeout(() => void beat(), this.#ports.beatMs).unref());
    const beat = async () => {
      if (this.#ports.closing?.aborted === true || this.#ports.operationEnded(lease.operationId)) return this.stop(lease);
      const lost = await renew(lease, this.#ports.closing);
      if (!this.#beating.has(key)) return;
      if (lost) this.stop(lease);
      else next();
    };
    next();
  }

  /** Ends it, where it goes on. */
  stop(lease: { serverName: string; stackId: string; operationId: string }): void {
    const key = keyOf(lease);
    clearTimeout(this.#beating.get(key));
    this.#beating.delete(key);
  }
}

/** Whether the lock is another's by now. A server out of reach tells nothing: the next beat tries again. */
async function renew(lease: { remote: RemoteServer; serverName: string; stackId: string; operationId: string }, signal?: AbortSignal): Promise<boolean> {
  try {
    return (await renewLease(await openStackServer(lease.remote, { ...lease, signal }), lease.operationId)) !== null;
  } catch {
    return false;
  }
}

function keyOf({ serverName, stackId, operationId }: { serverName: string; stackId: string; operationId: string }): string {
  return `${operationId} ${serverName} ${stackId}`;
}
