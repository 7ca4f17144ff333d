import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { AppError } from '../../../shared/errors.ts';

const algorithm = 'ssh-ed25519';
const rawBytes = 32;

/** A public key with what people know it by. */
export interface PublicKey {
  key: KeyObject;
  /** As `ssh-keygen -l` prints it. */
  fingerprint: string;
  /** `ssh-ed25519` and the key, without a name. */
  line: string;
  /** What stands behind the key in its line. */
  comment: string;
}

/** The one-line form of an ed25519 key. Source: RFC 8709, section 4; RFC 4253, section 6.6. */
export function publicKeyOf(key: KeyObject): PublicKey {
  const { x } = key.export({ format: 'jwk' });
  return fromRaw(Buffer.from(x ?? '', 'base64url'), '');
}

/** Reads a line as `identity export` prints it. Throws `identity.key-unusable`. */
export function parsePublicKey(text: string): PublicKey {
  const [type, base64 = '', ...comment] = text.trim().split(/\s+/);
  if (text.includes('PRIVATE KEY')) throw unusable('it is a private key, which nobody should ever be given');
  if (type !== algorithm) throw unusable(`it begins with "${(type ?? '').slice(0, 40)}", not with "${algorithm}"`);
  if (text.trim().includes('\n')) throw unusable('it has more than one line');
  const blob = Buffer.from(base64, 'base64');
  const head = wire(Buffer.from(algorithm));
  if (blob.toString('base64') !== base64 || !blob.subarray(0, head.length).equals(head) || blob.length !== head.length + 4 + rawBytes)
    throw unusable('the key in it is not whole');
  if (blob.readUInt32BE(head.length) !== rawBytes) throw unusable('the key in it is not whole');
  return fromRaw(blob.subarray(-rawBytes), comment.join(' '));
}

function fromRaw(raw: Buffer, comment: string): PublicKey {
  const blob = Buffer.concat([wire(Buffer.from(algorithm)), wire(raw)]);
  const fingerprint = `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
  const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') } });
  return { key, fingerprint, line: `${algorithm} ${blob.toString('base64')}`, comment };
}

function wire(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function unusable(reason: string): AppError {
  return new AppError('identity.key-unusable', { reason });
}
