import { onMessagePortClose, onMessagePortMessage, postMessagePortMessage } from '@orpc/client/message-port';
import type { openCoreSocket } from '../../transport/coreClient.ts';

/** A port of a window: Electron's in its core process, Node's in tests and for the core's own client. */
export type WindowPort = Parameters<typeof onMessagePortMessage>[0] & { start?: () => void; close(): void };

type CoreSocket = Awaited<ReturnType<typeof openCoreSocket>>;

/**
 * Joins a window's port to the socket of a core in another process, message by message, unread. When one side ends, so does
 * the other. What is under way is bounded by the credit of the streams inside.
 */
export function relayPort(port: WindowPort, socket: CoreSocket): void {
  onMessagePortMessage(port, (data) => {
    if (socket.readyState === socket.OPEN) socket.send(data as string | Uint8Array);
  });
  onMessagePortClose(port, () => socket.close());
  socket.on('message', (data, isBinary) => {
    // ws gives a Buffer in its default setting; it may lie in a larger shared one, which must not be sent along.
    postMessagePortMessage(port, isBinary ? new Uint8Array(data as Buffer) : String(data));
  });
  socket.on('close', () => port.close());
  socket.on('error', () => socket.terminate());
  port.start?.();
}
