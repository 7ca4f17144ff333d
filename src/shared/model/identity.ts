import { z } from 'zod';

/** `SHA256:` and 43 characters of base 64, as `ssh-keygen -l` prints it of the same key. */
export const fingerprintSchema = z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'a fingerprint like SHA256:…');

/** Who signs on this computer: the display name of its settings and the public half of its signing key. */
export const identitySchema = z.object({
  name: z.string(),
  fingerprint: fingerprintSchema,
  /** One line: `ssh-ed25519`, the key in base 64, the name. */
  publicKey: z.string(),
});
export type Identity = z.infer<typeof identitySchema>;

export const personNameSchema = z.string().trim().min(1).max(80);

/** Somebody whose signatures are known here. What a revoked key signed before stays signed by them; nothing new of it counts. */
export const personSchema = identitySchema.extend({
  /** A key of this computer itself, the present or a former one. */
  self: z.boolean(),
  addedAtMs: z.number(),
  revokedAtMs: z.number().nullable(),
});
export type Person = z.infer<typeof personSchema>;
