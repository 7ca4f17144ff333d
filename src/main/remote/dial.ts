import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { AppError } from '../../shared/errors.ts';
import type { Connection } from './connection.ts';
import { openForward } from './openForward.ts';
import { connectTimeoutSeconds, type Endpoint, endpointData, socketError } from './remoteErrors.ts';
import { ChannelRefused } from './transport.ts';

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
      gatherWrites(socket);
      resolve(socket);
    });
  });
}

/**
 * Lets all that is written in one turn go out together: ssh2 hands over each packet in three pieces, and each alone would be a call of
 * the system and a packet on the wire.
 */
function gatherWrites(socket: Socket): void {
  const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
  let gathering = false;
  const gathered = (...given: unknown[]): boolean => {
    if (!gathering) {
      gathering = true;
      socket.cork();
      process.nextTick(() => {
        gathering = false;
        socket.uncork();
      });
    }
    return write(...given);
  };
  socket.write = gathered as typeof socket.write;
}

/** OpenSSH's reasons for refusing a channel (https://www.rfc-editor.org/rfc/rfc4254#section-5.1). */
const connectFailed = 2;

/** Opens a connection to a server through an already verified jump host. */
export async function dialThrough(jump: Connection, target: Endpoint, signal: AbortSignal): Promise<Duplex> {
  try {
    return await openForward(jump, target, signal);
  } catch (error) {
    throw error instanceof AppError || signal.aborted ? error : forwardError(error, jump.target.name, target);
  }
}

function forwardError(error: unknown, jumpName: string, target: Endpoint): AppError {
  if (!(error instanceof ChannelRefused)) return new AppError('ssh.connection-lost', { server: jumpName }, { cause: error });
  const text = error.message;
  if (error.reason !== connectFailed)
    return new AppError('ssh.channel-refused', { server: jumpName, reason: 'it does not allow forwarding' }, { cause: error });
  // One reason stands for every failure beyond the jump host; only its description, strerror's text, tells them apart.
  if (/connection refused/i.test(text)) return new AppError('ssh.connection-refused', endpointData(target), { cause: error });
  if (/timed out/i.test(text)) return new AppError('ssh.connect-timeout', { ...endpointData(target), seconds: connectTimeoutSeconds }, { cause: error });
  if (/name or service|resolve|nodename/i.test(text)) return new AppError('ssh.host-not-found', endpointData(target), { cause: error });
  return new AppError('ssh.network-unreachable', { ...endpointData(target), reason: `not reached from ${jumpName}` }, { cause: error });
}
