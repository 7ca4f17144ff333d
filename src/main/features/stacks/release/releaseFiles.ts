import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { RenderedStack } from '../definition/renderStack.ts';
import { fillEnvText } from '../projects/envFileTextRules.ts';
import type { HashedFile } from './mountRules.ts';
import type { ArchivedFile } from './tarArchive.ts';

/** Bytes that the laptop's store holds, by their SHA-256. */
export type ReadBlob = (sha256: string) => Promise<Uint8Array>;

/** The files of a release's project, with the secrets in those that hold some. Paths are those in the project. */
export async function projectFiles(
  stack: Pick<RenderedStack, 'files' | 'project'>,
  secrets: Readonly<Record<string, string>>,
  readBlob: ReadBlob | undefined,
): Promise<ArchivedFile[]> {
  const plain = stack.files.map(async ({ path, text, mode, blob }): Promise<ArchivedFile> => {
    if (blob !== undefined && readBlob === undefined) throw new Error(`no store for the bytes of ${path}`);
    const bytes = blob === undefined || readBlob === undefined ? new TextEncoder().encode(text) : await readBlob(blob);
    return { path: posix.normalize(path), bytes, mode: mode ?? usualMode(text) };
  });
  const secret = (stack.project?.envFiles ?? []).map(({ path, text, owner }): ArchivedFile => {
    const filled = fillEnvText(text, secrets);
    return { path: posix.normalize(path), bytes: new TextEncoder().encode(filled), mode: 0o600, owner };
  });
  return [...(await Promise.all(plain)), ...secret];
}

/** What of files their place on a server follows from. */
export function hashFiles(files: readonly ArchivedFile[]): HashedFile[] {
  return files.map(({ path, bytes, mode }) => ({ path, mode, sha256: createHash('sha256').update(bytes).digest('hex') }));
}

/** Readable for containers that do not run as root, as the directories above keep other logins out; a script can be run. */
function usualMode(text: string): number {
  return text.startsWith('#!') ? 0o755 : 0o644;
}
