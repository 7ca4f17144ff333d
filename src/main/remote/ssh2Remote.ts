import { AppError } from '../../shared/errors.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import { Connector } from './connector.ts';
import { execScript } from './exec.ts';
import type { Remote, RemotePorts, RemoteServer, RemoteState, RemoteTarget } from './remote.ts';
import { ServerLink } from './serverLink.ts';

/** The remote layer over ssh2. Nothing is connected until something is asked of a server. */
export function openRemote(ports: RemotePorts): Remote {
  const links = new Map<ServerId, ServerLink>();
  const listeners = new Set<(serverId: ServerId, state: RemoteState) => void>();
  const closing = new AbortController();

  const connector = new Connector(ports, async (jump, signal) => {
    const place = await linkOf(jump.serverId).tunnel(jump, signal);
    return { client: place.connection.client, release: place.release };
  });
  const linkOf = (serverId: ServerId): ServerLink => {
    if (closing.signal.aborted) throw new AppError('core.stopping', {});
    const existing = links.get(serverId);
    if (existing !== undefined) return existing;
    const link = new ServerLink(serverId, ports, connector, (state) => {
      for (const listener of [...listeners]) listener(serverId, state);
    });
    links.set(serverId, link);
    return link;
  };

  return {
    server: (serverId) => openServer(serverId, ports, () => linkOf(serverId)),
    state: (serverId) => links.get(serverId)?.state ?? { state: 'idle', error: null },
    onState: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    scanHostKey: (target) => connector.scan(target, closing.signal),
    reset: (serverId) => {
      for (const link of links.values()) if (serverId === undefined || link.serverId === serverId) link.reset();
    },
    close: async () => {
      closing.abort(new AppError('core.stopping', {}));
      for (const link of links.values()) link.reset();
      listeners.clear();
    },
  };
}

function openServer(serverId: ServerId, ports: RemotePorts, link: () => ServerLink): RemoteServer {
  const target = (): Promise<RemoteTarget> => ports.resolve(serverId);
  return {
    exec: async (request) => execScript(link(), await target(), request),
  } as RemoteServer;
}
