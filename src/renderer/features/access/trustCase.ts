import type { HostCertificate, HostKey, RecordedKey } from '../../../shared/model/server.ts';

/** What a look at a server's host key found. */
export interface Scan {
  offered: HostKey;
  pinned: readonly HostKey[];
  knownHosts: 'match' | 'mismatch' | 'absent' | 'revoked';
  certificate: HostCertificate | null;
  vouchedBy: HostKey | null;
  recorded: readonly RecordedKey[];
}

/** How an offered key stands to all that is known, and what a person is told of it. */
export interface TrustCase {
  kind: 'revoked' | 'changed' | 'trusted' | 'vouched' | 'recorded' | 'mismatch' | 'new';
  alarming: boolean;
  sentence: string;
  /** An authority that may be trusted instead of the key: its certificate is sound. */
  authority: HostKey | null;
}

/** Decides the case, the worst first. */
export function trustCase({ offered, pinned, knownHosts, certificate, vouchedBy }: Scan): TrustCase {
  const authority = certificate !== null && certificate.flaw === null ? certificate.authority : null;
  const pinnedAuthority = authority !== null && pinned.some((key) => key.authority === true && key.fingerprint === authority.fingerprint);
  const calm = { alarming: false, authority: pinnedAuthority ? null : authority };
  if (knownHosts === 'revoked') {
    return { kind: 'revoked', alarming: true, authority: null, sentence: 'Your known_hosts marks this key as revoked. It cannot be trusted.' };
  }
  if (pinnedAuthority || pinned.some(({ fingerprint }) => fingerprint === offered.fingerprint)) {
    return { ...calm, kind: 'trusted', sentence: pinnedAuthority ? 'It is trusted by the certificate of its authority.' : 'It is the key that is trusted.' };
  }
  if (pinned.length > 0) {
    const sentence = 'The key has changed. A server that was set up anew has another key; so has a machine that stands in its place. Find out which it is.';
    return { kind: 'changed', alarming: true, authority, sentence };
  }
  if (vouchedBy !== null) return { ...calm, kind: 'vouched', sentence: 'An authority in your known_hosts vouches for it.' };
  if (knownHosts === 'match') return { ...calm, kind: 'recorded', sentence: 'Your known_hosts holds the same key for it.' };
  if (knownHosts === 'mismatch') {
    return { kind: 'mismatch', alarming: true, authority, sentence: 'Your known_hosts holds another key for it. Do not go on before you know why.' };
  }
  return { ...calm, kind: 'new', sentence: 'Your known_hosts does not know it.' };
}
