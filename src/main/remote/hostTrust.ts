import { AppError } from '../../shared/errors.ts';
import type { HostKey } from '../../shared/model/server.ts';
import { compareHostKey, hostKeyOf } from './hostKeys.ts';
import { authoritiesFor, type KnownAs, type KnownHost, matchesWildcard, revokedFor } from './knownHosts.ts';
import { type Endpoint, endpointData } from './remoteErrors.ts';
import { type SshCertificate, timeProblem } from './sshCertificate.ts';

/** A host key as it was offered: the key, and the certificate that it came in. */
export interface OfferedKey {
  key: HostKey;
  certificate: SshCertificate | null;
}

/** What a host key is judged by. */
export interface TrustGrounds {
  server: Endpoint & KnownAs;
  /** Keys, and authorities, pinned in the inventory. */
  pinned: readonly HostKey[];
  knownHosts: readonly KnownHost[];
  nowS: number;
}

/**
 * Whether a server's key may be accepted: null, or why not. A revoked key never is; a certificate is by an authority that is pinned
 * for the server, when it is right in every point; anything else only if the key itself is pinned.
 */
export function judgeHostKey(offered: OfferedKey, grounds: TrustGrounds): AppError | null {
  const { server, pinned } = grounds;
  const about = { ...endpointData(server), keyType: offered.key.type };
  const revoked = revokedOf(offered, grounds);
  if (revoked !== null) return new AppError('ssh.host-key-revoked', { ...about, keyType: revoked.type, fingerprint: revoked.fingerprint });
  const keys = pinned.filter((key) => key.authority !== true);
  const authorities = pinned.filter((key) => key.authority === true);
  if (keys.length > 0 && compareHostKey(offered.key, keys) === 'match') return null;
  if (offered.certificate !== null && certifies(offered.certificate, offered.key) && authorities.length > 0) {
    const problem = certificateProblem(offered.certificate, server, authorities, grounds.nowS);
    return problem === null ? null : certificateError(offered.certificate, server, problem);
  }
  if (pinned.length === 0) return new AppError('ssh.host-key-unknown', { ...about, fingerprint: offered.key.fingerprint });
  return new AppError('ssh.host-key-changed', { ...about, expected: pinned.map((key) => key.fingerprint), found: offered.key.fingerprint });
}

/** The error for a host certificate that is not accepted. */
export function certificateError(certificate: SshCertificate, server: Endpoint, reason: string): AppError {
  return new AppError('ssh.host-certificate-invalid', {
    ...endpointData(server),
    keyId: certificate.keyId,
    authority: hostKeyOf(certificate.authority).fingerprint,
    reason,
  });
}

/** What keeps a host certificate from being accepted, in words that follow a colon; null: nothing. */
export function certificateProblem(certificate: SshCertificate, server: KnownAs, authorities: readonly HostKey[], nowS: number): string | null {
  return isByOneOf(certificate, authorities) ? certificateFlaw(certificate, server, nowS) : 'its authority is not the one known for this server';
}

/** Whether a certificate was signed, or claims to have been, by one of these. */
export function isByOneOf(certificate: SshCertificate, authorities: readonly HostKey[]): boolean {
  const { fingerprint } = hostKeyOf(certificate.authority);
  return authorities.some((authority) => authority.fingerprint === fingerprint);
}

/** What is wrong with a host certificate by itself, whoever signed it; null: nothing. */
export function certificateFlaw(certificate: SshCertificate, server: KnownAs, nowS: number): string | null {
  if (!certificate.signed) return 'its signature is wrong';
  if (certificate.kind !== 'host') return 'it is not one for hosts';
  const late = timeProblem(certificate, nowS);
  if (late !== null) return `it ${late}`;
  if (certificate.criticalOptions.length > 0) return `it demands ${certificate.criticalOptions.join(', ')}, which is not known`;
  const name = (server.alias ?? server.host).toLowerCase();
  if (!certificate.principals.some((principal) => matchesWildcard(principal.toLowerCase(), name))) {
    return certificate.principals.length === 0 ? 'it names no host' : `it is for ${certificate.principals.join(', ')}, not for ${name}`;
  }
  return null;
}

/** The authority by which known_hosts vouches for a certificate; null: by none, or the certificate has a flaw. */
export function vouchingAuthority(offered: OfferedKey, grounds: TrustGrounds): HostKey | null {
  if (offered.certificate === null || !certifies(offered.certificate, offered.key) || revokedOf(offered, grounds) !== null) return null;
  const authorities = authoritiesFor(grounds.knownHosts, grounds.server);
  if (certificateProblem(offered.certificate, grounds.server, authorities, grounds.nowS) !== null) return null;
  return hostKeyOf(offered.certificate.authority);
}

/** A certificate speaks of the key inside it and of no other. */
function certifies(certificate: SshCertificate, key: HostKey): boolean {
  return hostKeyOf(certificate.key).fingerprint === key.fingerprint;
}

function revokedOf({ key, certificate }: OfferedKey, { knownHosts, server }: TrustGrounds): HostKey | null {
  const revoked = revokedFor(knownHosts, server);
  const involved = certificate === null ? [key] : [key, hostKeyOf(certificate.authority), hostKeyOf(certificate.blob)];
  return involved.find(({ fingerprint }) => revoked.has(fingerprint)) ?? null;
}
