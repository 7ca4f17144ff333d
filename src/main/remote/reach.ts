import type { Duplex } from 'node:stream';
import { AppError } from '../../shared/errors.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import type { ReachWay } from '../../shared/model/reachWay.ts';
import { relay } from './relay.ts';
import type { RemoteServer } from './remote.ts';

/** A server whose places are reached in one way or the other. */
export interface ReachedServer extends Pick<RemoteServer, 'exec'> {
  /** As `RemoteServer.forward`; where the sshd forbids that, a program of the server goes there. */
  forward(host: string, port: number, options?: { signal?: AbortSignal }): Promise<Duplex>;
}

/** Which way leads to what servers reach. */
export interface Reach {
  server(id: ServerId): ReachedServer;
  /** The way that was used last; null: none was yet. */
  way(id: ServerId): ReachWay | null;
}

/** A server that forbids forwarding is asked again after this: its administrator may have changed that. */
const forbiddenMs = 600_000;

/** Makes the ways, remembered for each server. `nameOf` is for errors. */
export function createReach(ports: { remote(id: ServerId): Pick<RemoteServer, 'exec' | 'forward'>; nameOf(id: ServerId): string; nowMs(): number }): Reach {
  const ways = new Map<ServerId, { way: ReachWay; untilMs: number }>();
  return {
    server: (id) => ({
      exec: (request) => ports.remote(id).exec(request),
      async forward(host, port, options = {}) {
        const remote = ports.remote(id);
        const known = ways.get(id);
        if (known?.way !== 'relay' || ports.nowMs() >= known.untilMs) {
          try {
            const stream = await remote.forward(host, port, options);
            ways.set(id, { way: 'forward', untilMs: 0 });
            return stream;
          } catch (error) {
            if (!AppError.is(error, 'tunnel.target-refused') || error.data.forbidden !== true) throw error;
          }
          ways.set(id, { way: 'relay', untilMs: ports.nowMs() + forbiddenMs });
        }
        return relay(remote, { server: ports.nameOf(id), host, port }, options.signal);
      },
    }),
    way: (id) => ways.get(id)?.way ?? null,
  };
}
