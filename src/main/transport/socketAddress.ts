import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** sun_path holds 104 bytes on macOS and 108 on Linux, with the closing NUL. */
const longestSocketPath = 103;

/**
 * Where the core of a data directory listens: `core.sock` in it; a path too long for a socket falls back to a name made of its
 * hash in the temporary directory; on Windows a named pipe. The same directory always gives the same address.
 */
export function socketAddress(directory: string, platform: NodeJS.Platform = process.platform): string {
  const hash = createHash('sha256').update(directory).digest('hex').slice(0, 24);
  if (platform === 'win32') return `\\\\.\\pipe\\pilothouse-${hash}`;
  const inside = join(directory, 'core.sock');
  return Buffer.byteLength(inside) <= longestSocketPath ? inside : join(tmpdir(), `pilothouse-${hash}.sock`);
}
