import type { Finding } from './probeOutcome.ts';

/** A certificate that was shown. */
export interface ShownCertificate {
  subject: string;
  issuer: string;
  validFromMs: number;
  validToMs: number;
  sha256: string;
}

/** What a TLS service showed. */
export interface TlsSeen {
  /** As `TLSv1.3`. */
  protocol: string;
  /** From the service's own certificate upwards, as far as it was shown or is known. */
  chain: readonly ShownCertificate[];
  /** What is wrong with the chain, by a code of OpenSSL; null: nothing. */
  chainProblem: string | null;
  /** What names the certificate is for where it is not for the one asked; null: it is. */
  otherNames: string | null;
}

/** What is wanted of it. `chain: false`: a certificate of one's own will do. */
export interface TlsWants {
  minDays: number;
  minVersion?: '1.2' | '1.3';
  chain?: boolean;
}

const dayMs = 86_400_000;

const problems: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'a certificate of the chain has expired',
  CERT_NOT_YET_VALID: 'a certificate of the chain is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'the authority at the end of the chain is not known',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the chain is incomplete, or its authority not known',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the authority is not known',
  UNABLE_TO_GET_ISSUER_CERT: 'the chain is incomplete',
  CERT_REVOKED: 'the certificate was revoked',
};

/** Problems that days tell better, by a clock that can be given. */
const ofTime = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/** Whole days until the first certificate that counts runs out: an authority that signs itself does not. Null: none was shown. */
export function daysLeft({ chain }: TlsSeen, nowMs: number): number | null {
  const ends = chain.filter(({ subject, issuer }, index) => index === 0 || subject !== issuer).map(({ validToMs }) => validToMs);
  return ends.length === 0 ? null : Math.floor((Math.min(...ends) - nowMs) / dayMs);
}

/** Judges what was shown at a time. */
export function judgeTls(wants: TlsWants, seen: TlsSeen, nowMs: number): Finding[] {
  const left = daysLeft(seen, nowMs);
  const begins = Math.max(...seen.chain.map(({ validFromMs }) => validFromMs));
  const findings: Finding[] = [judgeDays(left, wants.minDays)];
  if (begins > nowMs) findings.push({ holds: false, text: `valid only from ${new Date(begins).toISOString().slice(0, 10)}` });
  if (seen.otherNames !== null) findings.push({ holds: false, text: `the certificate is for ${seen.otherNames}` });
  const { chainProblem } = seen;
  if (wants.chain !== false && chainProblem !== null && !ofTime.has(chainProblem))
    findings.push({ holds: false, text: problems[chainProblem] ?? chainProblem });
  const fits = wants.minVersion !== '1.3' || seen.protocol === 'TLSv1.3';
  const isOld = !seen.protocol.startsWith('TLSv1.2') && seen.protocol !== 'TLSv1.3';
  const modern = fits && !isOld;
  findings.push({ holds: modern, text: modern ? seen.protocol : `speaks ${seen.protocol}, TLS ${wants.minVersion ?? '1.2'} is wanted` });
  return findings;
}

function judgeDays(left: number | null, minDays: number): Finding {
  if (left === null) return { holds: false, text: 'shows no certificate' };
  if (left < 0) return { holds: false, text: `ran out ${-left} ${left === -1 ? 'day' : 'days'} ago` };
  const shown = `${left} ${left === 1 ? 'day' : 'days'} left`;
  return { holds: left >= minDays, text: left >= minDays ? shown : `${shown}, ${minDays} are wanted` };
}
