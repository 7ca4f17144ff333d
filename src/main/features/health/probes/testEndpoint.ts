import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import type { ProbePorts } from './probePorts.ts';

/** Ports of a probe whose streams lead to an HTTP server within this process, without a network; `streams` are those opened. */
export function endpoint(server: Server, more: Partial<ProbePorts> = {}): ProbePorts & { streams: Duplex[] } {
  const streams: Duplex[] = [];
  const open = async () => {
    const [near, far] = duplexPair();
    streams.push(near);
    far.on('error', () => {});
    server.emit('connection', far);
    return near;
  };
  return { open, clock: () => performance.now(), signal: new AbortController().signal, streams, ...more };
}

/** Ports whose streams lead to what a function does with the far end. */
export function wire(far: (stream: Duplex) => void, more: Partial<ProbePorts> = {}): ProbePorts {
  const open = async () => {
    const [near, other] = duplexPair();
    other.on('error', () => {});
    far(other);
    return near;
  };
  return { open, clock: () => performance.now(), signal: new AbortController().signal, ...more };
}

/** A server on a port of loopback. */
export async function listening(server: Server): Promise<{ port: number; close: () => void }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}

/** Ports that dial a port of loopback. */
export function dialling(port: number, more: Partial<ProbePorts> = {}): ProbePorts {
  const open = (signal: AbortSignal) =>
    new Promise<Socket>((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', signal });
      socket.setNoDelay(true);
      socket.once('error', reject);
      socket.once('connect', () => resolve(socket.off('error', reject)));
    });
  return { open, clock: () => performance.now(), signal: new AbortController().signal, ...more };
}

/** A stream through another one that has nothing of a socket. */
export function piped(stream: Duplex): Duplex {
  const [near, far] = duplexPair();
  far.on('error', () => stream.destroy()).on('close', () => stream.destroy());
  stream.on('error', () => far.destroy());
  far.pipe(stream).pipe(far);
  return near;
}
