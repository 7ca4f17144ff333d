import { z } from 'zod';
import { operationSchema } from '../model/operation.ts';
import { hostKeySchema, labelSchema, loginSchema } from '../model/server.ts';
import { authorizedKeySchema, localKeySchema } from '../model/sshKey.ts';
import { guardedFields, mutationFields, procedure, selectorSchema } from './base.ts';

/** A key of this computer, by its name or by the path of its private half. */
const keySchema = z.string().min(1).max(4096);

/** Keys on this computer, and who may log in to servers. */
export const keysContract = {
  /** Keys that Pilothouse made, and those that servers are logged in to with. */
  list: procedure.input(z.object({})).output(z.object({ directory: z.string(), keys: z.array(localKeySchema) })),
  /** Makes an ed25519 key. Throws `key.exists`, also for a request that is sent again. */
  generate: procedure
    .input(
      z.object({
        ...mutationFields,
        name: labelSchema,
        /** Absolute path of the private half; absent: in the data directory. */
        path: z.string().min(1).max(4096).optional(),
        comment: z
          .string()
          .max(200)
          .regex(/^[^\n\r]*$/)
          .optional(),
        passphrase: z.string().min(1).max(1024).optional(),
        /** Keeps the passphrase sealed on this computer, so that nobody has to type it. */
        keepPassphrase: z.boolean().default(false),
      }),
    )
    .output(z.object({ key: localKeySchema })),
  /** Keys that may log in as a user; absent: as we do. */
  authorized: procedure
    .input(z.object({ name: labelSchema, user: loginSchema.optional() }))
    .output(z.object({ user: z.string(), file: z.string(), keys: z.array(authorizedKeySchema) })),
  /** Lets a key log in, and proves it by a fresh login where it is for our own user; else puts back what was there. */
  install: procedure
    .input(
      z.object({
        ...guardedFields,
        selector: selectorSchema,
        key: keySchema,
        user: loginSchema.optional(),
        /** Once proved, the servers' records use this key. */
        use: z.boolean().default(false),
      }),
    )
    .output(z.object({ operation: operationSchema })),
  /** Takes a key off servers. The one that carries us goes only after another was proved: `takeOver`, or a further key of the record. */
  remove: procedure
    .input(
      z.object({
        ...guardedFields,
        selector: selectorSchema,
        fingerprint: hostKeySchema.shape.fingerprint,
        user: loginSchema.optional(),
        takeOver: keySchema.optional(),
      }),
    )
    .output(z.object({ operation: operationSchema })),
};
