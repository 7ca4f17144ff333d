import { readdirSync } from 'node:fs';
import { Transform, type TransformCallback } from 'node:stream';
import { foreignPath, scriptOnInput } from './scriptRules.ts';

/** What a client reads when its script is not run. */
export const refusalText = (path: string): string =>
  `Refused: this demo server is a directory on your computer without walls around it, and the script names ${path} outside of it. ` +
  'Where user namespaces are allowed, demo servers are worlds of their own and run it.\n';

/** The path for which a command line is refused in the directory world; null: it may run. */
export function refusedPath(command: string, root: string): string | null {
  return foreignPath(command, { root, roots: readdirSync('/') });
}

/**
 * Passes on what a client sends to a process in the directory world, the part that is a script only after it was looked at: `onRefused`
 * is called in place of handing it on. What follows is passed as it is.
 */
export function guardInput(command: string, root: string, onRefused: (path: string) => void): Transform {
  const size = scriptOnInput(command);
  const roots = readdirSync('/');
  let held: Buffer[] = [];
  let done = size === 'none';
  const release = (stream: Transform): boolean => {
    const bytes = Buffer.concat(held);
    held = [];
    const end = size === 'all' ? bytes.length : Math.min(Number(size), bytes.length);
    const path = foreignPath(bytes.subarray(0, end).toString('utf8'), { root, roots });
    if (path !== null) {
      onRefused(path);
      return false;
    }
    stream.push(bytes);
    return true;
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, callback: TransformCallback) {
      if (done) {
        callback(null, chunk);
        return;
      }
      held.push(chunk);
      if (size !== 'all' && held.reduce((sum, part) => sum + part.length, 0) >= Number(size)) {
        done = true;
        if (!release(this)) return;
      }
      callback();
    },
    flush(callback: TransformCallback) {
      if (!done && !release(this)) return;
      callback();
    },
  });
}
