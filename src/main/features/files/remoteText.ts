import { createHash } from 'node:crypto';
import { largestTextBytes, type TextFile, type TextForm } from '../../../shared/contract/files.ts';
import { AppError } from '../../../shared/errors.ts';
import { nameOf, pathBytes, pathFromBytes, visibleName } from '../../../shared/model/remotePath.ts';
import { escapedPath, pathExits } from '../../commands/shellPath.ts';
import { runPathScript } from '../../remote/transfer/pathScript.ts';
import type { TransferServer } from '../../remote/transfer/uploadFile.ts';
import { makeNonce } from '../../remote/wire.ts';
import { readTextScript, saveTextScript } from './fileScripts.ts';
import { decodeText, encodeText } from './textRules.ts';

interface Place {
  path: string;
  sudo: boolean;
  signal?: AbortSignal | undefined;
}

/** What saving needs to know of the file as it was read. */
export interface TextChange extends Place {
  base: string | null;
  text: string;
  form: TextForm;
}

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Reads a text file of a server. See `filesContract.read` for what it throws. */
export async function readText(server: TransferServer, place: Place): Promise<TextFile> {
  const path = visibleName(place.path);
  const env = { PH_PATH: escapedPath(place.path), PH_MOST: String(largestTextBytes) };
  const output = await runPathScript(server, { script: readTextScript, env, what: 'read', timeoutMs: 60_000, ...place }).catch((error: unknown) => {
    throw tooLarge(error, server, path);
  });
  const ends = [output.indexOf(0)];
  ends.push(output.indexOf(0, (ends[0] ?? 0) + 1));
  const [first = -1, second = -1] = ends;
  const facts = /^(\d+) ([0-7]+) (.*) (-?\d+)$/.exec(output.subarray(first + 1, second).toString('utf8'));
  if (first < 0 || second < 0 || facts === null) {
    throw new AppError('remote.unparsable', { server: server.name, what: `read ${path}`, excerpt: output.toString('latin1').slice(0, 200) });
  }
  const bytes = output.subarray(second + 1);
  const decoded = decodeText(bytes);
  if (decoded === null) throw new AppError('file.not-text', { server: server.name, path });
  return {
    ...{ path: pathFromBytes(output.subarray(0, first)), ...decoded, sha256: sha256Of(bytes), sizeBytes: bytes.length },
    ...{ mode: Number.parseInt(facts[2] ?? '', 8), owner: facts[3] ?? '', mtimeMs: Number(facts[4]) * 1000 },
  };
}

/** Saves a text. See `filesContract.save` for what it throws; `atMs` names the copy of the former version. */
export async function saveText(
  server: TransferServer,
  change: TextChange,
  atMs: number,
): Promise<{ file: Omit<TextFile, 'text' | 'form'>; backup: string | null }> {
  const { base, text, form, path, sudo, signal } = change;
  const bytes = encodeText(text, form);
  if (bytes === null) throw new AppError('input.invalid', { issues: [{ path: 'text', message: `it has characters that ${form.encoding} lacks` }] });
  if (bytes.length > largestTextBytes) {
    throw new AppError('file.too-large', { server: server.name, path: visibleName(path), sizeBytes: bytes.length, limitBytes: largestTextBytes });
  }
  const backup = backupName(nameOf(path), atMs);
  const sha256 = sha256Of(bytes);
  const env = { PH_PATH: escapedPath(path), PH_BACKUP: escapedPath(backup), PH_BASE: base ?? '', PH_SUM: sha256, PH_NONCE: makeNonce() };
  const request = { script: saveTextScript, env, stdin: bytes, path, what: 'write', sudo, signal, timeoutMs: 60_000 };
  const output = await runPathScript(server, request).catch((error: unknown) => {
    throw ownerLost(error, server, path);
  });
  const [, mode, owner, mtimeS] = /^([0-7]+) (.*) (-?\d+)\n$/.exec(output.toString('utf8')) ?? [];
  const file = { path, sha256, sizeBytes: bytes.length, mode: Number.parseInt(mode ?? '644', 8), owner: owner ?? '', mtimeMs: Number(mtimeS ?? 0) * 1000 };
  return { file, backup: base === null ? null : backup };
}

/** Name of the copy that a former version stays under: that of the file, and when it was replaced. */
export function backupName(name: string, atMs: number): string {
  const stamp = new Date(atMs)
    .toISOString()
    .replaceAll(':', '-')
    .replace(/\.\d+Z$/, 'Z');
  // A name has 255 bytes at most, a character four.
  const kept = pathBytes(name).length <= 200 ? name : [...name].slice(0, 50).join('');
  return `${kept}.${stamp}.bak`;
}

function tooLarge(error: unknown, server: TransferServer, path: string): unknown {
  if (!AppError.is(error, 'remote.command-failed') || error.data.exitCode !== pathExits.tooLarge) return error;
  return new AppError('file.too-large', { server: server.name, path, sizeBytes: Number(error.data.output) || largestTextBytes, limitBytes: largestTextBytes });
}

function ownerLost(error: unknown, server: TransferServer, path: string): unknown {
  if (!AppError.is(error, 'remote.command-failed') || error.data.exitCode !== pathExits.ownerLost) return error;
  return new AppError('file.owner-not-kept', { server: server.name, path: visibleName(path), owner: error.data.output.trim(), user: 'this login' });
}
