import { AppError } from '../../../shared/errors.ts';
import { pathFromBytes, visibleName } from '../../../shared/model/remotePath.ts';
import { entriesScript } from '../../commands/entriesScript.ts';
import { type ListedEntry, parseEntries } from '../../commands/parseEntries.ts';
import { escapedPath } from '../../commands/shellPath.ts';
import { runPathScript } from './pathScript.ts';
import { placeScript } from './treeScripts.ts';
import type { TransferServer } from './uploadFile.ts';

interface Access {
  sudo: boolean;
  signal?: AbortSignal | undefined;
}

/** What is at a path of a server, with that path from the root, links followed. */
export async function lookAtPlace(server: TransferServer, path: string, access: Access): Promise<{ kind: 'directory' | 'file' | 'nothing'; path: string }> {
  const output = await runPathScript(server, { script: placeScript, env: { PH_PATH: escapedPath(path) }, path, what: 'look at', timeoutMs: 30_000, ...access });
  const [kind, place] = pathFromBytes(output).split('\0');
  if ((kind === 'directory' || kind === 'file' || kind === 'nothing') && place?.startsWith('/')) return { kind, path: place };
  throw new AppError('remote.unparsable', { server: server.name, what: `look at ${visibleName(path)}`, excerpt: output.toString('latin1').slice(0, 200) });
}

/** What a directory listing may take. */
const listLimitBytes = 64 * 1024 * 1024;

/** What is in a directory, one level or all of them. Throws `file.not-found`, `file.not-directory`, `remote.permission-denied`. */
export async function listPlace(
  server: TransferServer,
  path: string,
  options: Access & { depth: '1' | 'all'; limit: number },
): Promise<{ path: string; entries: ListedEntry[]; total: number }> {
  const { depth, limit, ...access } = options;
  const env = { PH_PATH: escapedPath(path), PH_DEPTH: depth };
  const output = await runPathScript(server, { script: entriesScript, env, path, what: 'list', timeoutMs: 120_000, maxOutputBytes: listLimitBytes, ...access });
  const parsed = parseEntries(output, limit);
  if (parsed !== null) return parsed;
  throw new AppError('remote.unparsable', { server: server.name, what: `list ${visibleName(path)}`, excerpt: output.toString('latin1').slice(0, 200) });
}
