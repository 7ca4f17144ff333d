import { isSignedBy } from './sshSignature.ts';
import { SshReader, sshString } from './sshWire.ts';

/** An OpenSSH certificate (https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.certkeys). Times are seconds since the epoch. */
export interface SshCertificate {
  /** As it is sent: the type of the key with `-cert-v01@openssh.com`. */
  type: string;
  blob: Buffer;
  /** The certified public key by itself, in SSH wire form. */
  key: Buffer;
  serial: bigint;
  kind: 'user' | 'host' | 'other';
  keyId: string;
  /** Login names or host names; empty: any. */
  principals: readonly string[];
  validAfter: bigint;
  /** 2^64-1: for ever. */
  validBefore: bigint;
  criticalOptions: readonly string[];
  extensions: readonly string[];
  /** Public key of the authority, in SSH wire form. */
  authority: Buffer;
  /** Whether the authority's signature is right. */
  signed: boolean;
}

const suffix = '-cert-v01@openssh.com';

/** Whether a key type is that of a certificate. */
export function isCertificateType(type: string): boolean {
  return type.endsWith(suffix);
}

/** The key type inside a certificate's, for example `ssh-ed25519`. */
export function plainKeyType(type: string): string {
  if (!isCertificateType(type)) return type;
  const plain = type.slice(0, -suffix.length);
  return plain.startsWith('sk-') ? `${plain}@openssh.com` : plain;
}

/** How many fields of the public key follow the nonce, by plain type. */
const keyFields: Readonly<Record<string, number>> = {
  'ssh-ed25519': 1,
  'ssh-rsa': 2,
  'ecdsa-sha2-nistp256': 2,
  'ecdsa-sha2-nistp384': 2,
  'ecdsa-sha2-nistp521': 2,
  'sk-ssh-ed25519@openssh.com': 2,
  'sk-ecdsa-sha2-nistp256@openssh.com': 3,
};

/** Reads a certificate in SSH wire form; null when it is none, or of a type that is not known. */
export function parseCertificate(bytes: Uint8Array): SshCertificate | null {
  try {
    return readCertificate(Buffer.from(bytes));
  } catch {
    return null;
  }
}

function readCertificate(blob: Buffer): SshCertificate | null {
  const reader = new SshReader(blob);
  const type = reader.text();
  const fields = isCertificateType(type) ? keyFields[plainKeyType(type)] : undefined;
  if (fields === undefined) return null;
  reader.bytes();
  const key = Buffer.concat([sshString(plainKeyType(type)), ...Array.from({ length: fields }, () => sshString(reader.bytes()))]);
  const serial = reader.uint64();
  const kind = reader.uint32();
  const keyId = reader.text();
  const principals = strings(reader.bytes());
  const [validAfter, validBefore] = [reader.uint64(), reader.uint64()];
  const criticalOptions = optionNames(reader.bytes());
  const extensions = optionNames(reader.bytes());
  reader.bytes();
  const authority = Buffer.from(reader.bytes());
  const body = blob.subarray(0, reader.position);
  const signature = reader.bytes();
  if (!reader.done) return null;
  return {
    ...{ type, blob, key, serial, keyId, principals, validAfter, validBefore, criticalOptions, extensions, authority },
    kind: kind === 1 ? 'user' : kind === 2 ? 'host' : 'other',
    signed: isSignedBy(authority, body, signature),
  };
}

function strings(bytes: Buffer): string[] {
  const reader = new SshReader(bytes);
  const found: string[] = [];
  while (!reader.done) found.push(reader.text());
  return found;
}

function optionNames(bytes: Buffer): string[] {
  return strings(bytes).filter((_text, index) => index % 2 === 0);
}

/** What is wrong with a certificate's time, in words that follow "it"; null: nothing. `nowS`: seconds since the epoch. */
export function timeProblem(certificate: SshCertificate, nowS: number): string | null {
  const now = BigInt(Math.floor(nowS));
  if (now < certificate.validAfter) return `is not valid before ${when(certificate.validAfter)}`;
  if (now >= certificate.validBefore) return `expired on ${when(certificate.validBefore)}`;
  return null;
}

function when(seconds: bigint): string {
  const ms = Number(seconds) * 1000;
  return ms > 8.64e15 ? 'the end of time' : new Date(ms).toISOString().replace('.000Z', 'Z');
}
