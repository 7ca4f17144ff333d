import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { checkServerIdentity, connect, type DetailedPeerCertificate, getCACertificates, type TLSSocket } from 'node:tls';
import { cleanText } from './cleanText.ts';
import { type Limited, limited } from './limited.ts';
import { codeOf, errorText, openStream } from './openStream.ts';
import { failed, judged, type ProbeOutcome } from './probeOutcome.ts';
import type { OpenStream, ProbePorts } from './probePorts.ts';
import { daysLeft, judgeTls, type ShownCertificate, type TlsSeen, type TlsWants } from './tlsJudgement.ts';

/** A TLS service; `serverName`: the name it is asked for, and that its certificate has to be for. */
export interface TlsCheck {
  name: string;
  serverName: string;
  timeoutMs: number;
  wants: TlsWants;
  /** PEM; default: those of Node and of this computer, among which a company's own are. */
  authorities?: readonly string[];
}

/** The outcome, with what was shown; null: nothing was. */
export interface TlsOutcome extends ProbeOutcome {
  seen: TlsSeen | null;
}

const longestChain = 10;

/** Shakes hands over a stream, looks at what is shown, and hangs up. `nowMs`: the time of day. */
export async function probeTls(ports: ProbePorts, { name, serverName, timeoutMs, wants, authorities }: TlsCheck, nowMs: number): Promise<TlsOutcome> {
  const limit = limited(ports.signal, timeoutMs);
  try {
    const opened = await openStream(ports, limit);
    if ('failure' in opened) return { ...failed(name, opened.failure), seen: null };
    const sentAt = ports.clock();
    try {
      const socket = await shakeHands(opened.stream, serverName, authorities ?? knownAuthorities(), limit);
      const values = { connectS: opened.connectMs / 1000, totalS: (ports.clock() - sentAt) / 1000 };
      const seen = lookAt(socket, serverName);
      socket.destroy();
      const left = daysLeft(seen, nowMs);
      return { ...judged(name, judgeTls(wants, seen, nowMs), { ...values, ...(left !== null && { tlsDaysLeft: left }) }), seen };
    } catch (error) {
      ports.signal.throwIfAborted();
      if (limit.isOver()) return { ...failed(name, { code: 'timed-out', detail: 'no handshake in time' }), seen: null };
      const code = codeOf(error).startsWith('ERR_SSL') || codeOf(error) === 'EPROTO' ? 'not-spoken' : 'broken';
      return { ...failed(name, { code, detail: `no handshake: ${errorText(error)}` }), seen: null };
    } finally {
      opened.stream.destroy();
    }
  } finally {
    limit.end();
  }
}

/**
 * Streams with TLS over those of another kind, for HTTPS. The certificate is `probeTls`'s part, and is judged here only where something secret goes
 * along: with `trust`, a stream to whoever shows none that holds is not opened. `authorities` as in `TlsCheck`.
 */
export function withTls(open: OpenStream, serverName: string, trust?: { nowMs: number; authorities?: readonly string[] }): OpenStream {
  return async (signal) => {
    const stream = await open(signal);
    const authorities = trust === undefined ? [] : (trust.authorities ?? knownAuthorities());
    // In time, or given up: by whoever waits.
    const socket = await shakeHands(stream, serverName, authorities, { signal, isOver: () => false, end: () => {} });
    const wrong = trust === undefined ? [] : judgeTls({ minDays: 0 }, lookAt(socket, serverName), trust.nowMs).filter(({ holds }) => !holds);
    if (wrong.length === 0) return socket.once('close', () => stream.destroy());
    socket.destroy();
    stream.destroy();
    throw new Error(`${wrong.map(({ text }) => text).join('; ')}: no secret was sent there. If the certificate is yours, say --own-certificate`);
  };
}

function knownAuthorities(): string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}

function shakeHands(stream: Duplex, serverName: string, authorities: readonly string[], limit: Limited): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    // An address is no name to ask for. What is wrong with the chain is judged afterwards, in words.
    const servername = isIP(serverName) === 0 ? { servername: serverName } : {};
    const socket = connect({ socket: stream, ...servername, ca: [...authorities], rejectUnauthorized: false });
    const fail = (error: unknown) => {
      limit.signal.removeEventListener('abort', left);
      socket.on('error', () => {});
      socket.destroy();
      stream.destroy();
      reject(error);
    };
    const left = () => fail(limit.signal.reason);
    const hungUp = () => fail(new Error('it hung up'));
    if (limit.signal.aborted) return left();
    limit.signal.addEventListener('abort', left, { once: true });
    socket.once('error', fail);
    socket.once('close', hungUp);
    stream.once('close', hungUp);
    socket.once('secureConnect', () => {
      limit.signal.removeEventListener('abort', left);
      socket
        .off('error', fail)
        .off('close', hungUp)
        .on('error', () => {});
      stream.off('close', hungUp);
      resolve(socket);
    });
  });
}

function lookAt(socket: TLSSocket, serverName: string): TlsSeen {
  const certificate = socket.getPeerCertificate(true);
  const isShown = certificate.raw !== undefined;
  const error: unknown = socket.authorizationError;
  const otherNames = isShown && checkServerIdentity(serverName, certificate) !== undefined ? namesOf(certificate) : null;
  // The name is judged apart, and would hide nothing: OpenSSL looks at the chain first.
  const chainProblem = socket.authorized || codeText(error) === 'ERR_TLS_CERT_ALTNAME_INVALID' ? null : codeText(error);
  return { protocol: socket.getProtocol() ?? 'unknown', chain: isShown ? chainOf(certificate) : [], chainProblem, otherNames };
}

function chainOf(certificate: DetailedPeerCertificate): ShownCertificate[] {
  const chain: ShownCertificate[] = [];
  for (let each: DetailedPeerCertificate | undefined = certificate; each?.raw !== undefined && chain.length < longestChain; each = each.issuerCertificate) {
    const sha256 = each.fingerprint256;
    if (chain.some((known) => known.sha256 === sha256)) break;
    const [validFromMs, validToMs] = [Date.parse(each.valid_from), Date.parse(each.valid_to)];
    chain.push({ subject: nameText(each.subject), issuer: nameText(each.issuer), validFromMs, validToMs, sha256 });
  }
  return chain;
}

function nameText(name: DetailedPeerCertificate['subject'] | undefined): string {
  return cleanText(
    Object.entries(name ?? {})
      .map(([key, value]) => `${key}=${String(value)}`)
      .join(', '),
  );
}

function namesOf({ subjectaltname, subject }: DetailedPeerCertificate): string {
  const names = subjectaltname ?? String(subject?.CN ?? 'no name');
  return cleanText(names.replaceAll(/(?:DNS|IP Address):/g, '')).slice(0, 200);
}

/** Node gives an error, or its code alone. */
function codeText(error: unknown): string {
  return codeOf(error) || String(error);
}
