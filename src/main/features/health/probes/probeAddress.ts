import { connect, type Socket } from 'node:net';
import type { ProbeFields } from '../../../../shared/model/probe.ts';
import type { RemoteServer } from '../../../remote/remote.ts';
import type { EngineContainer } from '../engines/engineContainers.ts';
import type { OpenStream } from './probePorts.ts';

/** Where a probe connects, as it is seen from where it connects. */
export interface ProbeAddress {
  host: string;
  port: number;
}

/** Opens streams to an address: by the server, or by this computer itself. */
export function openTo(from: ProbeFields['from'], remote: Pick<RemoteServer, 'forward'>, { host, port }: ProbeAddress): OpenStream {
  return from === 'server' ? (signal) => remote.forward(host, port, { signal }) : (signal) => dial(host, port, signal);
}

function dial(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.setNoDelay(true);
    socket.once('error', reject);
    socket.once('connect', () => resolve(socket.off('error', reject)));
  });
}

/**
 * The address behind a host that may be the name of a service of the probe's stack: then what its container publishes, or the container. Null:
 * the service has no container now, or none that the server reaches.
 */
export function addressOf(asked: ProbeAddress, stack: string | undefined, containers: readonly EngineContainer[]): ProbeAddress | null {
  const { host, port } = asked;
  if (stack === undefined || !isService(host)) return asked;
  for (const { project, service, onHost, addresses, ports } of containers) {
    if (project !== `ph-${stack}` || service !== host) continue;
    if (onHost) return { host: '127.0.0.1', port };
    const published = ports.find((each) => each.port === port)?.published ?? null;
    if (published !== null) return { host: '127.0.0.1', port: published };
    const [address] = addresses;
    if (address !== undefined) return { host: address, port };
  }
  return null;
}

/** Names of services have no dots, and other hosts of a stack's addresses do. */
export function isService(host: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(host) && host !== 'localhost';
}
