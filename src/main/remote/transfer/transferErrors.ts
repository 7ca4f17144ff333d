import { AppError } from '../../../shared/errors.ts';
import { visibleName } from '../../../shared/model/remotePath.ts';
import { pathExits } from '../../commands/shellPath.ts';
import type { ExecResult } from '../remote.ts';

/** Turns how a script on a path ended into what it means; null: it ended well. `what` names it as in "does not permit: …". */
export function pathError(result: Pick<ExecResult, 'exitCode' | 'signal' | 'stderr'>, about: { server: string; path: string; what: string }): AppError | null {
  const { server } = about;
  const path = visibleName(about.path);
  switch (result.exitCode) {
    case 0:
      return null;
    case pathExits.noFile:
    case pathExits.noParent:
      return new AppError('file.not-found', { server, path: result.exitCode === pathExits.noParent ? `directory for ${path}` : path });
    case pathExits.denied:
      return new AppError('remote.permission-denied', { server, what: `${about.what} ${path}` });
    case pathExits.full:
      return new AppError('remote.disk-full', { server, path });
    case pathExits.isDirectory:
      return new AppError('file.is-directory', { server, path });
    case pathExits.notDirectory:
      return new AppError('file.not-directory', { server, path });
    case pathExits.notRegular:
      return new AppError('file.not-regular', { server, path });
    case pathExits.exists:
      return new AppError('file.exists', { server, path });
    case pathExits.changed:
      return new AppError('file.changed-underneath', { server, path });
    case pathExits.damaged:
      return new AppError('transfer.checksum-mismatch', { server, path });
    default:
      return new AppError('remote.command-failed', {
        server,
        what: `${about.what} ${path}`,
        exitCode: result.exitCode,
        signal: result.signal,
        output: result.stderr.slice(-2000),
      });
  }
}

const full = new Set(['ENOSPC', 'EDQUOT']);

/** What a failure on this computer's own disk means; an AppError stays what it is. */
export function localError(error: unknown, path: string, doing: 'read' | 'write'): AppError {
  if (error instanceof AppError) return error;
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string' && full.has(code)) return new AppError('local.no-room', { path }, { cause: error });
  const reason = reasons[String(code)] ?? (error instanceof Error ? error.message : String(error));
  return new AppError(doing === 'read' ? 'local.file-unreadable' : 'local.file-unwritable', { path, reason }, { cause: error });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  EEXIST: 'it exists already',
  ENAMETOOLONG: 'its name is too long',
};
