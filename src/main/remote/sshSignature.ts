import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import { SshReader, sshMpint, sshString } from './sshWire.ts';

const curves: Readonly<Record<string, { crv: string; bytes: number; hash: string }>> = {
  'ecdsa-sha2-nistp256': { crv: 'P-256', bytes: 32, hash: 'sha256' },
  'ecdsa-sha2-nistp384': { crv: 'P-384', bytes: 48, hash: 'sha384' },
  'ecdsa-sha2-nistp521': { crv: 'P-521', bytes: 66, hash: 'sha512' },
};
const rsaHashes: Readonly<Record<string, string>> = { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' };

/**
 * Whether a signature in SSH wire form is one of the key, also in wire form, over the data. SHA-1, keys of security tokens and
 * anything that cannot be read count as no signature.
 */
export function isSignedBy(key: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  try {
    const reader = new SshReader(signature);
    const algorithm = reader.text();
    return checkSignature(key, algorithm, data, reader.bytes());
  } catch {
    return false;
  }
}

function checkSignature(key: Uint8Array, algorithm: string, data: Uint8Array, value: Buffer): boolean {
  const type = new SshReader(key).text();
  if (type === 'ssh-ed25519') return algorithm === type && verify(null, data, publicKey(key), value);
  const curve = curves[type];
  if (curve !== undefined) {
    if (algorithm !== type) return false;
    const numbers = new SshReader(value);
    const both = Buffer.concat([fixed(numbers.bytes(), curve.bytes), fixed(numbers.bytes(), curve.bytes)]);
    return verify(curve.hash, data, { key: publicKey(key), dsaEncoding: 'ieee-p1363' }, both);
  }
  const hash = rsaHashes[algorithm];
  return type === 'ssh-rsa' && hash !== undefined && verify(hash, data, publicKey(key), value);
}

/** A public key in SSH wire form as one of Node's; throws for a type that cannot verify. */
function publicKey(blob: Uint8Array): KeyObject {
  return createPublicKey({ key: jsonWebKey(blob), format: 'jwk' });
}

function jsonWebKey(blob: Uint8Array): JsonWebKey {
  const reader = new SshReader(blob);
  const type = reader.text();
  if (type === 'ssh-ed25519') return { kty: 'OKP', crv: 'Ed25519', x: reader.bytes().toString('base64url') };
  if (type === 'ssh-rsa') {
    const exponent = reader.bytes();
    return { kty: 'RSA', e: exponent.toString('base64url'), n: unsigned(reader.bytes()).toString('base64url') };
  }
  const curve = curves[type];
  if (curve === undefined) throw new TypeError(`no way to verify with a key of type ${type}`);
  reader.text();
  const point = reader.bytes();
  if (point[0] !== 4 || point.length !== 1 + 2 * curve.bytes) throw new TypeError('not a plain point');
  const [x, y] = [point.subarray(1, 1 + curve.bytes), point.subarray(1 + curve.bytes)];
  return { kty: 'EC', crv: curve.crv, x: x.toString('base64url'), y: y.toString('base64url') };
}

function unsigned(number: Buffer): Buffer {
  return number[0] === 0 ? number.subarray(1) : number;
}

function fixed(number: Buffer, length: number): Buffer {
  const digits = unsigned(number);
  return Buffer.concat([Buffer.alloc(Math.max(0, length - digits.length)), digits]);
}

/** Size of a public key in bits, as `ssh-keygen -l` says it; null for a type that it does not know. */
export function keyBits(blob: Uint8Array): number | null {
  try {
    const reader = new SshReader(blob);
    const type = reader.text();
    if (/^(sk-)?ssh-ed25519/.test(type)) return 256;
    const curve = /ecdsa-sha2-nistp(\d+)/.exec(type)?.[1];
    if (curve !== undefined) return Number(curve);
    if (type !== 'ssh-rsa') return null;
    reader.bytes();
    const modulus = unsigned(reader.bytes());
    return modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  } catch {
    return null;
  }
}

/** An ECDSA signature as OpenSSL writes it (two integers in DER) in SSH's form. */
export function ecdsaFromDer(der: Uint8Array): Buffer {
  const bytes = Buffer.from(der);
  // A sequence of more than 127 bytes has one more byte of length.
  let at = (bytes[1] ?? 0) > 0x80 ? 3 : 2;
  const integer = () => {
    const length = bytes[at + 1] ?? 0;
    const value = bytes.subarray(at + 2, at + 2 + length);
    at += 2 + length;
    return value;
  };
  return Buffer.concat([sshMpint(integer()), sshMpint(integer())]);
}

/** A signature with the name of its algorithm, as SSH sends it. */
export function signatureBlob(algorithm: string, value: Uint8Array): Buffer {
  return Buffer.concat([sshString(algorithm), sshString(value)]);
}
