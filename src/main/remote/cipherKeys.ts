import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Client } from 'ssh2';

/** The parts of ssh2 1.17's AES-GCM that this file stands on; a test with a real server watches over them. */
interface Sealer {
  _encKey?: Buffer | KeyObject;
}
interface Opener {
  _decipherKey?: Buffer | KeyObject;
}
interface Protocol {
  _cipher: Sealer;
  _decipher: Opener | undefined;
}

/**
 * Makes the keys of a client's ciphers key objects as soon as they are agreed on, and again with every new agreement. ssh2 makes a cipher
 * per packet from the bytes of the key, and with them Node imports the key anew each time: of 56 µs for a packet of 32 KB, 30 µs. Call
 * right after `connect`.
 */
export function keepCipherKeys(client: Client): void {
  const protocol = (client as unknown as { _protocol: Protocol })._protocol;
  follow(protocol, '_cipher', (cipher) => {
    if (Buffer.isBuffer(cipher?._encKey)) cipher._encKey = createSecretKey(cipher._encKey);
  });
  follow(protocol, '_decipher', (decipher) => {
    if (Buffer.isBuffer(decipher?._decipherKey)) decipher._decipherKey = createSecretKey(decipher._decipherKey);
  });
}

/** Whether both directions use key objects by now. For tests. */
export function hasKeptCipherKeys(client: Client): boolean {
  const { _cipher, _decipher } = (client as unknown as { _protocol: Protocol })._protocol;
  return [_cipher._encKey, _decipher?._decipherKey].every((key) => key !== undefined && !Buffer.isBuffer(key));
}

function follow<K extends keyof Protocol>(protocol: Protocol, name: K, adapt: (value: Protocol[K]) => void): void {
  let value = protocol[name];
  Object.defineProperty(protocol, name, {
    get: () => value,
    set: (next: Protocol[K]) => {
      value = next;
      adapt(next);
    },
  });
}
