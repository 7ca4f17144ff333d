import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { fromCoreSchema, toCoreSchema } from './coreMessages.ts';
import { answerKeystoreAsk, type Keychain } from './keychain.ts';
import { createKeychainKeystore } from './keychainKeystore.ts';

/** A keychain that masks bytes; what it wrapped it recognises. */
function fakeKeychain(changes: Partial<Keychain> = {}): Keychain {
  return {
    isAsyncEncryptionAvailable: async () => true,
    getSelectedStorageBackend: () => 'gnome_libsecret',
    encryptStringAsync: async (text) => Buffer.from(`v11${[...text].reverse().join('')}`),
    decryptStringAsync: async (encrypted) => {
      const text = encrypted.toString();
      if (!text.startsWith('v11')) throw new Error(`cannot decrypt ${text}`);
      return { shouldReEncrypt: false, result: [...text.slice(3)].reverse().join('') };
    },
    ...changes,
  };
}

/** The keystore of the core process joined to the keychain of the main process by messages that pass both schemas. */
function joined(keychain: Keychain, platform: NodeJS.Platform = 'linux') {
  const keystore = createKeychainKeystore((message) => {
    const asked = fromCoreSchema.parse(structuredClone(message));
    if (asked.kind !== 'keystore-ask') throw new Error('not an ask');
    void answerKeystoreAsk(keychain, platform, asked).then((answer) => keystore.take(toCoreSchema.parse(structuredClone(answer))));
  });
  return keystore;
}

test('a key that was wrapped is unwrapped to the same bytes, and its wrapped form does not hold it', async () => {
  const keystore = joined(fakeKeychain());
  const key = randomBytes(32);
  const { wrapped, parameters } = await keystore.wrap(key);
  expect(Buffer.from(wrapped).includes(key)).toBe(false);
  expect(parameters).toEqual({});
  expect(Buffer.from(await keystore.unwrap(wrapped))).toEqual(key);
});

test('several asks at once get each its own answer', async () => {
  const keystore = joined(fakeKeychain());
  const keys = Array.from({ length: 5 }, () => randomBytes(32));
  const wrapped = await Promise.all(keys.map((key) => keystore.wrap(key)));
  const opened = await Promise.all(wrapped.map((each) => keystore.unwrap(each.wrapped)));
  expect(opened.map((bytes) => Buffer.from(bytes))).toEqual(keys);
});

test.each([
  ['basic_text', 'linux'],
  ['unknown', 'linux'],
] as const)('the backend %s is refused: it protects nothing', async (backend, platform) => {
  const error = await joined(fakeKeychain({ getSelectedStorageBackend: () => backend }), platform)
    .wrap(randomBytes(32))
    .catch((caught: unknown) => caught);
  expect(AppError.is(error, 'secret.keystore-locked') && error.data.reason).toContain('no keychain runs');
});

test('the backend is not asked for where there is only one', async () => {
  const keychain = fakeKeychain({
    getSelectedStorageBackend: () => {
      throw new Error('only on Linux');
    },
  });
  await expect(joined(keychain, 'darwin').wrap(randomBytes(32))).resolves.toBeDefined();
});

test('a keychain that is not there is refused', async () => {
  const error = await joined(fakeKeychain({ isAsyncEncryptionAvailable: async () => false }))
    .wrap(randomBytes(32))
    .catch((caught: unknown) => caught);
  expect(AppError.is(error, 'secret.keystore-locked')).toBe(true);
});

test('says beforehand whether the keychain takes a key', async () => {
  expect(await joined(fakeKeychain()).isAvailable()).toBe(true);
  expect(await joined(fakeKeychain({ getSelectedStorageBackend: () => 'basic_text' })).isAvailable()).toBe(false);
});

test('a failure of the keychain never quotes what it was given', async () => {
  const error = await joined(fakeKeychain())
    .unwrap(Buffer.from('the-wrapped-key'))
    .catch((caught: unknown) => caught);
  expect(AppError.is(error, 'secret.keystore-locked') && error.data.reason).toBe(
    'the keychain could not open the key; it may belong to another user or system',
  );
});

test('other messages are not taken, and an answer nobody waits for is ignored', () => {
  const keystore = createKeychainKeystore(() => {});
  expect(keystore.take({ kind: 'stop' })).toBe(false);
  expect(keystore.take({ kind: 'keystore-answer', id: 7, bytes: 'AAAA' })).toBe(true);
});
