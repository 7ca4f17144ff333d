import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type ParsedKey } from 'ssh2';
import { AppError } from '../../shared/errors.ts';

/**
 * Reads a private key file; the passphrase is asked for only when the key is encrypted. Throws `ssh.key-unreadable`, or
 * `ssh.key-passphrase-needed` when there is no passphrase or it does not open the key.
 */
export async function readPrivateKey(server: string, path: string, passphrase: () => Promise<string | null>): Promise<ParsedKey> {
  const text = await readFile(path.startsWith('~/') ? join(homedir(), path.slice(2)) : path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new AppError('ssh.key-unreadable', { server, path, reason: error.code ?? 'unknown' }, { cause: error });
  });
  const encrypted = isEncryptedKey(text);
  const word = encrypted ? await passphrase() : null;
  if (encrypted && word === null) throw new AppError('ssh.key-passphrase-needed', { server, path });
  const parsed = word === null ? ssh2.utils.parseKey(text) : ssh2.utils.parseKey(text, word);
  const key: ParsedKey | Error | undefined = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key === undefined || key instanceof Error) {
    if (encrypted) throw new AppError('ssh.key-passphrase-needed', { server, path });
    throw new AppError('ssh.key-unreadable', { server, path, reason: 'it is not a private key in a form that can be used' });
  }
  if (!key.isPrivateKey()) throw new AppError('ssh.key-unreadable', { server, path, reason: 'it is a public key' });
  return key;
}

/**
 * Whether a key file needs a passphrase: by the cipher name of OpenSSH's own form
 * (https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key), or by the header of a PEM file.
 */
export function isEncryptedKey(text: string): boolean {
  if (/^Proc-Type: 4,ENCRYPTED/m.test(text) || text.includes('BEGIN ENCRYPTED PRIVATE KEY')) return true;
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END/.exec(text)?.[1];
  if (body === undefined) return false;
  const bytes = Buffer.from(body, 'base64');
  const magic = 'openssh-key-v1\0';
  if (bytes.toString('latin1', 0, magic.length) !== magic || bytes.length < magic.length + 4) return false;
  const length = bytes.readUInt32BE(magic.length);
  return bytes.toString('latin1', magic.length + 4, magic.length + 4 + length) !== 'none';
}
