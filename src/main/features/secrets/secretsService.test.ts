import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { openDatabase } from '../../database/openDatabase.ts';
import { testDirectory } from '../../database/testDirectory.ts';
import { type Keystore, keyFileKeystore, passphraseKeystore } from './keystores.ts';
import { seal, unseal } from './sealRules.ts';
import { createSecretsService } from './secretsService.ts';

function start(keystores?: (directory: string) => Keystore[]) {
  const place = testDirectory();
  const directory = place.path;
  const open = (given?: Keystore[]) => {
    const database = openDatabase({ directory });
    return {
      database,
      service: createSecretsService({ database, keystores: given ?? keystores?.(directory) ?? [keyFileKeystore(directory)], nowMs: () => 7 }),
    };
  };
  return { directory, open, [Symbol.dispose]: place[Symbol.dispose] };
}

async function code(promise: Promise<unknown>) {
  return promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof AppError ? error.code : error),
  );
}

describe('seal', () => {
  it('opens only with the same key and context, and only unchanged', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), fc.nat(), (plain, context, at) => {
        const key = new Uint8Array(32).fill(1);
        const sealed = seal(key, context, plain);
        expect(unseal(key, context, sealed)).toEqual(Buffer.from(plain));
        expect(unseal(new Uint8Array(32).fill(2), context, sealed)).toBeNull();
        expect(unseal(key, `${context}x`, sealed)).toBeNull();
        const changed = Uint8Array.from(sealed);
        const index = at % changed.length;
        changed[index] = (changed[index] ?? 0) ^ 1;
        expect(unseal(key, context, changed)).toBeNull();
      }),
    );
  });
});

describe('secretsService', () => {
  it('tells of every value that is kept or opened, and tells values apart without giving them', async () => {
    using started = start();
    const { database, service } = started.open();
    await service.set('a', 'canary-1');
    await service.set('b', 'canary-1');
    await service.generate('c', 40);
    const [a, b, c] = [await service.fingerprint('a'), await service.fingerprint('b'), await service.fingerprint('c')];
    expect(a).toMatch(/^[0-9a-f]{8}$/);
    expect([b, c === a, await service.fingerprint('none')]).toEqual([a, false, null]);
    expect(await service.get('c')).toMatch(/^[A-Za-z0-9_-]{40}$/);
    const heard = new Set<string>();
    const again = createSecretsService({ database, keystores: [keyFileKeystore(started.directory)], nowMs: () => 7, opened: (value) => heard.add(value) });
    await again.openAll();
    expect(heard).toEqual(new Set(['canary-1', await service.get('c')]));
    using other = start();
    const elsewhere = other.open().service;
    await elsewhere.set('a', 'canary-1');
    expect(await elsewhere.fingerprint('a')).not.toBe(a);
  });

  it('keeps a secret over a restart and never in the clear', async () => {
    using started = start();
    const { directory, open } = started;
    const first = open();
    await first.service.set('server/a/password', 'canary-value-93');
    first.database.close();
    for (const file of ['pilothouse.db', 'secrets.key']) expect(readFileSync(join(directory, file)).includes('canary-value-93')).toBe(false);
    const second = open();
    expect(await second.service.get('server/a/password')).toBe('canary-value-93');
    expect(second.service.list('server/')).toEqual([{ name: 'server/a/password', updatedAtMs: 7 }]);
    second.database.close();
  });

  it('says null for what is not there and refuses to remove it', async () => {
    using started = start();
    const { open } = started;
    const { service, database } = open();
    expect(await service.get('nothing')).toBeNull();
    expect(await code(service.unset('nothing'))).toBe('secret.not-found');
    database.close();
  });

  it('writes its key file for this user alone', async () => {
    using started = start();
    const { directory, open } = started;
    const { service, database } = open();
    await service.set('a', 'b');
    expect(statSync(join(directory, 'secrets.key')).mode & 0o777).toBe(0o600);
    database.close();
  });

  it('opens with every keystore it was wrapped for, also one added later', async () => {
    using started = start();
    const { directory, open } = started;
    const first = open([keyFileKeystore(directory)]);
    await first.service.set('a', 'value');
    first.database.close();
    const second = open([keyFileKeystore(directory), passphraseKeystore('correct horse')]);
    expect(await second.service.get('a')).toBe('value');
    expect(second.service.keystores().sort()).toEqual(['key-file', 'passphrase']);
    second.database.close();
    rmSync(join(directory, 'secrets.key'));
    const third = open([passphraseKeystore('correct horse')]);
    expect(await third.service.get('a')).toBe('value');
    third.database.close();
  });

  it('makes a key file only where no better keystore takes the key', async () => {
    using started = start();
    const { directory, open } = started;
    const { service, database } = open([passphraseKeystore('correct horse'), keyFileKeystore(directory)]);
    await service.set('a', 'value');
    expect(service.keystores()).toEqual(['passphrase']);
    expect(existsSync(join(directory, 'secrets.key'))).toBe(false);
    database.close();
  });

  it('is not kept from opening by a keystore that refuses', async () => {
    using started = start();
    const { directory, open } = started;
    const refuse = () => Promise.reject(new AppError('secret.keystore-locked', { keystore: 'keychain', reason: 'locked' }));
    const keychain: Keystore = { name: 'keychain', lastResort: false, wrap: refuse, unwrap: refuse };
    const { service, database } = open([keychain, keyFileKeystore(directory)]);
    await service.set('a', 'value');
    expect(service.keystores()).toEqual(['key-file']);
    database.close();
    const none = open([keychain]);
    expect(await code(none.service.get('a'))).toBe('secret.keystore-locked');
    none.database.close();
  });

  it('fails closed with a wrong passphrase, a lost or a foreign key file, and changes nothing', async () => {
    using started = start();
    const { directory, open } = started;
    const file = open([keyFileKeystore(directory)]);
    await file.service.set('b', 'made with the file');
    file.database.close();
    const first = open([keyFileKeystore(directory), passphraseKeystore('right')]);
    await first.service.set('a', 'value');
    first.database.close();
    const wrong = open([passphraseKeystore('wrong')]);
    expect(await code(wrong.service.get('a'))).toBe('secret.keystore-locked');
    expect(await code(wrong.service.set('a', 'other'))).toBe('secret.keystore-locked');
    wrong.database.close();
    const path = join(directory, 'secrets.key');
    chmodSync(path, 0o600);
    writeFileSync(path, `${Buffer.alloc(32, 9).toString('base64')}\n`);
    const foreign = open();
    expect(await code(foreign.service.get('a'))).toBe('secret.keystore-locked');
    foreign.database.close();
    const right = open([passphraseKeystore('right')]);
    expect(await right.service.get('a')).toBe('value');
    right.database.close();
  });

  it('tries again after a keystore was unlocked', async () => {
    using started = start();
    const { directory, open } = started;
    const first = open();
    await first.service.set('a', 'value');
    first.database.close();
    const store = keyFileKeystore(directory);
    let available = false;
    const sometimes: Keystore = {
      ...store,
      unwrap: (wrapped, parameters) =>
        available ? store.unwrap(wrapped, parameters) : Promise.reject(new AppError('secret.keystore-locked', { keystore: 'x', reason: 'y' })),
    };
    const second = open([sometimes]);
    expect(await code(second.service.get('a'))).toBe('secret.keystore-locked');
    available = true;
    expect(await second.service.get('a')).toBe('value');
    second.database.close();
  });
});
