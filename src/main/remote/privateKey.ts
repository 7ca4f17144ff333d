import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type ParsedKey } from 'ssh2';
import { AppError } from '../../shared/errors.ts';
import { SshReader } from './sshWire.ts';

/** A path with `~` as the home of whoever runs the core. */
export function expandHome(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}

/** A key file that could be opened, or that somebody else, an agent, would have to sign for: its public half, where known, and what is in the way. */
export type OpenedKey = { key: ParsedKey } | { public: Buffer | null; problem: AppError };

/** Opens a private key file; the passphrase is asked for only when the key is encrypted. Throws `ssh.key-unreadable` for what is no key at all. */
export async function openKeyFile(server: string, path: string, passphrase: (path: string) => Promise<string | null>): Promise<OpenedKey> {
  const text = await readFile(expandHome(path), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new AppError('ssh.key-unreadable', { server, path, reason: error.code ?? 'unknown' }, { cause: error });
  });
  const encrypted = isEncryptedKey(text);
  const word = encrypted ? await passphrase(path) : null;
  const locked = async (): Promise<OpenedKey> => ({
    public: publicBlobOf(text) ?? (await publicFile(`${path}.pub`)),
    problem: new AppError('ssh.key-passphrase-needed', { server, path }),
  });
  if (encrypted && word === null) return locked();
  const parsed = word === null ? ssh2.utils.parseKey(text) : ssh2.utils.parseKey(text, word);
  const key: ParsedKey | Error | undefined = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key === undefined || key instanceof Error) {
    if (encrypted) return locked();
    throw new AppError('ssh.key-unreadable', { server, path, reason: 'it is not a private key in a form that can be used' });
  }
  if (key.isPrivateKey()) return { key };
  return { public: key.getPublicSSH(), problem: new AppError('ssh.key-unreadable', { server, path, reason: 'it is a public key' }) };
}

const magic = 'openssh-key-v1\0';

/**
 * Whether a key file needs a passphrase: by the cipher name of OpenSSH's own form
 * (https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key), or by the header of a PEM file.
 */
export function isEncryptedKey(text: string): boolean {
  if (/^Proc-Type: 4,ENCRYPTED/m.test(text) || text.includes('BEGIN ENCRYPTED PRIVATE KEY')) return true;
  const reader = openSshBody(text);
  return reader !== null && reader.text() !== 'none';
}

/** The public half that OpenSSH's own form keeps in the clear beside the private one, also where that is encrypted; null for other forms. */
export function publicBlobOf(text: string): Buffer | null {
  try {
    const reader = openSshBody(text);
    if (reader === null) return null;
    for (const _field of ['cipher', 'derivation', 'options']) reader.bytes();
    return reader.uint32() === 1 ? Buffer.from(reader.bytes()) : null;
  } catch {
    return null;
  }
}

function openSshBody(text: string): SshReader | null {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END/.exec(text)?.[1];
  if (body === undefined) return null;
  const bytes = Buffer.from(body, 'base64');
  if (bytes.toString('latin1', 0, magic.length) !== magic || bytes.length < magic.length + 8) return null;
  return new SshReader(bytes.subarray(magic.length));
}

async function publicFile(path: string): Promise<Buffer | null> {
  const text = await readFile(expandHome(path), 'utf8').catch(() => '');
  const base64 = text.split(/\s+/)[1];
  return base64 === undefined ? null : Buffer.from(base64, 'base64');
}
