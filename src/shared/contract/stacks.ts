import { z } from 'zod';
import { appErrorSchema } from '../errors.ts';
import { releaseIdSchema, serverIdSchema, stackIdSchema } from '../model/ids.ts';
import { inputValuesSchema } from '../model/inputDefinition.ts';
import { operationSchema, strategySchema } from '../model/operation.ts';
import { environmentSchema } from '../model/server.ts';
import { deploymentStatusSchema, releaseSchema } from '../model/stack.ts';
import { stackDefinitionSchema } from '../model/stackDefinition.ts';
import { guardedFields, logStream, procedure, selectorSchema } from './base.ts';
import { deployPlanSchema, planIdSchema } from './stackPlans.ts';

const target = { id: stackIdSchema, selector: selectorSchema };
const profilesSchema = z.array(z.string().max(64)).max(16).optional();
/** What of a stack is wanted. */
const choice = {
  parameters: inputValuesSchema.default({}),
  /** Absent: those of each server's environment. */
  profiles: profilesSchema,
  /** Selectors of the servers of each role; absent: each server runs the whole stack. */
  roles: z.record(z.string().max(64), selectorSchema).optional(),
  /** `current`: what is not given stays as in the release that runs on each server, in place of the definition's defaults. */
  base: z.enum(['definition', 'current']).default('definition'),
};
/** Values for secrets of the stack; what is not given is kept from the last release or generated. */
const secretValues = z.record(z.string().max(64), z.string().max(16_384)).default({});
const started = z.object({ operation: operationSchema });

/** A line of a container's log. `seq` orders the lines of one stream. */
export const stackLogLineSchema = z.object({
  seq: z.int(),
  serverName: z.string(),
  service: z.string(),
  container: z.string(),
  /** As the server stamped it; null where it carries none. */ atMs: z.number().nullable(),
  text: z.string(),
});
export type StackLogLine = z.infer<typeof stackLogLineSchema>;

/** What was last seen of one stack on one server. A server without any is there once, with null for its stack. */
export const inventoryRowSchema = z.object({
  serverId: serverIdSchema,
  serverName: z.string(),
  environment: environmentSchema,
  /** Null: none was there. */
  stackId: z.string().nullable(),
  health: deploymentStatusSchema.shape.health,
  release: releaseSchema.nullable(),
  /** When the server was last asked; null: never, so that nothing is known. */
  lookedAtMs: z.number().nullable(),
});
export type InventoryRow = z.infer<typeof inventoryRowSchema>;

/** Stacks: catalogue, deployments, releases. */
export const stacksContract = {
  catalog: procedure.input(z.object({})).output(z.object({ stacks: z.array(stackDefinitionSchema) })),
  show: procedure.input(z.object({ id: stackIdSchema })).output(stackDefinitionSchema),
  /** Rendered files of the stack by path, with secrets left as names. */
  render: procedure
    .input(z.object({ id: stackIdSchema, parameters: choice.parameters, profiles: profilesSchema, environment: environmentSchema.optional() }))
    .output(z.object({ files: z.array(z.object({ path: z.string(), text: z.string() })) })),
  /** What a deploy would do. It is kept, so that `deploy` can be given its id and is refused where the server has moved since. `registry`: asks registries which images are new, which takes seconds. */
  plan: procedure
    .input(z.object({ ...target, ...choice, secrets: secretValues, registry: z.boolean().default(true) }))
    .output(z.object({ planId: planIdSchema, plans: z.array(deployPlanSchema) })),
  deploy: procedure
    .input(
      z.object({
        ...guardedFields,
        ...target,
        ...choice,
        secrets: secretValues,
        /** Only this plan: its parameters, profiles and roles are used, and a server that has moved since refuses with `guard.plan-stale`. */
        planId: planIdSchema.optional(),
        strategy: strategySchema.optional(),
        /** Servers that may fail before the rest is not begun. Absent: none, or all where all are deployed at once. */
        maxFailures: z.int().min(0).max(1000).optional(),
        /** Seconds for which each release is watched after its gates. Absent: the setting. */
        soakS: z.int().min(0).max(86_400).optional(),
        note: z.string().max(500).optional(),
        /** Rules of lint whose errors are accepted; any other error refuses the deploy with `guard.lint`. Kept in the note of the release. */
        accept: z.array(z.string().max(64)).max(64).default([]),
      }),
    )
    .output(started),
  rollback: procedure
    .input(z.object({ ...guardedFields, ...target, to: releaseIdSchema.optional(), soakS: z.int().min(0).max(86_400).optional() }))
    .output(started),
  down: procedure.input(z.object({ ...guardedFields, ...target })).output(started),
  restart: procedure.input(z.object({ ...guardedFields, ...target, services: z.array(z.string().max(64)).max(64).default([]) })).output(started),
  status: procedure
    .input(z.object({ id: stackIdSchema.optional(), selector: selectorSchema }))
    .output(z.object({ deployments: z.array(deploymentStatusSchema) })),
  /** What runs where as last seen, by server and stack; no server is asked. */
  inventory: procedure.input(z.object({ selector: selectorSchema.optional() })).output(z.object({ rows: z.array(inventoryRowSchema) })),
  /** Asks servers what is deployed on them and keeps what they say. Those that cannot be asked keep what was last seen. */
  observe: procedure
    .input(z.object({ selector: selectorSchema }))
    .output(z.object({ rows: z.array(inventoryRowSchema), failures: z.array(z.object({ serverName: z.string(), error: appErrorSchema })) })),
  releases: procedure.input(z.object({ id: stackIdSchema, server: z.string().max(63) })).output(z.object({ releases: z.array(releaseSchema) })),
  /** Lines of the running containers, the last `tail` of each first; with `follow` it goes on until the consumer leaves. */
  logs: procedure
    .input(
      z.object({
        ...target,
        services: z.array(z.string().max(64)).max(64).default([]),
        tail: z.int().min(0).max(10_000).default(200),
        follow: z.boolean().default(true),
      }),
    )
    .output(logStream(stackLogLineSchema)),
};
