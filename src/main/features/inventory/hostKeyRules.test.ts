import { describe, expect, it } from 'vitest';
import type { HostKey, Server } from '../../../shared/model/server.ts';
import type { HostKeyScan } from '../../remote/remote.ts';
import { pinOf, rotatedPins, vouchedPin } from './hostKeyRules.ts';

const key = (letter: string): HostKey => ({ type: 'ssh-ed25519', fingerprint: `SHA256:${letter.repeat(43)}` });
const about = { server: 'a', host: 'a.test', port: 22 };
const plain: HostKeyScan = { offered: key('k'), knownHosts: 'absent', certificate: null, vouchedBy: null, recorded: [] };
const certificate = {
  keyId: 'host a',
  serial: '1',
  authority: key('c'),
  principals: ['a.test'],
  validFromMs: null,
  validUntilMs: null,
  flaw: null,
  authorityKnown: false,
};

describe('what is pinned', () => {
  it('is the key on offer, or the authority of a sound certificate, by exact fingerprint', () => {
    expect(pinOf(plain, key('k').fingerprint, about)).toEqual(key('k'));
    expect(() => pinOf(plain, key('x').fingerprint, about)).toThrow(expect.objectContaining({ code: 'ssh.host-key-changed' }));
    const certified = { ...plain, certificate };
    expect(pinOf(certified, key('c').fingerprint, about)).toEqual({ ...key('c'), authority: true });
    expect(pinOf(certified, key('k').fingerprint, about)).toEqual(key('k'));
    const flawed = { ...plain, certificate: { ...certificate, flaw: 'it expired' } };
    expect(() => pinOf(flawed, key('c').fingerprint, about)).toThrow(expect.objectContaining({ code: 'ssh.host-certificate-invalid' }));
    const revoked = { ...plain, knownHosts: 'revoked' as const };
    expect(() => pinOf(revoked, key('k').fingerprint, about)).toThrow(expect.objectContaining({ code: 'ssh.host-key-revoked' }));
  });

  it('without asking is only what known_hosts vouches for', () => {
    expect(vouchedPin(plain)).toBeNull();
    expect(vouchedPin({ ...plain, knownHosts: 'match' })).toEqual(key('k'));
    expect(vouchedPin({ ...plain, certificate, vouchedBy: key('c') })).toEqual({ ...key('c'), authority: true });
    for (const knownHosts of ['mismatch', 'revoked'] as const) expect(vouchedPin({ ...plain, knownHosts })).toBeNull();
  });

  it('changes by what is taken on and given up, and never to nothing', () => {
    const server = { name: 'a', hostKeys: [key('a')] } as Server;
    expect(rotatedPins(server, [key('b'), key('a')], [])).toEqual([key('a'), key('b')]);
    expect(rotatedPins(server, [key('b')], [key('a').fingerprint])).toEqual([key('b')]);
    expect(() => rotatedPins(server, [], [key('a').fingerprint])).toThrow(expect.objectContaining({ code: 'server.untrusted' }));
  });
});
