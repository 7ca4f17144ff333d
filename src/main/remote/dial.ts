import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { AppError } from '../../shared/errors.ts';
import { connectTimeoutSeconds, type Endpoint, endpointData, socketError } from './remoteErrors.ts';

/** Opens TCP to a server. Nagle is off at once: ssh2 writes each packet in pieces, and with it a keystroke takes 40 ms. */
export function dialTcp(target: Endpoint, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: target.host, port: target.port, noDelay: true });
    const stop = () => {
      socket.destroy();
      reject(signal.reason);
    };
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    const onError = (error: Error) => {
      signal.removeEventListener('abort', stop);
      reject(socketError(error, target));
    };
    socket.once('error', onError);
    socket.once('connect', () => {
      signal.removeEventListener('abort', stop);
      socket.off('error', onError);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}

/** OpenSSH's reasons for refusing a channel (https://www.rfc-editor.org/rfc/rfc4254#section-5.1). */
const connectFailed = 2;

/** Opens a connection to a server through an already verified jump host. */
export function dialThrough(jump: Client, jumpName: string, target: Endpoint, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    const settle = (error: unknown, stream?: Duplex) => {
      signal.removeEventListener('abort', stop);
      if (stream !== undefined && signal.aborted) stream.destroy();
      else if (stream !== undefined) resolve(stream);
      else reject(forwardError(error, jumpName, target));
    };
    try {
      jump.forwardOut('127.0.0.1', 0, target.host, target.port, (error, stream) => settle(error, stream));
    } catch (error) {
      settle(error);
    }
  });
}

function forwardError(error: unknown, jumpName: string, target: Endpoint): AppError {
  const reason = (error as { reason?: unknown } | null)?.reason;
  if (typeof reason !== 'number') return new AppError('ssh.connection-lost', { server: jumpName }, { cause: error });
  if (reason !== connectFailed) return new AppError('ssh.channel-refused', { server: jumpName, reason: 'it does not allow forwarding' }, { cause: error });
  // One reason stands for every failure beyond the jump host; only its description, strerror's text, tells them apart.
  const text = String((error as Error).message);
  if (/connection refused/i.test(text)) return new AppError('ssh.connection-refused', endpointData(target), { cause: error });
  if (/timed out/i.test(text)) return new AppError('ssh.connect-timeout', { ...endpointData(target), seconds: connectTimeoutSeconds }, { cause: error });
  if (/name or service|resolve|nodename/i.test(text)) return new AppError('ssh.host-not-found', endpointData(target), { cause: error });
  return new AppError('ssh.network-unreachable', { ...endpointData(target), reason: `not reached from ${jumpName}` }, { cause: error });
}
