import { z } from 'zod';
import { serverIdSchema, stackIdSchema } from '../model/ids.ts';
import { operationSchema } from '../model/operation.ts';
import { environmentSchema } from '../model/server.ts';
import { driftItemSchema } from '../model/stackDrift.ts';
import { guardedFields, mutationFields, procedure, selectorSchema } from './base.ts';

const target = { id: stackIdSchema, selector: selectorSchema };
const services = z.array(z.string().max(64)).max(64).default([]);
const started = z.object({ operation: operationSchema });

/** What differs on one server from the release that runs there. */
export const deploymentDriftSchema = z.object({
  serverId: serverIdSchema,
  serverName: z.string(),
  stackId: stackIdSchema,
  /** Null: no release runs. */
  release: z.string().nullable(),
  lookedAtMs: z.number(),
  items: z.array(driftItemSchema),
  /** What could not be compared, each a phrase. */
  unknowns: z.array(z.string()),
});
export type DeploymentDrift = z.infer<typeof deploymentDriftSchema>;

/** One thing that a prune would remove, or keeps; `why` says the reason. */
export const pruneItemSchema = z.object({
  /** `release:r3`, `files:1f0c…`, `image:sha256:…`, `volume:NAME`. */
  id: z.string(),
  kind: z.enum(['release', 'files', 'image', 'volume']),
  name: z.string(),
  /** Null: unknown. Images share layers, so that less may become free. */
  bytes: z.number().nullable(),
  goes: z.boolean(),
  why: z.string(),
});
export type PruneItem = z.infer<typeof pruneItemSchema>;

/** What a prune would remove on one server. */
export const pruneListSchema = z.object({
  serverName: z.string(),
  stackId: stackIdSchema,
  items: z.array(pruneItemSchema),
  /** Sum of what goes, as far as known. */
  bytes: z.number(),
});
export type PruneList = z.infer<typeof pruneListSchema>;

/** A model that a service of a deployment holds. */
export const heldModelSchema = z.object({
  serverName: z.string(),
  service: z.string(),
  name: z.string(),
  digest: z.string(),
  bytes: z.number(),
  /** Digest that the release was recorded with; null: it names none. */
  recorded: z.string().nullable(),
  /** An older one that the last update kept for the way back. */
  kept: z.boolean(),
});
export type HeldModel = z.infer<typeof heldModelSchema>;

/** For which deployments values are kept: all of an environment, or the one on a server. */
export const valueScopeSchema = z.union([z.object({ environment: environmentSchema }), z.object({ server: z.string().max(63) })]);
export type ValueScope = z.infer<typeof valueScopeSchema>;

/** Parameters that a deploy uses where none are given: over those of the definition; those of a server over those of its environment. */
export const valueSetSchema = z.object({
  stackId: stackIdSchema,
  scope: valueScopeSchema,
  values: z.record(z.string(), z.string()),
  updatedAtMs: z.number(),
  who: z.string(),
});
export type ValueSet = z.infer<typeof valueSetSchema>;

/** What is done with a deployment between two releases. */
export const stackDay2Contract = {
  /** Compares what runs with the release that shall run. Reads only. */
  drift: procedure.input(z.object(target)).output(z.object({ deployments: z.array(deploymentDriftSchema) })),
  /** Writes a release that has the named differences in it, and rolls it out. Throws `stack.drift-gone`. */
  adopt: procedure.input(z.object({ ...guardedFields, ...target, items: z.array(z.string().max(300)).min(1).max(200) })).output(started),
  /** Makes the named differences as in the release. */
  revert: procedure.input(z.object({ ...guardedFields, ...target, items: z.array(z.string().max(300)).min(1).max(200) })).output(started),
  /** Starts containers that are there and do not run; none named: all. */
  start: procedure.input(z.object({ ...guardedFields, ...target, services })).output(started),
  /** Stops containers and leaves them there. */
  stop: procedure.input(z.object({ ...guardedFields, ...target, services })).output(started),
  /** Why a restart would not do what people expect of it: a definition that has changed since is not read by it. */
  restartWarnings: procedure.input(z.object(target)).output(z.object({ warnings: z.array(z.object({ serverName: z.string(), said: z.string() })) })),
  models: procedure.input(z.object(target)).output(z.object({ models: z.array(heldModelSchema) })),
  /** Pulls a model anew, with the way back to the old one where the stack's chat gates do not pass. `service` absent: the one that holds the model. */
  updateModel: procedure
    .input(z.object({ ...guardedFields, ...target, model: z.string().min(1).max(200), service: z.string().max(64).optional() }))
    .output(started),
  /** What a prune would remove and what it keeps; no stack named: all of the catalogue. `keep` absent: as the settings say. */
  prunable: procedure
    .input(z.object({ id: stackIdSchema.optional(), selector: selectorSchema, keep: z.int().min(1).max(100).optional() }))
    .output(z.object({ lists: z.array(pruneListSchema) })),
  /** Removes what `prunable` names, worked out anew on the server; volumes only where they are named in `volumes`. */
  prune: procedure
    .input(z.object({ ...guardedFields, ...target, keep: z.int().min(1).max(100).optional(), volumes: z.array(z.string().max(300)).max(100).default([]) }))
    .output(started),
  valueSets: procedure.input(z.object({ id: stackIdSchema.optional() })).output(z.object({ sets: z.array(valueSetSchema) })),
  /** Changes a set of values; a name in `unset` goes back to the default. Throws `stack.parameter-invalid`. */
  changeValues: procedure
    .input(
      z.object({
        ...mutationFields,
        id: stackIdSchema,
        scope: valueScopeSchema,
        set: z.record(z.string().max(64), z.string().max(4096)).default({}),
        unset: z.array(z.string().max(64)).max(128).default([]),
      }),
    )
    .output(valueSetSchema),
};
