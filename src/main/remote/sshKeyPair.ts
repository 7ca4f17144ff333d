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
export function makeSshKeyPair(comment = '', generate: (comment: string) => SshKeyPair = generatePair): SshKeyPair {
  for (;;) {
    const pair = generate(comment);
    if (![pair.private, pair.public].some((text) => ssh2.utils.parseKey(text) instanceof Error)) return pair;
  }
}

function generatePair(comment: string): SshKeyPair {
  return ssh2.utils.generateKeyPairSync('ed25519', comment === '' ? {} : { comment });
}
