import { AppError } from '../../../shared/errors.ts';
import type { ActivityCopy } from '../../../shared/model/activity.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import { KeyedState } from '../../rpc/keyedState.ts';
import { type DeliveryPorts, deliverToServer } from './deliverToServer.ts';

/** What keeping copies up to date needs. */
export interface DeliveriesPorts extends DeliveryPorts {
  onReached(listener: (id: ServerId) => void): () => void;
  server(id: ServerId): { id: ServerId; name: string; demo: boolean } | null;
  log(event: string, fields: Record<string, unknown>): void;
  retryMs?: number;
}

/** Deliveries to all servers: one at a time for each, tried again whenever it is reached, and from time to time. */
export interface Deliveries {
  readonly copies: KeyedState<ActivityCopy>;
  /** There is something for this server. */
  wake(id: ServerId): void;
  /** Takes up what an earlier life of the core left. */
  resume(): void;
  settled(): Promise<void>;
  close(): Promise<void>;
}

interface Way {
  running: Promise<void> | null;
  again: boolean;
  problem: string | null;
  /** The last try ended without an answer, or was one of an earlier life. */
  mayBeThere: boolean;
}

/** Entries of one change come together: a moment's wait spares the server a command for each. */
const gatherMs = 200;

/** Makes them; nothing is delivered before `resume` or `wake`. */
export function createDeliveries(ports: DeliveriesPorts): Deliveries {
  const { repo, retryMs = 300_000 } = ports;
  const copies = new KeyedState<ActivityCopy>();
  const ways = new Map<ServerId, Way>();
  let closed = false;
  let retry: NodeJS.Timeout | null = null;

  const way = (id: ServerId): Way => {
    const found = ways.get(id) ?? { running: null, again: false, problem: null, mayBeThere: true };
    ways.set(id, found);
    return found;
  };
  const tell = (id: ServerId) => {
    for (const copy of repo.copies(id)) {
      const serverName = ports.server(id)?.name ?? copy.serverName;
      copies.set(id, { ...copy, serverId: id, serverName, problem: copy.pending === 0 ? null : (way(id).problem ?? null) });
    }
  };
  const run = async (id: ServerId, state: Way) => {
    do {
      await new Promise((resolve) => setTimeout(resolve, gatherMs));
      state.again = false;
      const server = ports.server(id);
      if (closed) return;
      if (server === null) {
        state.problem = 'the server is no longer in the inventory';
        tell(id);
        return;
      }
      try {
        const { mayBeThere } = state;
        state.mayBeThere = true;
        await deliverToServer(ports, server, mayBeThere);
        state.mayBeThere = false;
        state.problem = null;
      } catch (error) {
        if (closed) return;
        state.problem = error instanceof AppError ? error.code : 'internal';
        ports.log('activity.not-delivered', { server: server.name, error: error instanceof Error ? error.message : String(error) });
        tell(id);
        retry ??= setTimeout(() => {
          retry = null;
          wakeAll();
        }, retryMs);
        retry.unref();
        return;
      }
      tell(id);
    } while (state.again && !closed);
  };
  const wake = (id: ServerId) => {
    if (closed) return;
    const state = way(id);
    state.again = true;
    if (state.running !== null) return;
    tell(id);
    state.running = run(id, state).finally(() => {
      state.running = null;
      // What came while the last try was failing waits for the next one; what came after it is tried.
      if (state.again && state.problem === null && !closed) wake(id);
    });
    // A failure of this computer's own disk ends the try, and is in the log.
    state.running.catch((error: unknown) => ports.log('activity.delivery-broke-off', { error: String(error) }));
  };
  const wakeAll = () => {
    for (const { serverId, pending } of repo.copies()) if (pending > 0) wake(serverId as ServerId);
  };
  const stopListening = ports.onReached((id) => {
    if (repo.pending(id, 1).length > 0) wake(id);
  });

  return {
    copies,
    wake,
    resume() {
      for (const { serverId, pending } of repo.copies()) {
        tell(serverId as ServerId);
        if (pending > 0) wake(serverId as ServerId);
      }
    },
    async settled() {
      for (;;) {
        const running = [...ways.values()].flatMap((each) => each.running ?? []);
        if (running.length === 0) return;
        await Promise.allSettled(running);
      }
    },
    async close() {
      closed = true;
      stopListening();
      if (retry !== null) clearTimeout(retry);
      // A try that is under way ends with its connection; whether it came through is asked in the next life.
      ways.clear();
    },
  };
}
