import type { HostCertificate } from '../../../shared/model/server.ts';
import { KeyValue } from '../../ui/KeyValue.tsx';
import { KeyCard } from './KeyCard.tsx';
import type { Scan, TrustCase } from './trustCase.ts';

/** The key on offer beside the trusted ones and those of known_hosts. */
export function TrustComparison({ scan, found, pictures }: { scan: Scan; found: TrustCase; pictures: boolean }) {
  const { offered, pinned, recorded, certificate } = scan;
  const beside = pinned.length > 0 || recorded.length > 0;
  const isOffered = (fingerprint: string) => fingerprint === offered.fingerprint;
  const file = offered.type.replace(/^ssh-/, '').replace(/^ecdsa-.*/, 'ecdsa');
  return (
    <>
      <p className={found.alarming ? 'rounded border border-bad/40 bg-bad-bg px-3 py-2 font-medium text-bad' : 'text-muted'}>{found.sentence}</p>
      <div className={beside ? 'grid grid-cols-2 items-start gap-3' : 'flex flex-col gap-3'}>
        <KeyCard title="On offer now" hostKey={offered} tone={found.alarming ? 'bad' : 'neutral'} picture={pictures}>
          {certificate && <CertificateFacts certificate={certificate} />}
        </KeyCard>
        {pinned.map((key) => (
          <KeyCard key={key.fingerprint} title="Trusted so far" hostKey={key} tone={isOffered(key.fingerprint) ? 'good' : 'neutral'} picture={pictures} />
        ))}
        {recorded.map(({ key, marker, file: place, line }) => (
          <KeyCard
            key={`${place}:${line}`}
            title={marker === 'revoked' ? 'Revoked in known_hosts' : marker === 'authority' ? 'Authority in known_hosts' : 'In known_hosts'}
            hostKey={key}
            tone={marker === 'revoked' ? 'bad' : isOffered(key.fingerprint) ? 'good' : 'neutral'}
            picture={pictures}
          >
            <span className="font-mono text-xs break-all text-faint">
              {place}:{line}
            </span>
          </KeyCard>
        ))}
      </div>
      <p className="text-muted">
        On the server:{' '}
        <code className="rounded-sm bg-raised px-1.5 py-0.5 font-mono text-xs text-text select-all">ssh-keygen -lf /etc/ssh/ssh_host_{file}_key.pub</code>
      </p>
    </>
  );
}

function CertificateFacts({ certificate }: { certificate: HostCertificate }) {
  const { keyId, serial, principals, validUntilMs, authority, authorityKnown, flaw } = certificate;
  return (
    <KeyValue
      className="mt-1 border-t border-hairline pt-1.5 text-sm"
      rows={[
        ['Certificate', `${keyId}, number ${serial}`],
        ['For', principals.join(', ') || 'no host'],
        ['Until', validUntilMs === null ? 'without a limit' : new Date(validUntilMs).toLocaleString()],
        [
          'Signed by',
          <span key="authority">
            <code className="font-mono text-xs break-all">{authority.fingerprint}</code> {authorityKnown ? '(known)' : '(not known here)'}
          </span>,
        ],
        flaw === null
          ? null
          : [
              'Flaw',
              <span key="flaw" className="text-bad">
                {flaw}
              </span>,
            ],
      ]}
    />
  );
}
