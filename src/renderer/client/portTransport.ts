import { RPCLink } from '@orpc/client/message-port';
import { corePortMessageType, type DesktopBridge, desktopBridgeKey } from '../../shared/desktopBridge.ts';
import type { Transport } from './transport.ts';

/** The bridge of the desktop host, or null in a browser. */
export function desktopBridge(scope: Window = window): DesktopBridge | null {
  return (scope as unknown as Record<string, DesktopBridge | undefined>)[desktopBridgeKey] ?? null;
}

/** Reaches the core of the desktop host over a MessagePort; a core that was started anew is reached by asking for a new port. */
export function portTransport(bridge: DesktopBridge, scope: Window = window): Transport {
  return {
    connect: (signal) =>
      new Promise((resolve, reject) => {
        const receive = (event: MessageEvent<{ type?: string } | null>) => {
          const port = event.ports[0];
          if (event.source !== scope || event.data?.type !== corePortMessageType || !port) return;
          stop();
          let ended: () => void = () => {};
          const closed = new Promise<void>((done) => {
            ended = done;
          });
          port.addEventListener('close', () => ended(), { once: true });
          // The port of a core that died may stay silent instead of closing; the host says so.
          const unfollow = bridge.onCoreState((state) => state.state === 'down' && ended());
          void closed.then(unfollow);
          port.start();
          resolve({
            link: new RPCLink({ port }),
            closed,
            close: () => {
              port.close();
              ended();
            },
          });
        };
        const stop = () => {
          scope.removeEventListener('message', receive);
          signal.removeEventListener('abort', giveUp);
        };
        const giveUp = () => {
          stop();
          reject(new Error('no port was handed over'));
        };
        scope.addEventListener('message', receive);
        signal.addEventListener('abort', giveUp, { once: true });
        bridge.requestCorePort();
      }),
  };
}
