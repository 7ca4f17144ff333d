import type { RemoteServer } from '../../../remote/remote.ts';

/** How long a server was out of reach, in milliseconds, all times together. */
export interface Outage {
  ms: number;
}

/**
 * A server whose scripts and files are tried again for as long as only the network fails: for what may be repeated. `stubborn`: also where
 * this life of the core has never reached it.
 */
export function persistentRemote(remote: RemoteServer, options: { signal: AbortSignal; stubborn: () => boolean }): { remote: RemoteServer; outage: Outage } {
  const outage: Outage = { ms: 0 };
  const lasting = async <T>(attempt: () => Promise<T>): Promise<T> => {
    let failedAt: number | null = null;
    const counted = async () => {
      try {
        const result = await attempt();
        if (failedAt !== null) outage.ms += performance.now() - failedAt;
        return result;
      } catch (error) {
        failedAt ??= performance.now();
        throw error;
      }
    };
    return remote.persist(counted, { signal: options.signal, stubborn: options.stubborn() });
  };
  return {
    outage,
    remote: {
      ...remote,
      exec: (request) => lasting(() => remote.exec(request)),
      writeFile: (path, bytes, how) => lasting(() => remote.writeFile(path, bytes, how)),
      readFile: (path, how) => lasting(() => remote.readFile(path, how)),
      stateDirectory: (signal) => lasting(() => remote.stateDirectory(signal)),
    },
  };
}
