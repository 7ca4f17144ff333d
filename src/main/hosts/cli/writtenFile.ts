import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { AppError } from '../../../shared/errors.ts';

/** A file that is written piece by piece. All methods throw `local.file-unwritable`. */
export interface WrittenFile {
  write(text: string): Promise<void>;
  /** It is whole, and stands in the place of what was there. */
  finish(): Promise<void>;
  /** It is given up; what was there stays as it was. */
  drop(): Promise<void>;
}

/**
 * Opens a file for the person alone. It takes its place when it is whole: a disk that is full in the middle leaves what was there. A device or a
 * pipe is written to as it is. Throws `local.file-unwritable`.
 */
export async function openWrittenFile(path: string): Promise<WrittenFile> {
  const explained = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw new AppError('local.file-unwritable', { path, reason: error instanceof Error ? error.message : String(error) }, { cause: error });
    }
  };
  const place = await realpath(path).catch(() => path);
  const before = await stat(place).catch(() => null);
  const isOrdinary = before === null || before.isFile();
  const written = isOrdinary ? `${place}.${process.pid}.part` : place;
  const file: FileHandle = await explained(() => open(written, 'w', 0o600));
  const drop = async () => {
    await file.close().catch(() => {});
    if (isOrdinary) await rm(written, { force: true });
  };
  return {
    async write(text) {
      await explained(async () => void (await file.writeFile(text))).catch(async (error: unknown) => {
        await drop();
        throw error;
      });
    },
    finish: () =>
      explained(async () => {
        await file.close();
        if (isOrdinary) await rename(written, place);
      }),
    drop,
  };
}
