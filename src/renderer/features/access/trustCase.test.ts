import { expect, it } from 'vitest';
import type { HostKey } from '../../../shared/model/server.ts';
import { type Scan, trustCase } from './trustCase.ts';

const key = (letter: string): HostKey => ({ type: 'ssh-ed25519', fingerprint: `SHA256:${letter.repeat(43)}` });
const plain: Scan = { offered: key('a'), pinned: [], knownHosts: 'absent', certificate: null, vouchedBy: null, recorded: [] };
const certificate = {
  keyId: 'host',
  serial: '1',
  authority: key('c'),
  principals: ['a'],
  validFromMs: null,
  validUntilMs: null,
  flaw: null,
  authorityKnown: true,
};

it('tells the cases apart, the worst first', () => {
  const kindOf = (differences: Partial<Scan>) => trustCase({ ...plain, ...differences }).kind;
  expect(kindOf({})).toBe('new');
  expect(kindOf({ knownHosts: 'match' })).toBe('recorded');
  expect(kindOf({ knownHosts: 'mismatch' })).toBe('mismatch');
  expect(kindOf({ pinned: [key('a')] })).toBe('trusted');
  expect(kindOf({ pinned: [key('b')], knownHosts: 'match' })).toBe('changed');
  expect(kindOf({ pinned: [key('a')], knownHosts: 'revoked' })).toBe('revoked');
  expect(kindOf({ certificate, vouchedBy: key('c') })).toBe('vouched');
  expect(kindOf({ certificate, pinned: [{ ...key('c'), authority: true }] })).toBe('trusted');
  // A plain key of the same fingerprint as an authority is no authority.
  expect(kindOf({ certificate, pinned: [key('c')] })).toBe('changed');
});

it('offers an authority only by a sound certificate, and never with a revoked key', () => {
  expect(trustCase({ ...plain, certificate }).authority).toEqual(key('c'));
  expect(trustCase({ ...plain, certificate: { ...certificate, flaw: 'it expired' } }).authority).toBeNull();
  expect(trustCase({ ...plain, certificate, knownHosts: 'revoked' })).toMatchObject({ authority: null, alarming: true });
  expect(trustCase({ ...plain, certificate, pinned: [{ ...key('c'), authority: true }] }).authority).toBeNull();
});
