import { execFile } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Makes named pipes that only we can open. */
export async function makePipes(...paths: readonly string[]): Promise<void> {
  await run('mkfifo', ['-m', '600', ...paths]);
}

/**
 * Opens our end of a named pipe as a stream. Opened for both directions, so that neither end has to wait for the other and none sees
 * an end before it is closed here.
 */
export function openPipe(path: string, direction: 'read' | 'write'): Socket {
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  try {
    const socket = new Socket({ fd, readable: direction === 'read', writable: direction === 'write' });
    socket.on('error', () => undefined);
    return socket;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
