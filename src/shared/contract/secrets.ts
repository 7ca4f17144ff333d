import { z } from 'zod';
import { stackIdSchema } from '../model/ids.ts';
import { operationSchema } from '../model/operation.ts';
import { guardedFields, mutationFields, procedure, selectorSchema } from './base.ts';

const secretNameSchema = z.string().regex(/^[A-Za-z][A-Za-z0-9._/-]{0,127}$/);

/** One place where a secret is in use, as far as this computer has seen. */
export const secretUseSchema = z.object({
  stackId: z.string(),
  serverName: z.string(),
  services: z.array(z.string()),
  /** Release that runs there, and since which of them the value is what it is; null: that is not known. */
  release: z.string(),
  since: z.string().nullable(),
  sinceMs: z.number().nullable(),
});
export type SecretUse = z.infer<typeof secretUseSchema>;

/** A secret's name and age; its value is never sent. */
export const secretSchema = z.object({
  name: z.string(),
  updatedAtMs: z.number(),
  /** Tells one value from another on this computer, and nothing else of it; null: the keystore is locked. */
  fingerprint: z.string().nullable(),
  uses: z.array(secretUseSchema),
});
export type Secret = z.infer<typeof secretSchema>;

/** Secrets sealed on this computer. Values go in and never come out. */
export const secretsContract = {
  list: procedure.input(z.object({})).output(z.object({ secrets: z.array(secretSchema), keystores: z.array(z.string()) })),
  set: procedure.input(z.object({ ...mutationFields, name: secretNameSchema, value: z.string().min(1).max(65_536) })).output(z.object({})),
  unset: procedure.input(z.object({ ...mutationFields, name: z.string().max(192) })).output(z.object({})),
  /** Makes up a value: so many characters of letters, digits, "-" and "_". */
  generate: procedure.input(z.object({ ...mutationFields, name: secretNameSchema, length: z.int().min(16).max(256).default(32) })).output(z.object({})),
  /** Where a secret is in use: by its whole name, or by the name that a stack has for it. */
  where: procedure.input(z.object({ name: z.string().min(1).max(192) })).output(z.object({ uses: z.array(secretUseSchema.extend({ name: z.string() })) })),
  /** Takes values for a stack's secrets from the text of an env file; other variables are left. A deploy brings them to where none is yet. */
  importEnv: procedure
    .input(z.object({ ...mutationFields, stackId: stackIdSchema, server: z.string().max(63).optional(), text: z.string().max(262_144) }))
    .output(z.object({ imported: z.array(z.string()), left: z.array(z.string()) })),
  /** A new value where the stack runs, as a release of its own that is taken back if it is not well. Without `value` one is made up. */
  rotate: procedure
    .input(
      z.object({
        ...guardedFields,
        stackId: stackIdSchema,
        name: z.string().max(64),
        selector: selectorSchema,
        value: z.string().min(1).max(16_384).optional(),
      }),
    )
    .output(z.object({ operation: operationSchema })),
};
