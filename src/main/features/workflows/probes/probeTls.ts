import { isIP } from 'node:net';
import { connect, getCACertificates, type PeerCertificate } from 'node:tls';
import type { LocalProbe } from '../../../../shared/model/workflowStep.ts';
import type { CellContext } from '../../../operations/operations.ts';
import { fillText } from '../steps/stepText.ts';
import { portList } from './portList.ts';
import { probeAddress } from './probeAddress.ts';
import type { ProbeAnswer, ProbeRun } from './probeAnswer.ts';

const timeoutMs = 10_000;
const dayMs = 86_400_000;

/** In words, what Node calls by a code. */
const problems: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'this laptop does not know the authority at the end of the chain',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the chain is incomplete, or this laptop does not know the authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'this laptop does not know the authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name',
};

/** The chain that a TLS service shows, judged by what this laptop trusts; how long it is valid, and the version spoken. `authorities`: for tests. */
export async function probeTls(
  probe: Extract<LocalProbe, { type: 'tls' }>,
  run: ProbeRun,
  context: CellContext,
  authorities: readonly string[] = trusted(),
): Promise<ProbeAnswer> {
  const host = probe.host === undefined ? (await probeAddress(run, context)).host : fillText(probe.host, run);
  const [port] = portList([probe.port], run);
  const name = probe.name === undefined ? host : fillText(probe.name, run);
  if (port === undefined) return { holds: false, proof: `${name}: there is no port to try`, lines: ['no port'] };
  const seen = await shown({ host, port, name, authorities }, context.signal);
  if ('error' in seen) return { holds: false, proof: `${name}:${port} ${seen.error}`, lines: [`${name}:${port} ${seen.error}`] };
  const days = Math.floor((Date.parse(seen.certificate.valid_to) - Date.now()) / dayMs);
  const wrong = [
    ...(seen.problem === null ? [] : [seen.problem]),
    ...(days >= probe.minDays ? [] : [`${days} days left, ${probe.minDays} wanted`]),
    ...(probe.minVersion === '1.3' && seen.protocol !== 'TLSv1.3' ? [`speaks ${seen.protocol}, TLS 1.3 wanted`] : []),
  ];
  const proof = wrong.length === 0 ? `${name}: ${seen.protocol}, ${days} days left` : `${name}: ${wrong.join('; ')}`;
  const { subject, issuer, valid_to } = seen.certificate;
  return { holds: wrong.length === 0, proof, lines: [proof, `subject ${subject.CN}`, `issuer ${issuer.CN}`, `until ${valid_to}`] };
}

/** Authorities of Node and of this computer: a company's own are among the latter. */
function trusted(): string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}

type Shown = { certificate: PeerCertificate; protocol: string; problem: string | null } | { error: string };

function shown(
  { host, port, name, authorities }: { host: string; port: number; name: string; authorities: readonly string[] },
  signal: AbortSignal,
): Promise<Shown> {
  return new Promise((resolve, reject) => {
    // The chain is judged below, in words; nothing is sent over the connection. An address is no name to ask for.
    const socket = connect({ host, port, ...(isIP(name) === 0 && { servername: name }), ca: [...authorities], rejectUnauthorized: false });
    const end = (answer: Shown) => {
      socket.destroy();
      signal.removeEventListener('abort', left);
      resolve(answer);
    };
    const left = () => {
      socket.destroy();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', left, { once: true });
    socket.setTimeout(timeoutMs, () => end({ error: `did not answer within ${timeoutMs / 1000} s` }));
    socket.once('error', (error: NodeJS.ErrnoException) => end({ error: error.code ?? error.message }));
    socket.once('secureConnect', () => {
      const problem = socket.authorized ? null : problemText(socket.authorizationError);
      end({ certificate: socket.getPeerCertificate(), protocol: socket.getProtocol() ?? 'unknown', problem });
    });
  });
}

/** Node gives an error, or its code alone. */
function problemText(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
  return problems[code] ?? code;
}
