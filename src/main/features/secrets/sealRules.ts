import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';

/** AES-256-GCM: 12 bytes nonce, 16 bytes tag, then the ciphertext. */
const nonceBytes = 12;
const tagBytes = 16;
export const keyBytes = 32;

/** Seals bytes with a key of 32 bytes. `context` is bound to them: sealed under one name, they do not open under another. */
export function seal(key: Uint8Array, context: string, plain: Uint8Array): Uint8Array {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(context));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** Opens what `seal` made; null when the key or context is not the one it was sealed with, or a byte was changed. */
export function unseal(key: Uint8Array, context: string, sealed: Uint8Array): Uint8Array | null {
  if (sealed.length < nonceBytes + tagBytes) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes));
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]);
  } catch {
    return null;
  }
}

/** Key from a passphrase: scrypt with N 2^16, r 8, p 1 (64 MiB, about 0.2 s on a laptop). */
export function keyFromPassphrase(passphrase: string, salt: Uint8Array): Uint8Array {
  return scryptSync(passphrase.normalize('NFKC'), salt, keyBytes, { N: 2 ** 16, r: 8, p: 1, maxmem: 128 * 1024 * 1024 });
}
