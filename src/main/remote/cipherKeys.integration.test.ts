import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasKeptCipherKeys, keepCipherKeys } from './cipherKeys.ts';
import { startTestSshd, type TestSshd } from './testSshd.ts';

describe('keys of ciphers', () => {
  let sshd: TestSshd;
  beforeAll(async () => {
    sshd = await startTestSshd({ config: ['RekeyLimit 1M'] });
  });
  afterAll(() => sshd.stop());

  it.each(['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com'] as const)(
    'are key objects under %s, with each new agreement too, and what is sent stays right',
    async (cipher) => {
      const client = new ssh2.Client();
      let agreements = 0;
      client.on('handshake', () => {
        agreements += 1;
      });
      const ready = new Promise<void>((resolve, reject) => client.once('ready', resolve).once('error', reject));
      client.connect({
        ...{ host: sshd.host, port: sshd.port, username: sshd.user, privateKey: readFileSync(sshd.keyPath), algorithms: { cipher: [cipher] } },
        hostVerifier: () => true,
      });
      keepCipherKeys(client);
      await ready;
      expect(hasKeptCipherKeys(client)).toBe(true);
      const sent = Buffer.alloc(6_000_000, 'some text ');
      const hash = createHash('sha256');
      await new Promise<void>((resolve, reject) => {
        client.exec('cat', (error, channel) => {
          if (error) return reject(error);
          channel.on('data', (bytes: Buffer) => hash.update(bytes)).on('close', () => resolve());
          channel.end(sent);
        });
      });
      expect(hash.digest('hex')).toBe(createHash('sha256').update(sent).digest('hex'));
      expect(agreements).toBeGreaterThan(2);
      expect(hasKeptCipherKeys(client)).toBe(true);
      client.end();
    },
  );

  it('of the other ciphers are left alone', async () => {
    const client = new ssh2.Client();
    const ready = new Promise<void>((resolve, reject) => client.once('ready', resolve).once('error', reject));
    client.connect({
      ...{ host: sshd.host, port: sshd.port, username: sshd.user, privateKey: readFileSync(sshd.keyPath), algorithms: { cipher: ['aes128-ctr'] } },
      hostVerifier: () => true,
    });
    keepCipherKeys(client);
    await ready;
    expect(hasKeptCipherKeys(client)).toBe(false);
    client.end();
  });
});
