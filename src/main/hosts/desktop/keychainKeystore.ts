import { AppError } from '../../../shared/errors.ts';
import type { FromCore, ToCore } from './coreMessages.ts';

/** Name under which the keychain's wrapping of the data key is stored. */
export const keychainName = 'keychain';

/** A keystore that asks Electron's main process, which alone may use the keychain. */
export interface KeychainKeystore {
  readonly name: string;
  readonly lastResort: false;
  wrap(key: Uint8Array): Promise<{ wrapped: Uint8Array; parameters: Record<string, string> }>;
  /** Throws `secret.keystore-locked` when the keychain does not give the key. */
  unwrap(wrapped: Uint8Array): Promise<Uint8Array>;
  /** Whether the keychain takes a key now. */
  isAvailable(): Promise<boolean>;
  /** Takes an answer of the main process; false when the message is none. */
  take(message: ToCore): boolean;
}

/** Makes the keystore. `send` reaches the main process. */
export function createKeychainKeystore(send: (message: FromCore) => void): KeychainKeystore {
  const open = new Map<number, { resolve(bytes: Uint8Array): void; reject(error: AppError): void }>();
  let lastId = 0;

  const ask = (action: 'wrap' | 'unwrap', bytes: Uint8Array) =>
    new Promise<Uint8Array>((resolve, reject) => {
      lastId += 1;
      open.set(lastId, { resolve, reject });
      send({ kind: 'keystore-ask', id: lastId, action, bytes: Buffer.from(bytes).toString('base64') });
    });

  return {
    name: keychainName,
    lastResort: false,
    wrap: async (key) => ({ wrapped: await ask('wrap', key), parameters: {} }),
    unwrap: (wrapped) => ask('unwrap', wrapped),
    isAvailable: () =>
      ask('wrap', new Uint8Array(1)).then(
        () => true,
        () => false,
      ),
    take(message) {
      if (message.kind !== 'keystore-answer' && message.kind !== 'keystore-refusal') return false;
      const asked = open.get(message.id);
      open.delete(message.id);
      if (message.kind === 'keystore-answer') asked?.resolve(Buffer.from(message.bytes, 'base64'));
      else asked?.reject(new AppError('secret.keystore-locked', { keystore: keychainName, reason: message.reason }));
      return true;
    },
  };
}
