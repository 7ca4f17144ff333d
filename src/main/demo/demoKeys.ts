import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import type { HostKey } from '../../shared/model/server.ts';

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
  const pair = makeKeyPair(comment);
  await writeFile(path, pair.private, { mode: 0o600 });
  await writeFile(`${path}.pub`, `${pair.public}\n`, { mode: 0o644 });
  return { privateKey: pair.private, publicKey: pair.public };
}

/** One key pair in 256 comes out malformed from ssh2 1.17 (a key whose first byte is zero loses it): those are thrown away. */
function makeKeyPair(comment: string): { private: string; public: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment });
    if (![pair.private, pair.public].some((text) => ssh2.utils.parseKey(text) instanceof Error)) return pair;
  }
}

/** Type and fingerprint of a public key line, as `ssh-keygen -lf` prints them. */
export function fingerprint(publicKeyLine: string): HostKey {
  const [type = '', blob = ''] = publicKeyLine.split(' ');
  return { type, fingerprint: `SHA256:${createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64').replace(/=+$/, '')}` };
}
