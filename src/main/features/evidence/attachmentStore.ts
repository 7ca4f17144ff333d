import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { attachmentPieceBytes, maxAttachmentBytes } from '../../../shared/model/evidence.ts';
import { sniffedBytes, sniffType } from './sniffRules.ts';

/** Files that were attached, each under its SHA-256 in a folder of the data directory: read-only, never executable, never overwritten. */
export interface AttachmentStore {
  /** Takes a piece of a file on its way; resolves with how much there is of it. Throws `evidence.upload-broken`, `evidence.file-too-large`. */
  receive(uploadId: string, offset: number, piece: Uint8Array): Promise<number>;
  /** Keeps what was received, if it is what was promised. Throws `evidence.upload-broken`. */
  keep(uploadId: string, promised: { name: string; sha256: string }): Promise<{ size: number; type: string }>;
  /** A piece of a kept file; the first also proves that the file is what was attached. Throws `evidence.file-damaged`. */
  read(file: { name: string; sha256: string; size: number }, offset: number): Promise<Buffer>;
  /** Removes what is not in `kept`, and what was left on its way. */
  sweep(kept: ReadonlySet<string>): Promise<void>;
}

/** Opens the folder; it is made when it is needed. */
export function openAttachmentStore(directory: string): AttachmentStore {
  const incoming = join(directory, 'incoming');
  const incomingFile = (uploadId: string) => join(incoming, uploadId);
  const kept = (sha256: string) => join(directory, sha256);

  return {
    async receive(uploadId, offset, piece) {
      await mkdir(incoming, { recursive: true, mode: 0o700 });
      const size = offset === 0 ? 0 : await sizeOf(incomingFile(uploadId));
      if (size !== offset)
        throw new AppError('evidence.upload-broken', { name: uploadId, reason: `${size ?? 0} bytes are here, and those from ${offset} on came` });
      if (offset + piece.length > maxAttachmentBytes) throw new AppError('evidence.file-too-large', { name: uploadId, limitBytes: maxAttachmentBytes });
      const file = await open(incomingFile(uploadId), offset === 0 ? 'w' : 'a', 0o600);
      try {
        await file.writeFile(piece);
      } finally {
        await file.close();
      }
      return offset + piece.length;
    },
    async keep(uploadId, { name, sha256 }) {
      const path = incomingFile(uploadId);
      const size = await sizeOf(path);
      if (size === null) {
        const before = await sizeOf(kept(sha256));
        if (before === null) throw new AppError('evidence.upload-broken', { name, reason: 'nothing of it came' });
        return { size: before, type: sniffType(await headOf(kept(sha256))) };
      }
      const found = await hashOf(path);
      if (found !== sha256) {
        await rm(path, { force: true });
        throw new AppError('evidence.upload-broken', { name, reason: `its SHA-256 is ${found}, and ${sha256} was promised` });
      }
      const type = sniffType(await headOf(path));
      await chmod(path, 0o400);
      await rename(path, kept(sha256));
      return { size, type };
    },
    async read({ name, sha256, size }, offset) {
      const path = kept(sha256);
      if (offset === 0) {
        const found = await hashOf(path).catch(() => null);
        if (found !== sha256) throw new AppError('evidence.file-damaged', { name, reason: found === null ? 'it is gone' : `its SHA-256 is ${found} now` });
      }
      const file = await open(path, 'r');
      try {
        const piece = Buffer.alloc(Math.max(0, Math.min(attachmentPieceBytes, size - offset)));
        const { bytesRead } = await file.read(piece, 0, piece.length, offset);
        return piece.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
    async sweep(hashes) {
      await rm(incoming, { recursive: true, force: true });
      const names = await readdir(directory).catch(() => []);
      for (const name of names) if (/^[0-9a-f]{64}$/.test(name) && !hashes.has(name)) await rm(kept(name), { force: true });
    },
  };
}

async function sizeOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ size }) => size,
    () => null,
  );
}

async function headOf(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sniffedBytes), 0, sniffedBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}
