import { z } from 'zod';

const publicHalf = {
  /** Key type, for example `ssh-ed25519`. */
  type: z.string(),
  /** Size of the key; null where its type does not tell. */
  bits: z.int().nullable(),
  /** `SHA256:…` as `ssh-keygen -lf` prints it. */
  fingerprint: z.string(),
  comment: z.string(),
};

/** A key pair on this computer, by its public half. */
export const localKeySchema = z.object({
  ...publicHalf,
  name: z.string(),
  /** Of the private half. */
  path: z.string(),
  /** One line, as authorized_keys has it. */
  publicKey: z.string(),
  /** Whether the private half needs a passphrase. */
  encrypted: z.boolean(),
  /** Made by Pilothouse, and in its data directory. */
  own: z.boolean(),
  /** Names of the servers that are logged in to with it. */
  usedBy: z.array(z.string()),
});
export type LocalKey = z.infer<typeof localKeySchema>;

/** A key that may log in to a server. */
export const authorizedKeySchema = z.object({
  ...publicHalf,
  /** What stands before the key: `from=…`, `command=…`; empty: nothing. */
  options: z.string(),
  line: z.int(),
  /** Whether this is the key by which we are logged in. */
  carriesUs: z.boolean(),
});
export type AuthorizedKey = z.infer<typeof authorizedKeySchema>;
