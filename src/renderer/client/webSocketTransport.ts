import { RPCLink } from '@orpc/client/websocket';
import type { Transport } from './transport.ts';

/** Reaches the core of the browser host: a WebSocket at `/rpc` of the page's own origin. */
export function webSocketTransport(location: Pick<Location, 'protocol' | 'host'> = window.location): Transport {
  const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/rpc`;
  return {
    connect: (signal) =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(url);
        socket.binaryType = 'arraybuffer';
        const closed = new Promise<void>((done) => socket.addEventListener('close', () => done(), { once: true }));
        const giveUp = () => socket.close();
        signal.addEventListener('abort', giveUp, { once: true });
        socket.addEventListener('open', () => {
          signal.removeEventListener('abort', giveUp);
          resolve({ link: new RPCLink({ websocket: socket }), closed, close: () => socket.close() });
        });
        void closed.then(() => reject(new Error('the connection was closed')));
      }),
  };
}
