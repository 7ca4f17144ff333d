import ssh2 from 'ssh2';

/** Both halves of a key: the private one in OpenSSH's file format, the public one as a line of `authorized_keys`. */
export interface SshKeyPair {
  private: string;
  public: string;
}

/**
 * Makes an ed25519 key pair. One in 256 comes out malformed from ssh2 1.17 (a key whose first byte is zero loses it): those are
 * thrown away. `generate` makes one pair, good or not.
 */
export function makeSshKeyPair(comment = '', generate: (comment: string) => SshKeyPair = (words) => generatePair(words, null)): SshKeyPair {
  return firstGood(() => generate(comment), null);
}

/** The same, with the private half encrypted by a passphrase. */
export function makeLockedSshKeyPair(comment: string, passphrase: string): SshKeyPair {
  return firstGood(() => generatePair(comment, passphrase), passphrase);
}

function firstGood(generate: () => SshKeyPair, passphrase: string | null): SshKeyPair {
  for (;;) {
    const pair = generate();
    const locked = passphrase === null ? ssh2.utils.parseKey(pair.private) : ssh2.utils.parseKey(pair.private, passphrase);
    if (![locked, ssh2.utils.parseKey(pair.public)].some((parsed) => parsed instanceof Error)) return pair;
  }
}

function generatePair(comment: string, passphrase: string | null): SshKeyPair {
  return ssh2.utils.generateKeyPairSync('ed25519', {
    ...(comment === '' ? {} : { comment }),
    ...(passphrase === null ? {} : { passphrase, cipher: 'aes256-ctr', rounds: 24 }),
  });
}
