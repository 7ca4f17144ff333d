import { AppError } from '../../../shared/errors.ts';
import type { HostKey, Server } from '../../../shared/model/server.ts';
import type { HostKeyScan } from '../../remote/remote.ts';

type About = { server: string; host: string; port: number };

/**
 * What is pinned when a person trusts this fingerprint: the key on offer, or the authority of the certificate that it came in. Throws
 * `ssh.host-key-revoked`, `ssh.host-certificate-invalid`, and `ssh.host-key-changed` when neither has that fingerprint now.
 */
export function pinOf(scan: HostKeyScan, fingerprint: string, about: About): HostKey {
  const { offered, certificate } = scan;
  if (scan.knownHosts === 'revoked') throw new AppError('ssh.host-key-revoked', { ...about, keyType: offered.type, fingerprint: offered.fingerprint });
  if (offered.fingerprint === fingerprint) return offered;
  if (certificate?.authority.fingerprint !== fingerprint) {
    throw new AppError('ssh.host-key-changed', { ...about, keyType: offered.type, expected: [fingerprint], found: offered.fingerprint });
  }
  if (certificate.flaw !== null) {
    throw new AppError('ssh.host-certificate-invalid', { ...about, keyId: certificate.keyId, authority: fingerprint, reason: certificate.flaw });
  }
  return { ...certificate.authority, authority: true };
}

/** What known_hosts lets be pinned without asking: the key it knows, or the authority that vouches for it. */
export function vouchedPin(scan: HostKeyScan): HostKey | null {
  if (scan.vouchedBy !== null) return { ...scan.vouchedBy, authority: true };
  return scan.knownHosts === 'match' ? scan.offered : null;
}

/** The keys of a server after some were taken on and others given up. Throws `server.untrusted` when none would be left. */
export function rotatedPins(server: Server, add: readonly HostKey[], remove: readonly string[]): HostKey[] {
  const added = add.filter((key) => !server.hostKeys.some(({ fingerprint }) => fingerprint === key.fingerprint));
  const pins = [...server.hostKeys, ...added].filter(({ fingerprint }) => !remove.includes(fingerprint));
  if (pins.length === 0) throw new AppError('server.untrusted', { server: server.name });
  return pins;
}
