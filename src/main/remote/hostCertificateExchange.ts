import type { Client } from 'ssh2';
import { isCertificateType, parseCertificate, type SshCertificate } from './sshCertificate.ts';
import { SshReader, sshString } from './sshWire.ts';

/** The parts of ssh2 1.17's key exchange that this file stands on; tests with real servers watch over each. */
interface KeyExchange {
  negotiated: { serverHostKey: string };
  parse(payload: Buffer): unknown;
  finish(serverToClientOnly?: boolean): unknown;
  _hostKey: Buffer | undefined;
}
interface AlgorithmList {
  array: string[];
}
type Direction = Record<'cipher' | 'mac' | 'compress' | 'lang', AlgorithmList>;
interface Offer {
  constructor: unknown;
  lists: { kex: AlgorithmList; serverHostKey: AlgorithmList; cs: Direction; sc: Direction };
}
interface Protocol {
  _offer: Offer;
  _kex: KeyExchange | undefined;
}

/** Host-key algorithms whose keys come in certificates, best first; in brackets of RSA the hash is the exchange's. */
const certificateAlgorithms = [
  'ssh-ed25519-cert-v01@openssh.com',
  'ecdsa-sha2-nistp256-cert-v01@openssh.com',
  'ecdsa-sha2-nistp384-cert-v01@openssh.com',
  'ecdsa-sha2-nistp521-cert-v01@openssh.com',
  'rsa-sha2-512-cert-v01@openssh.com',
  'rsa-sha2-256-cert-v01@openssh.com',
];
const replies = new Set([31, 33]);

/**
 * Teaches a client that is about to connect to take host certificates, which ssh2 does not know: they are asked for first, and ssh2
 * is shown the certified key, whose possession it proves as ever, while the exchange is hashed with the certificate, as the server did.
 * `onCertificate` is told before the host key is judged, or null for a plain key. Call right after `connect`.
 */
export function offerHostCertificates(client: Client, onCertificate: (certificate: SshCertificate | null) => void): void {
  const protocol = (client as unknown as { _protocol: Protocol })._protocol;
  protocol._offer = withCertificates(protocol._offer);
  let exchange = protocol._kex;
  Object.defineProperty(protocol, '_kex', {
    get: () => exchange,
    set: (next: KeyExchange) => {
      exchange = next;
      onCertificate(null);
      if (isCertificateType(next.negotiated.serverHostKey)) takeCertificate(next, onCertificate);
    },
  });
}

function withCertificates(offer: Offer): Offer {
  const { kex, serverHostKey, cs, sc } = offer.lists;
  const names = (direction: Direction) => Object.fromEntries(Object.entries(direction).map(([name, list]) => [name, list.array.filter((one) => one !== '')]));
  const KexInit = offer.constructor as new (lists: object) => Offer;
  return new KexInit({ kex: kex.array, serverHostKey: [...certificateAlgorithms, ...serverHostKey.array], cs: names(cs), sc: names(sc) });
}

function takeCertificate(exchange: KeyExchange, onCertificate: (certificate: SshCertificate | null) => void): void {
  exchange.negotiated.serverHostKey = exchange.negotiated.serverHostKey.replace('-cert-v01@openssh.com', '');
  let certificate: Buffer | undefined;
  let key: Buffer | undefined;
  // The end of the exchange reads the host key first for its hash, and then to check the signature with it.
  let hashing = false;
  Object.defineProperty(exchange, '_hostKey', {
    get: () => {
      const read = hashing ? (certificate ?? key) : key;
      hashing = false;
      return read;
    },
    set: (value: Buffer | undefined) => {
      key = value;
    },
  });
  const { parse, finish } = exchange;
  exchange.parse = (payload) => {
    if (certificate !== undefined || !replies.has(payload[0] ?? 0)) return parse.call(exchange, payload);
    const offered = certificateOf(payload);
    // Anything else goes to ssh2 as it is, which refuses a key that is not of the negotiated type.
    if (offered === null) return parse.call(exchange, payload);
    certificate = offered.blob;
    onCertificate(offered);
    const rest = payload.subarray(1 + 4 + offered.blob.length);
    return parse.call(exchange, Buffer.concat([payload.subarray(0, 1), sshString(offered.key), rest]));
  };
  exchange.finish = (serverToClientOnly) => {
    hashing = true;
    return finish.call(exchange, serverToClientOnly);
  };
}

function certificateOf(payload: Buffer): SshCertificate | null {
  try {
    return parseCertificate(new SshReader(payload.subarray(1)).bytes());
  } catch {
    return null;
  }
}
