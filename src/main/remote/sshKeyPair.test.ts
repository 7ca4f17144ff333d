import ssh2 from 'ssh2';
import { expect, it, vi } from 'vitest';
import { makeSshKeyPair } from './sshKeyPair.ts';

/** A public line whose key has lost its first byte, as a malformed pair of ssh2 has it. */
function shortened(line: string): string {
  const [type = '', blob = ''] = line.split(' ');
  const bytes = Buffer.from(blob, 'base64');
  const key = bytes.subarray(-31);
  const head = bytes.subarray(0, -36);
  return `${type} ${Buffer.concat([head, Buffer.from([0, 0, 0, 31]), key]).toString('base64')}`;
}

it('makes pairs that sign and verify, with their comment', () => {
  const pair = makeSshKeyPair('me@laptop');
  const [own, other] = [pair.private, pair.public].map((text) => ssh2.utils.parseKey(text));
  if (own === undefined || own instanceof Error || other === undefined || other instanceof Error) return expect.fail('unreadable');
  expect(other.verify(Buffer.from('text'), own.sign(Buffer.from('text')))).toBe(true);
  expect(pair.public).toMatch(/^ssh-ed25519 \S+ me@laptop$/);
});

it('throws malformed pairs away and makes another', () => {
  const good = makeSshKeyPair();
  const bad = { private: good.private, public: shortened(good.public) };
  expect(ssh2.utils.parseKey(bad.public)).toBeInstanceOf(Error);
  const generate = vi.fn().mockReturnValueOnce(bad).mockReturnValueOnce({ private: 'no key', public: good.public }).mockReturnValueOnce(good);
  expect(makeSshKeyPair('', generate)).toBe(good);
  expect(generate).toHaveBeenCalledTimes(3);
});
