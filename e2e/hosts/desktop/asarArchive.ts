import { closeSync, cpSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Entry {
  files?: Record<string, Entry>;
  size?: number;
  offset?: string;
  unpacked?: boolean;
  executable?: boolean;
}

/** One file of an archive, by its path with `/`. */
export interface ArchiveFile {
  path: string;
  sizeBytes: number;
  /** Lies beside the archive in `<archive>.unpacked` instead of in it. */
  unpacked: boolean;
  offset: number;
}

/** An asar archive: a header of JSON behind two pickled lengths, then the files one after another (github.com/electron/asar). */
export interface AsarArchive {
  files: ArchiveFile[];
  read(file: ArchiveFile): Buffer;
  close(): void;
}

/** Opens an archive. The caller closes it. */
export function openAsar(archive: string): AsarArchive {
  const descriptor = openSync(archive, 'r');
  const lengths = Buffer.alloc(16);
  readSync(descriptor, lengths, 0, 16, 0);
  const header = Buffer.alloc(lengths.readUInt32LE(12));
  readSync(descriptor, header, 0, header.length, 16);
  const start = 8 + lengths.readUInt32LE(4);
  const files: ArchiveFile[] = [];
  const collect = (entry: Entry, path: string) => {
    for (const [name, child] of Object.entries(entry.files ?? {})) collect(child, path === '' ? name : `${path}/${name}`);
    if (entry.files === undefined)
      files.push({ path, sizeBytes: entry.size ?? 0, unpacked: entry.unpacked ?? false, offset: start + Number(entry.offset ?? 0) });
  };
  collect(JSON.parse(header.toString('utf8')) as Entry, '');
  return {
    files,
    read(file) {
      const content = Buffer.alloc(file.sizeBytes);
      readSync(descriptor, content, 0, file.sizeBytes, file.offset);
      return content;
    },
    close: () => closeSync(descriptor),
  };
}

/** Writes an archive out as the folder it stands for, its unpacked files included. */
export function extractAsar(archive: string, directory: string): void {
  const opened = openAsar(archive);
  for (const file of opened.files) {
    const target = join(directory, ...file.path.split('/'));
    mkdirSync(dirname(target), { recursive: true });
    if (file.unpacked) cpSync(join(`${archive}.unpacked`, ...file.path.split('/')), target);
    else writeFileSync(target, opened.read(file));
  }
  opened.close();
}
