import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { fingerprintSchema } from '../../../shared/model/identity.ts';

const requestSchema = z.object({
  statements: z.array(z.string().max(4000)).min(1).max(100),
  startedBy: z.object({ name: z.string().max(120), fingerprint: fingerprintSchema }),
});
/** What is carried to the other person. */
export type CarriedRequest = z.infer<typeof requestSchema>;

const attestationSchema = z.object({
  /** SHA-256 of each statement, base64url. */
  statements: z.array(z.string().length(43)).min(1).max(100),
  signedAtMs: z.int(),
  expiresAtMs: z.int(),
  key: fingerprintSchema,
  signature: z.string().max(200),
});
/** A signed consent. */
export type Attestation = z.infer<typeof attestationSchema>;

const requestMark = 'ph-request-1.';
const attestationMark = 'ph-approval-1.';

/** One line that holds a request: to be sent by any means, as nothing in it is secret. */
export function requestCode(request: CarriedRequest): string {
  return encode(requestMark, request);
}

/** Throws `approval.unusable`. */
export function readRequest(code: string): CarriedRequest {
  return decode(requestMark, 'a request for approval', requestSchema, code);
}

/** One line that holds an attestation. */
export function attestationCode(attestation: Attestation): string {
  return encode(attestationMark, attestation);
}

/** Throws `approval.unusable`. */
export function readAttestation(code: string): Attestation {
  return decode(attestationMark, 'an approval', attestationSchema, code);
}

/** What stands for a statement in an attestation. */
export function statementMark(statement: string): string {
  return createHash('sha256').update(statement, 'utf8').digest('base64url');
}

/** The text that is signed. Its first line keeps it from being taken for anything else that the same key signs. */
export function signedText({ statements, signedAtMs, expiresAtMs, key }: Omit<Attestation, 'signature'>): string {
  return ['pilothouse approval 1', key, String(signedAtMs), String(expiresAtMs), ...statements].join('\n');
}

function encode(mark: string, value: unknown): string {
  return `${mark}${Buffer.from(JSON.stringify(value), 'utf8').toString('base64url')}`;
}

function decode<T>(mark: string, what: string, schema: z.ZodType<T>, code: string): T {
  const compact = code.replaceAll(/\s+/g, '');
  if (!compact.startsWith(mark)) throw new AppError('approval.unusable', { because: `it is not ${what}, which begins with "${mark}"` });
  try {
    return schema.parse(JSON.parse(Buffer.from(compact.slice(mark.length), 'base64url').toString('utf8')));
  } catch {
    throw new AppError('approval.unusable', { because: `it is not the whole of ${what}` });
  }
}
