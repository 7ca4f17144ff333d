import { AppError } from '../../shared/errors.ts';
import type { HostCertificate } from '../../shared/model/server.ts';
import type { HandshakeRequest } from './handshake.ts';
import { hostKeyOf } from './hostKeys.ts';
import { certificateFlaw, isByOneOf, type OfferedKey, type TrustGrounds, vouchingAuthority } from './hostTrust.ts';
import { authoritiesFor, entriesAbout, judgeOffered, recordedTypes } from './knownHosts.ts';
import type { HostKeyScan } from './remote.ts';
import { endpointData } from './remoteErrors.ts';
import type { SshCertificate } from './sshCertificate.ts';

/** One look at a server's host key: the handshake that it needs, which never logs in, and what came of it. */
export class HostKeyLook {
  readonly #grounds: TrustGrounds;
  #offered: OfferedKey | null = null;
  readonly handshake: Pick<HandshakeRequest, 'verify' | 'knownTypes' | 'certificates'>;

  constructor(grounds: TrustGrounds) {
    this.#grounds = grounds;
    const { server, pinned, knownHosts } = grounds;
    const types = [...pinned.flatMap((key) => (key.authority === true ? [] : [key.type])), ...recordedTypes(knownHosts, server)];
    const authorities = authoritiesFor(knownHosts, server).length + pinned.filter((key) => key.authority === true).length;
    this.handshake = {
      knownTypes: types,
      // Where plain keys are known, one of these has to be seen; else a certificate tells more.
      certificates: authorities > 0 || types.length === 0,
      verify: (key, certificate) => {
        this.#offered = { key: hostKeyOf(key), certificate };
        const { type, fingerprint } = this.#offered.key;
        return new AppError('ssh.host-key-unknown', { ...endpointData(server), keyType: type, fingerprint });
      },
    };
  }

  get seen(): boolean {
    return this.#offered !== null;
  }

  /** What was seen; throws `ssh.handshake-failed` when nothing was. */
  result(): HostKeyScan {
    const offered = this.#offered;
    const { server, knownHosts, pinned, nowS } = this.#grounds;
    if (offered === null) throw new AppError('ssh.handshake-failed', { ...endpointData(server), reason: 'no host key was offered' });
    const authorities = [...authoritiesFor(knownHosts, server), ...pinned.filter((key) => key.authority === true)];
    const { own, bare } = entriesAbout(knownHosts, server);
    return {
      offered: offered.key,
      knownHosts: judgeOffered(knownHosts, server, offered.key),
      certificate:
        offered.certificate === null
          ? null
          : shown(offered.certificate, certificateFlaw(offered.certificate, server, nowS), isByOneOf(offered.certificate, authorities)),
      vouchedBy: vouchingAuthority(offered, this.#grounds),
      recorded: [...own, ...bare].map(({ key, marker, file, line }) => ({ key, marker, file, line })),
    };
  }
}

const forEver = 2n ** 63n;

function shown(certificate: SshCertificate, flaw: string | null, authorityKnown: boolean): HostCertificate {
  const { keyId, serial, principals, validAfter, validBefore } = certificate;
  return {
    ...{ keyId, serial: serial.toString(), principals: [...principals], flaw, authorityKnown },
    authority: hostKeyOf(certificate.authority),
    validFromMs: validAfter === 0n ? null : Number(validAfter) * 1000,
    validUntilMs: validBefore >= forEver ? null : Number(validBefore) * 1000,
  };
}
