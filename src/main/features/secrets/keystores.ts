import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { keyBytes, keyFromPassphrase, seal, unseal } from './sealRules.ts';

/** A place that can wrap the data key of a directory and unwrap it again: a key file, a passphrase, the system's keychain. */
export interface Keystore {
  readonly name: string;
  /** Used for new keys only where no other keystore takes them: it protects least. */
  readonly lastResort: boolean;
  /** Returns the wrapped key and what is needed to unwrap it; nothing in `parameters` is secret. */
  wrap(key: Uint8Array): Promise<{ wrapped: Uint8Array; parameters: Record<string, string> }>;
  /** Throws `secret.keystore-locked` when it cannot. */
  unwrap(wrapped: Uint8Array, parameters: Record<string, string>): Promise<Uint8Array>;
}

const context = 'pilothouse-data-key';

function locked(keystore: string, reason: string): AppError {
  return new AppError('secret.keystore-locked', { keystore, reason });
}

/** A key in a file of the data directory that only this user may read (0600): for machines without a keychain. */
export function keyFileKeystore(directory: string): Keystore {
  const name = 'key-file';
  const path = join(directory, 'secrets.key');
  const read = (): Uint8Array => {
    try {
      const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64');
      if (key.length === keyBytes) return key;
    } catch (error) {
      throw locked(name, error instanceof Error && 'code' in error ? `${path}: ${String(error.code)}` : path);
    }
    throw locked(name, `${path} is damaged`);
  };
  return {
    name,
    lastResort: true,
    async wrap(key) {
      // Never replaced: an earlier key may have wrapped data keys of its own.
      if (!existsSync(path)) writeFileSync(path, `${randomBytes(keyBytes).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
      return { wrapped: seal(read(), context, key), parameters: {} };
    },
    async unwrap(wrapped) {
      return unseal(read(), context, wrapped) ?? Promise.reject(locked(name, `${path} is not the key these secrets were sealed with`));
    },
  };
}

/** A passphrase that a person gives when the core starts. */
export function passphraseKeystore(passphrase: string): Keystore {
  const name = 'passphrase';
  return {
    name,
    lastResort: false,
    async wrap(key) {
      const salt = randomBytes(16);
      return { wrapped: seal(keyFromPassphrase(passphrase, salt), context, key), parameters: { salt: salt.toString('base64') } };
    },
    async unwrap(wrapped, parameters) {
      const salt = z.object({ salt: z.base64() }).safeParse(parameters);
      if (!salt.success) throw locked(name, 'its salt is damaged');
      return (
        unseal(keyFromPassphrase(passphrase, Buffer.from(salt.data.salt, 'base64')), context, wrapped) ??
        Promise.reject(locked(name, 'the passphrase is not right'))
      );
    },
  };
}
