import { createHash } from 'node:crypto';
import type { HostKey } from '../../shared/model/server.ts';

/** The key type that a public key in SSH wire form begins with, for example `ssh-ed25519`; empty when the bytes are no key. */
export function keyTypeOf(blob: Uint8Array): string {
  if (blob.length < 4) return '';
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
  const length = bytes.readUInt32BE(0);
  return length > 64 || length + 4 > bytes.length ? '' : bytes.toString('latin1', 4, 4 + length);
}

/** Type and fingerprint of a public key in SSH wire form, as `ssh-keygen -lf` prints them. */
export function hostKeyOf(blob: Uint8Array): HostKey {
  return { type: keyTypeOf(blob), fingerprint: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}` };
}

/** How an offered key stands to the pinned ones. Nothing pinned is `unknown`: there is no way from missing data to `match`. */
export function compareHostKey(offered: HostKey, pinned: readonly HostKey[]): 'match' | 'changed' | 'unknown' {
  if (pinned.length === 0) return 'unknown';
  if (offered.type === '') return 'changed';
  return pinned.some((key) => key.fingerprint === offered.fingerprint && key.type === offered.type) ? 'match' : 'changed';
}

const signaturesByType = new Map<string, readonly ServerHostKeyAlgorithm[]>([
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
]);

type ServerHostKeyAlgorithm = 'ssh-ed25519' | 'ecdsa-sha2-nistp256' | 'ecdsa-sha2-nistp384' | 'ecdsa-sha2-nistp521' | 'rsa-sha2-512' | 'rsa-sha2-256';

/**
 * Host-key algorithms to offer, those of known key types first: a server with several keys then shows the one we can compare, and
 * not a first-seen one that would look like a change.
 */
export function hostKeyAlgorithms(knownTypes: readonly string[]): ServerHostKeyAlgorithm[] {
  const preferred = knownTypes.flatMap((type) => signaturesByType.get(type) ?? []);
  return [...new Set([...preferred, ...[...signaturesByType.values()].flat()])];
}
