/** One entry of an archive. Bits of a symbolic link in `mode` make it one; `bytes` is its target then. */
export interface TarEntry {
  path: string;
  mode: number;
  bytes: Uint8Array;
  /** Numeric owner; absent: 0. */
  owner?: number | undefined;
}

const block = 512;
const linkKind = 0o120000;

/**
 * Writes a tar archive as GNU and busybox tar read it, folders left to them. Paths longer than 100 bytes come with a long-name record.
 * Source: https://www.gnu.org/software/tar/manual/html_node/Standard.html
 */
export function writeTar(entries: readonly TarEntry[]): Uint8Array {
  const parts = entries.flatMap((entry) => {
    const path = Buffer.from(entry.path);
    const isLink = (entry.mode & 0o170000) === linkKind;
    const long = path.length > 100 ? record('././@LongLink', 'L', 0, Buffer.concat([path, Buffer.alloc(1)]), 0) : [];
    if (!isLink) return [...long, ...record(path.subarray(0, 100), '0', entry.mode & 0o7777, entry.bytes, entry.owner ?? 0)];
    const target = Buffer.from(entry.bytes);
    const longTarget = target.length > 100 ? record('././@LongLink', 'K', 0, Buffer.concat([target, Buffer.alloc(1)]), 0) : [];
    return [...longTarget, ...long, ...record(path.subarray(0, 100), '2', 0o777, Buffer.alloc(0), 0, target.subarray(0, 100))];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

function record(path: string | Buffer, kind: string, mode: number, bytes: Uint8Array, owner: number, target: Buffer = Buffer.alloc(0)): Uint8Array[] {
  const header = Buffer.alloc(block);
  const octal = (value: number, at: number, length: number) => header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  Buffer.from(path).copy(header, 0);
  octal(mode, 100, 8);
  octal(owner, 108, 8);
  octal(0, 116, 8);
  octal(bytes.length, 124, 12);
  octal(0, 136, 12);
  header.write('        ', 148, 'latin1');
  header.write(kind, 156, 'latin1');
  target.copy(header, 157);
  header.write('ustar  \0', 257, 'latin1');
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return [header, bytes, Buffer.alloc((block - (bytes.length % block)) % block)];
}
