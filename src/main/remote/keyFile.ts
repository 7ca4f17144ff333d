import { readFile } from 'node:fs/promises';
import { hostKeyOf } from './hostKeys.ts';
import { expandHome, isEncryptedKey, publicBlobOf } from './privateKey.ts';
import { keyBits } from './sshSignature.ts';

/** What a key file shows without its passphrase. */
export interface KeyFileFacts {
  type: string;
  bits: number | null;
  fingerprint: string;
  comment: string;
  encrypted: boolean;
  /** One line, as authorized_keys has it. */
  publicKey: string;
}

/** Looks at a private key file and the `.pub` beside it; null when it is not there, or tells nothing of its public half. */
export async function lookAtKeyFile(path: string): Promise<KeyFileFacts | null> {
  const text = await readFile(expandHome(path), 'utf8').catch(() => null);
  const publicText = await readFile(expandHome(`${path}.pub`), 'utf8').catch(() => '');
  if (text === null) return null;
  const blob = publicBlobOf(text) ?? Buffer.from(publicText.split(/\s+/)[1] ?? '', 'base64');
  const { type, fingerprint } = hostKeyOf(blob);
  if (type === '') return null;
  const comment = publicText
    .trim()
    .split(/[ \t]+/)
    .slice(2)
    .join(' ');
  const publicKey = [type, blob.toString('base64'), ...(comment === '' ? [] : [comment])].join(' ');
  return { type, bits: keyBits(blob), fingerprint, comment, encrypted: isEncryptedKey(text), publicKey };
}
