import { z } from 'zod';
import { backupHealthSchema, backupPlaceSchema, backupPolicySchema, backupSetIdSchema, backupSetSchema, retentionSchema } from '../model/backup.ts';
import { stackIdSchema } from '../model/ids.ts';
import { operationSchema } from '../model/operation.ts';
import { guardedFields, mutationFields, procedure, selectorSchema } from './base.ts';

const target = { id: stackIdSchema, selector: selectorSchema };
const services = z.array(z.string().max(64)).max(64).default([]);
const started = z.object({ operation: operationSchema });
/** One set: absent the newest whole one. `from`: the server that it was made on, where that is another. `place`: absent the nearest. */
const set = { set: backupSetIdSchema.optional(), from: z.string().max(63).optional(), place: backupPlaceSchema.optional() };

/** What retention does with one set at one place. */
export const backupPruneItemSchema = z.object({
  serverName: z.string(),
  place: backupPlaceSchema,
  set: backupSetIdSchema,
  bytes: z.number(),
  goes: z.boolean(),
  why: z.string(),
});
export type BackupPruneItem = z.infer<typeof backupPruneItemSchema>;

/** Backups of the data of stacks, and the way back. What changes anything is an operation. */
export const backupsContract = {
  /** What is to be said of every stack that is deployed or was backed up, from what is known here; nothing is asked of servers. */
  health: procedure
    .input(z.object({ id: stackIdSchema.optional(), selector: selectorSchema.optional() }))
    .output(z.object({ health: z.array(backupHealthSchema) })),
  /** Sets, newest first. `refresh`: their places are looked at first, so that what others made or removed is known. */
  list: procedure
    .input(z.object({ id: stackIdSchema.optional(), server: z.string().max(63).optional(), refresh: z.boolean().default(false) }))
    .output(z.object({ sets: z.array(backupSetSchema), unreachable: z.array(z.string()) })),
  policy: procedure
    .input(z.object(target))
    .output(z.object({ policies: z.array(z.object({ serverName: z.string(), policy: backupPolicySchema.nullable() })) })),
  setPolicy: procedure.input(z.object({ ...mutationFields, ...target, policy: backupPolicySchema })).output(z.object({ servers: z.array(z.string()) })),
  /** Makes a set on each server, by its policy where nothing else is said. Throws `stack.not-deployed`. */
  run: procedure
    .input(
      z.object({
        ...mutationFields,
        ...target,
        services,
        places: z.array(backupPlaceSchema).max(8).optional(),
        retention: retentionSchema.optional(),
        sealedBy: z.string().max(120).nullable().optional(),
        acceptSmaller: z.boolean().default(false),
      }),
    )
    .output(started),
  /** Looks at a set at all its places: age, sizes, checksums; `deep`: everything is unsealed and unpacked as well. */
  verify: procedure.input(z.object({ ...mutationFields, ...target, ...set, deep: z.boolean().default(true) })).output(started),
  /** Restores a set into new containers beside those that run, and counts. Throws `backup.not-found`. */
  test: procedure.input(z.object({ ...mutationFields, ...target, ...set, services })).output(started),
  /** Restores a set in place; what is there is kept first as a set of its own. `fresh`: volumes are emptied first; `whole`: the release too. */
  restore: procedure
    .input(z.object({ ...guardedFields, ...target, ...set, services, fresh: z.boolean().default(false), whole: z.boolean().default(false) }))
    .output(started),
  /** What retention would let go. */
  prunable: procedure.input(z.object({ ...target, retention: retentionSchema.optional() })).output(z.object({ items: z.array(backupPruneItemSchema) })),
  /** Lets go the sets that are named, of those that `prunable` says go. */
  prune: procedure
    .input(z.object({ ...guardedFields, ...target, retention: retentionSchema.optional(), sets: z.array(backupSetIdSchema).min(1).max(1000) }))
    .output(started),
};
