import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { HostKey } from '../../shared/model/server.ts';
import { makeSshKeyPair } from '../remote/sshKeyPair.ts';

/** An ed25519 key pair in OpenSSH's own forms. */
export interface DemoKey {
  privateKey: string;
  /** One line: type, base64, comment. */
  publicKey: string;
}

/** Reads the key pair at `path` and `path.pub`, or makes and keeps a new one (0600). */
export async function keepKey(path: string, comment: string): Promise<DemoKey> {
  try {
    return { privateKey: await readFile(path, 'utf8'), publicKey: (await readFile(`${path}.pub`, 'utf8')).trim() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const pair = makeSshKeyPair(comment);
  await writeFile(path, pair.private, { mode: 0o600 });
  await writeFile(`${path}.pub`, `${pair.public}\n`, { mode: 0o644 });
  return { privateKey: pair.private, publicKey: pair.public };
}

/** Type and fingerprint of a public key line, as `ssh-keygen -lf` prints them. */
export function fingerprint(publicKeyLine: string): HostKey {
  const [type = '', blob = ''] = publicKeyLine.split(' ');
  return { type, fingerprint: `SHA256:${createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64').replace(/=+$/, '')}` };
}
