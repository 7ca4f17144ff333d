import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareHostKey, hostKeyAlgorithms, hostKeyOf, keyTypeOf } from './hostKeys.ts';
import { judgeOffered, matchesName, parseKnownHosts, readKnownHosts, recordedTypes } from './knownHosts.ts';

// Blobs in wire form; their contents are no real keys, which nothing here looks at.
const ed25519 = blob('ssh-ed25519', 32);
const other = blob('ssh-ed25519', 32, 9);
const ecdsa = blob('ecdsa-sha2-nistp256', 65);
const line = (hosts: string, key: Buffer) => `${hosts} ${keyTypeOf(key)} ${key.toString('base64')}`;

function blob(type: string, bytes: number, fill = 7): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.alloc(bytes, fill)]);
}
function hashed(name: string): string {
  const salt = Buffer.from('0123456789abcdef0123');
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}
const judge = (text: string, key = ed25519, host = 'db.example.org', port = 22) => judgeOffered(parseKnownHosts(text), { host, port }, hostKeyOf(key));

describe('known_hosts', () => {
  it('matches names, ports, wildcards, hashes and leaves negated ones out', () => {
    expect(judge(line('db.example.org', ed25519))).toBe('match');
    expect(judge(line('DB.Example.org,10.0.0.1', ed25519), ed25519, 'Db.example.ORG')).toBe('match');
    expect(judge(line('*.example.org', ed25519))).toBe('match');
    expect(judge(line('d?.example.org', ed25519))).toBe('match');
    expect(judge(line('*.example.org,!db.example.org', ed25519))).toBe('absent');
    expect(judge(line('dbxexample.org', ed25519))).toBe('absent');
    // As ssh does: the same key is no stranger on another port, but another key there is no change either.
    expect(judge(line('db.example.org', ed25519), ed25519, 'db.example.org', 2222)).toBe('match');
    expect(judge(line('db.example.org', other), ed25519, 'db.example.org', 2222)).toBe('absent');
    expect(judge(line('[db.example.org]:2222', ed25519), ed25519, 'db.example.org', 2222)).toBe('match');
    expect(judge(line(hashed('db.example.org'), ed25519))).toBe('match');
    expect(judge(line(hashed('[db.example.org]:2222'), ed25519), ed25519, 'db.example.org', 2222)).toBe('match');
    expect(judge(line(hashed('another'), ed25519))).toBe('absent');
  });

  it('calls another key a mismatch, of the same type or not, and a revoked one revoked whatever else is said', () => {
    expect(judge(line('db.example.org', other))).toBe('mismatch');
    expect(judge(line('db.example.org', ecdsa))).toBe('mismatch');
    expect(judge(`${line('db.example.org', other)}\n${line('db.example.org', ed25519)}`)).toBe('match');
    expect(judge(`${line('db.example.org', ed25519)}\n@revoked ${line('*', ed25519)}`)).toBe('revoked');
    expect(judge(`@revoked ${line('db.example.org', other)}`)).toBe('absent');
  });

  it('passes over comments, unknown markers and lines that are no keys', () => {
    const text = [
      '',
      '# note',
      `@unheard-of ${line('*', ed25519)}`,
      'db.example.org',
      'db.example.org ssh-ed25519 AAAA',
      `db.example.org ssh-rsa ${ed25519.toString('base64')}`,
    ].join('\r\n');
    expect(parseKnownHosts(text)).toEqual([]);
  });

  it('never throws and never matches by accident', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, host) => {
        expect(judge(text, ed25519, host)).toBe('absent');
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), fc.string({ minLength: 1 }), (patterns, host) => {
        const matched = matchesName({ patterns }, host.toLowerCase());
        expect(typeof matched).toBe('boolean');
      }),
    );
  });

  it('asks for recorded types first, and offers no SHA-1 signatures', () => {
    const types = recordedTypes(parseKnownHosts(`${line('db.example.org', ecdsa)}\n@revoked ${line('db.example.org', ed25519)}`), {
      host: 'db.example.org',
      port: 22,
    });
    expect(types).toEqual(['ecdsa-sha2-nistp256']);
    const algorithms: string[] = hostKeyAlgorithms(types);
    expect(algorithms[0]).toBe('ecdsa-sha2-nistp256');
    expect(algorithms).toContain('rsa-sha2-512');
    expect(algorithms).not.toContain('ssh-rsa');
    expect(new Set(algorithms).size).toBe(algorithms.length);
  });

  it('takes a missing file for an empty one, and an unreadable one for a failure', async () => {
    expect(await readKnownHosts(['/no/such/file'])).toEqual([]);
    await expect(readKnownHosts(['/'])).rejects.toMatchObject({ code: 'local.file-unreadable' });
  });
});

describe('pinned keys', () => {
  it('fail closed on anything missing', () => {
    const pinned = [hostKeyOf(ed25519)];
    expect(compareHostKey(hostKeyOf(ed25519), pinned)).toBe('match');
    expect(compareHostKey(hostKeyOf(other), pinned)).toBe('changed');
    expect(compareHostKey(hostKeyOf(ed25519), [])).toBe('unknown');
    expect(compareHostKey(hostKeyOf(Buffer.alloc(0)), [hostKeyOf(Buffer.alloc(0))])).toBe('changed');
    expect(compareHostKey({ ...hostKeyOf(ed25519), type: 'ssh-rsa' }, pinned)).toBe('changed');
  });
});
