import type { WebSocket } from 'ws';

/**
 * Joins two WebSockets message by message, so that a window or browser talks to a core in another process. Messages pass
 * unread; when one side ends, so does the other. What is under way is bounded by the credit of the streams inside.
 */
export function relay(one: WebSocket, other: WebSocket): void {
  forward(one, other);
  forward(other, one);
}

function forward(from: WebSocket, to: WebSocket): void {
  from.on('message', (data, isBinary) => to.send(data as Buffer, { binary: isBinary }));
  from.on('close', () => to.close());
  from.on('error', () => to.terminate());
}
