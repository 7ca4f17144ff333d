import { AppError } from '../../shared/errors.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import { Connector } from './connector.ts';
import { execScript } from './exec.ts';
import { readRemoteFile, writeRemoteFile } from './files.ts';
import { forward, holdForwards } from './forward.ts';
import { openJobs } from './jobs.ts';
import { LaptopNetwork } from './laptopNetwork.ts';
import { loginByPerson } from './loginByPerson.ts';
import { persist } from './persist.ts';
import { openProgram } from './program.ts';
import { proveLogin } from './proveLogin.ts';
import { openPty } from './pty.ts';
import type { Remote, RemotePorts, RemoteServer, RemoteState } from './remote.ts';
import { ServerLink } from './serverLink.ts';
import { findStateDirectory } from './stateDirectory.ts';
import { Typing } from './typing.ts';
import { thisComputer } from './watchComputer.ts';

/** The remote layer over ssh2. Nothing is connected until something is asked of a server. */
export function openRemote(ports: RemotePorts): Remote {
  const links = new Map<ServerId, ServerLink>();
  const listeners = new Set<(serverId: ServerId, state: RemoteState) => void>();
  const closing = new AbortController();
  const wakeListeners = new Set<() => void>();
  const network = new LaptopNetwork({ nowMs: Date.now, hasAddress: () => thisComputer.addresses() !== '' });

  const typing = new Typing();
  const connector = new Connector(ports, (jump, way, signal) => linkOf(jump.serverId).tunnel(jump, way, signal));
  const linkOf = (serverId: ServerId): ServerLink => {
    if (closing.signal.aborted) throw new AppError('core.stopping', {});
    const existing = links.get(serverId);
    if (existing !== undefined) return existing;
    const link = new ServerLink(serverId, ports, connector, typing);
    link.onState((state) => {
      network.note(serverId, link.firstHop, state);
      for (const listener of [...listeners]) listener(serverId, state);
    });
    links.set(serverId, link);
    return link;
  };

  return {
    server: (serverId) => openServer(serverId, ports, linkOf, (own) => new ServerLink(serverId, own, connector, typing)),
    state: (serverId) => links.get(serverId)?.state ?? { state: 'idle', error: null },
    onState: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    scanHostKey: (target) => connector.scan(target, closing.signal),
    reset: (serverId) => {
      for (const link of links.values()) if (serverId === undefined || link.serverId === serverId) link.reset();
    },
    network,
    wake: () => {
      for (const link of links.values()) link.wake();
      for (const listener of [...wakeListeners]) listener();
    },
    onWake: (listener) => {
      wakeListeners.add(listener);
      return () => wakeListeners.delete(listener);
    },
    close: async () => {
      const error = new AppError('core.stopping', {});
      closing.abort(error);
      for (const link of links.values()) link.close(error);
      listeners.clear();
      wakeListeners.clear();
    },
  };
}

function openServer(serverId: ServerId, ports: RemotePorts, linkOf: (id: ServerId) => ServerLink, newLink: (ports: RemotePorts) => ServerLink): RemoteServer {
  const link = () => linkOf(serverId);
  const target = () => ports.resolve(serverId);
  return {
    exec: async (request) => execScript(link(), await target(), request),
    pty: async (request) => openPty(link(), await target(), request),
    program: async (request) => openProgram(link(), await target(), request),
    writeFile: async (path, bytes, options) => writeRemoteFile(link(), await target(), path, bytes, options),
    readFile: async (path, options) => readRemoteFile(link(), await target(), path, options),
    stateDirectory: async (signal) => findStateDirectory(link(), await target(), signal),
    jobs: openJobs(link, target),
    persist: (attempt, { signal, stubborn = false }) => persist(link(), signal, (backoff) => attempt(() => backoff.reset()), { stubborn }),
    forward: async (host, port, options) => forward(link(), { host, port }, options),
    holdForwards: (options) => holdForwards(link(), options),
    login: async (ask, signal) => loginByPerson(await target(), linkOf, ask, signal),
    connections: () => link().connections(),
    proveLogin: async (as = {}) => {
      const proved = { ...(await target()), ...as };
      const alone = newLink({ ...ports, resolve: async () => proved });
      try {
        return await proveLogin(alone, proved);
      } finally {
        alone.close(new AppError('core.stopping', {}));
      }
    },
  };
}
