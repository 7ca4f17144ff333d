import { connect } from 'node:net';

/** How a port answered: `closed` where it was refused, `filtered` where nothing came in time, `unresolved` where the host has no address. */
export type PortState = 'open' | 'closed' | 'filtered' | 'unreachable' | 'unresolved';

const states: Readonly<Record<string, PortState>> = { ECONNREFUSED: 'closed', ETIMEDOUT: 'filtered', ENOTFOUND: 'unresolved', EAI_AGAIN: 'unresolved' };

/** Opens one TCP connection from this laptop and closes it. Sends nothing. */
export function tcpConnect(host: string, port: number, timeoutS: number, signal: AbortSignal): Promise<PortState> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    const end = (state: PortState) => {
      socket.destroy();
      resolve(state);
    };
    socket.setTimeout(timeoutS * 1000, () => end('filtered'));
    socket.once('connect', () => end('open'));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (signal.aborted) reject(signal.reason as Error);
      else end(states[error.code ?? ''] ?? 'unreachable');
    });
  });
}
