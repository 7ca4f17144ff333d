import type { ServerId } from '../../shared/model/ids.ts';
import type { Remote, RemotePorts, RemoteServer, RemoteState, RemoteTarget } from './remote.ts';
import { openRemote } from './ssh2Remote.ts';

/** A remote layer over targets that a test holds in its hand. */
export interface TestRemote {
  remote: Remote;
  /** The server of a target. */
  server(target: RemoteTarget): RemoteServer;
  /** Puts a target in place of the one with the same id, as an edit of the inventory would; `reset` is the caller's. */
  put(target: RemoteTarget): void;
  /** Every state that was announced, in order. */
  states: { serverId: ServerId; state: RemoteState }[];
  /** Resolves when the server is in a state that satisfies the condition. */
  until(serverId: ServerId, condition: (state: RemoteState) => boolean): Promise<RemoteState>;
  /** Events that were logged. */
  events: { event: string; fields: Record<string, unknown> }[];
}

/** Opens a remote layer for tests. Close `remote` in the end. */
export function openTestRemote(targets: readonly RemoteTarget[], ports: Partial<RemotePorts> = {}): TestRemote {
  const records = new Map<ServerId, RemoteTarget>(targets.map((target) => [target.serverId, target]));
  const events: TestRemote['events'] = [];
  const remote = openRemote({
    resolve: async (serverId) => {
      const target = records.get(serverId);
      if (target === undefined) throw new Error(`no target ${serverId}`);
      return target;
    },
    knownHostsFiles: [],
    agentSocket: null,
    log: (event, fields) => events.push({ event, fields }),
    ...ports,
  });
  const states: TestRemote['states'] = [];
  remote.onState((serverId, state) => states.push({ serverId, state }));
  return {
    remote,
    states,
    events,
    server: (target) => {
      records.set(target.serverId, target);
      return remote.server(target.serverId);
    },
    put: (target) => records.set(target.serverId, target),
    until: (serverId, condition) =>
      new Promise((resolve) => {
        const now = remote.state(serverId);
        if (condition(now)) return resolve(now);
        const stop = remote.onState((id, state) => {
          if (id !== serverId || !condition(state)) return;
          stop();
          resolve(state);
        });
      }),
  };
}
