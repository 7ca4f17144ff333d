import { AppError } from '../../../../shared/errors.ts';

/** A file of an archive. */
export interface ArchivedFile {
  path: string;
  bytes: Uint8Array;
  /** Permission bits; with the bits of a symbolic link (0o120000) it is one, and the bytes are its target. */
  mode: number;
  /** User id that it is to belong to, where root unpacks it. */
  owner?: number | undefined;
}

const blockBytes = 512;

/**
 * Writes a tar archive of files with the directories above them (0755), for `tar -x`. Throws `stack.compose-malformed` for a path
 * that leads out of the archive. Source: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html (ustar)
 */
export function writeTar(files: readonly ArchivedFile[]): Uint8Array {
  const blocks: Uint8Array[] = [];
  const made = new Set<string>();
  for (const file of files) {
    const parts = file.path.split('/');
    if (file.path === '' || parts.some((part) => part === '' || part === '.' || part === '..'))
      throw new AppError('stack.compose-malformed', { file: file.path.slice(0, 300), line: null, problem: 'the path leads out of the project' });
    for (let depth = 1; depth < parts.length; depth += 1) {
      const directory = `${parts.slice(0, depth).join('/')}/`;
      if (made.has(directory)) continue;
      made.add(directory);
      blocks.push(...longName(directory), header(directory, { size: 0, mode: 0o755, owner: 0, type: '5' }));
    }
    if ((file.mode & 0o170000) === 0o120000) {
      if (file.bytes.length > 100) throw new AppError('stack.compose-malformed', { file: file.path, line: null, problem: 'what the link names is too long' });
      blocks.push(...longName(file.path), header(file.path, { size: 0, mode: 0o777, owner: 0, type: '2' }, file.bytes));
      continue;
    }
    blocks.push(...longName(file.path), header(file.path, { size: file.bytes.length, mode: file.mode & 0o7777, owner: file.owner ?? 0, type: '0' }));
    blocks.push(file.bytes, padding(file.bytes.length));
  }
  blocks.push(new Uint8Array(2 * blockBytes));
  return new Uint8Array(Buffer.concat(blocks));
}

function header(
  path: string,
  entry: { size: number; mode: number; owner: number; type: '0' | '2' | '5' | 'L' },
  target: Uint8Array = new Uint8Array(),
): Uint8Array {
  const block = new Uint8Array(blockBytes);
  const { prefix, name } = split(path) ?? { prefix: new Uint8Array(), name: Buffer.from(path).subarray(0, 100) };
  const put = (at: number, bytes: Uint8Array) => block.set(bytes, at);
  const octal = (at: number, width: number, value: number) => put(at, Buffer.from(`${value.toString(8).padStart(width - 1, '0')}\0`));
  put(0, name);
  octal(100, 8, entry.mode);
  octal(108, 8, entry.owner);
  octal(116, 8, 0);
  octal(124, 12, entry.size);
  octal(136, 12, 0);
  put(148, Buffer.from('        '));
  put(156, Buffer.from(entry.type));
  put(157, target);
  put(257, Buffer.from('ustar\u000000'));
  put(345, prefix);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, Buffer.from(`${sum.toString(8).padStart(6, '0')}\0 `));
  return block;
}

/** A record that gives a long path to the one after it. Source: https://www.gnu.org/software/tar/manual/html_node/Standard.html */
function longName(path: string): Uint8Array[] {
  if (split(path) !== null) return [];
  const bytes = Buffer.from(`${path}\0`);
  return [header('././@LongLink', { size: bytes.length, mode: 0, owner: 0, type: 'L' }), bytes, padding(bytes.length)];
}

function padding(length: number): Uint8Array {
  return new Uint8Array((blockBytes - (length % blockBytes)) % blockBytes);
}

/** A path in the two fields that a header has for it; null: it is too long. */
function split(path: string): { prefix: Uint8Array; name: Uint8Array } | null {
  const whole = Buffer.from(path);
  if (whole.length <= 100) return { prefix: new Uint8Array(), name: whole };
  for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
    const prefix = Buffer.from(path.slice(0, at));
    const name = Buffer.from(path.slice(at + 1));
    if (prefix.length <= 155 && name.length <= 100 && name.length > 0) return { prefix, name };
  }
  return null;
}
