import type { SafeStorage } from 'electron';
import type { ToCore } from './coreMessages.ts';

/** The system's keychain as Electron offers it. */
export type Keychain = Pick<SafeStorage, 'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'>;

/** What the core asks of the keychain: bytes in base64. */
export interface KeystoreAsk {
  id: number;
  action: 'wrap' | 'unwrap';
  bytes: string;
}

/** Why the keychain cannot be used; null when it can. Electron's fallback on Linux obfuscates with a known password: refused. */
async function refusal(keychain: Keychain, platform: NodeJS.Platform): Promise<string | null> {
  if (!(await keychain.isAsyncEncryptionAvailable())) return 'the keychain of this system is not available';
  if (platform !== 'linux') return null;
  const backend = keychain.getSelectedStorageBackend();
  return backend === 'basic_text' || backend === 'unknown' ? 'no keychain runs in this session (GNOME Keyring or KWallet)' : null;
}

/** Wraps or unwraps a key by the system's keychain. Refusals hold a reason and never the key. */
export async function answerKeystoreAsk(keychain: Keychain, platform: NodeJS.Platform, ask: KeystoreAsk): Promise<ToCore> {
  const refuse = (reason: string): ToCore => ({ kind: 'keystore-refusal', id: ask.id, reason });
  try {
    const reason = await refusal(keychain, platform);
    if (reason !== null) return refuse(reason);
    const bytes =
      ask.action === 'wrap'
        ? (await keychain.encryptStringAsync(ask.bytes)).toString('base64')
        : (await keychain.decryptStringAsync(Buffer.from(ask.bytes, 'base64'))).result;
    return { kind: 'keystore-answer', id: ask.id, bytes };
  } catch {
    // The keychain's own message may quote what it was given.
    return refuse(
      ask.action === 'wrap' ? 'the keychain refused to keep the key' : 'the keychain could not open the key; it may belong to another user or system',
    );
  }
}
