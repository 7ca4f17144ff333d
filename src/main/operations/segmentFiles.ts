import { type FileHandle, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { OperationId } from '../../shared/model/ids.ts';

/** The segment files of one operation's output: raw bytes, written once, never changed. */
export class SegmentFiles {
  readonly directory: string;

  constructor(dataDirectory: string, id: OperationId) {
    this.directory = join(dataDirectory, 'output', id);
  }

  path(segment: number): string {
    return join(this.directory, `${String(segment).padStart(6, '0')}.log`);
  }

  /** Numbers of the files there are, in order. */
  async numbers(): Promise<number[]> {
    const names = await readdir(this.directory).catch(() => []);
    return names.flatMap((name) => (/^\d{6,}\.log$/.test(name) ? [Number.parseInt(name, 10)] : [])).sort((a, b) => a - b);
  }

  async create(segment: number): Promise<FileHandle> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    return open(this.path(segment), 'wx', 0o600);
  }

  async remove(segment: number): Promise<void> {
    await rm(this.path(segment), { force: true });
  }

  /** All bytes of a segment, also those that no index knows of; null: there is no such file. */
  async whole(segment: number): Promise<Buffer | null> {
    return readFile(this.path(segment)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
  }

  /** Reads pieces of one segment, in the order given. */
  async read(segment: number, pieces: readonly { position: number; length: number }[]): Promise<Uint8Array[]> {
    const file = await open(this.path(segment), 'r');
    try {
      return await Promise.all(pieces.map((piece) => readExactly(file, piece)));
    } finally {
      await file.close();
    }
  }
}

async function readExactly(file: FileHandle, piece: { position: number; length: number }): Promise<Uint8Array> {
  const bytes = Buffer.alloc(piece.length);
  const { bytesRead } = await file.read(bytes, 0, piece.length, piece.position);
  if (bytesRead !== piece.length) throw new Error(`the output log ends at ${piece.position + bytesRead}, short of what its index says`);
  return bytes;
}
