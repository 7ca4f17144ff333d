import { AppError } from '../../../../shared/errors.ts';

/** A file of an archive. */
export interface ArchivedFile {
  path: string;
  bytes: Uint8Array;
  mode: number;
  /** User id that it is to belong to, where root unpacks it. */
  owner?: number | undefined;
}

const blockBytes = 512;

/**
 * Writes a tar archive of plain files with the directories above them (0755), for `tar -x`. Throws `stack.compose-malformed` for a path
 * that leads out of the archive or is too long for the format. Source: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html (ustar)
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
      blocks.push(header(directory, { size: 0, mode: 0o755, owner: 0, type: '5' }));
    }
    blocks.push(header(file.path, { size: file.bytes.length, mode: file.mode, owner: file.owner ?? 0, type: '0' }));
    blocks.push(file.bytes, new Uint8Array((blockBytes - (file.bytes.length % blockBytes)) % blockBytes));
  }
  blocks.push(new Uint8Array(2 * blockBytes));
  return new Uint8Array(Buffer.concat(blocks));
}

function header(path: string, entry: { size: number; mode: number; owner: number; type: '0' | '5' }): Uint8Array {
  const block = new Uint8Array(blockBytes);
  const { prefix, name } = split(path);
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
  put(257, Buffer.from('ustar\u000000'));
  put(345, prefix);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, Buffer.from(`${sum.toString(8).padStart(6, '0')}\0 `));
  return block;
}

function split(path: string): { prefix: Uint8Array; name: Uint8Array } {
  const whole = Buffer.from(path);
  if (whole.length <= 100) return { prefix: new Uint8Array(), name: whole };
  for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
    const prefix = Buffer.from(path.slice(0, at));
    const name = Buffer.from(path.slice(at + 1));
    if (prefix.length <= 155 && name.length <= 100 && name.length > 0) return { prefix, name };
  }
  throw new AppError('stack.compose-malformed', { file: path.slice(0, 300), line: null, problem: 'the path is too long' });
}
