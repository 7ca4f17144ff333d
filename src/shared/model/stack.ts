import { z } from 'zod';
import { hardwareNeedsSchema } from './fit.ts';
import { releaseIdSchema, serverIdSchema, stackIdSchema } from './ids.ts';
import { inputDefinitionSchema } from './workflow.ts';

/** What must hold before a release counts as good. */
export const healthGateSchema = z.discriminatedUnion('kind', [
  /** Every container of the service runs, and is healthy where it has a health check. */
  z.object({ kind: z.literal('containers'), timeoutS: z.int().min(1).max(7200) }),
  /** A GET from the server itself answers with one of the statuses. */
  z.object({ kind: z.literal('http'), title: z.string(), url: z.string().max(300), status: z.array(z.int()).min(1), timeoutS: z.int().min(1).max(7200) }),
  /** A chat completion of the deployed model answers with at least one token. */
  z.object({ kind: z.literal('chat'), title: z.string(), url: z.string().max(300), model: z.string().max(200), timeoutS: z.int().min(1).max(7200) }),
]);
export type HealthGate = z.infer<typeof healthGateSchema>;

/** A compose project we know how to run. Files are templates: `${name}` of a parameter is replaced when rendering. */
export const stackDefinitionSchema = z.object({
  id: stackIdSchema,
  version: z.int().min(1),
  title: z.string().max(120),
  summary: z.string().max(1000),
  parameters: z.array(inputDefinitionSchema).max(128),
  /** Secrets that the stack needs; each is generated where none is given, kept on the server in the release's env file. */
  secrets: z
    .array(
      z.object({
        name: z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/),
        title: z.string(),
        /** Part of an address somewhere: only letters, digits, ".", "_", "~" and "-". */
        urlSafe: z.boolean().default(false),
      }),
    )
    .max(64),
  services: z.array(z.object({ name: z.string(), title: z.string(), image: z.string(), stateful: z.boolean() })),
  requirements: z.object({
    dockerVersion: z.string().optional(),
    composeVersion: z.string().optional(),
    memoryMib: z.int().optional(),
    diskMib: z.int().optional(),
    vramMib: z.int().optional(),
    gpus: z.int().optional(),
  }),
  /** The machine it is meant to run on; a deploy does not insist on it. */
  advised: hardwareNeedsSchema.optional(),
  ports: z.array(z.object({ service: z.string(), port: z.string(), exposure: z.enum(['internal', 'loopback', 'private', 'public']) })),
  /** Run inside a container after the start and before the gates, as words without a shell: pulling a model, for example. */
  warmUps: z
    .array(
      z.object({
        title: z.string().max(120),
        service: z.string(),
        command: z.array(z.string().min(1).max(300)).min(1).max(32),
        timeoutS: z.int().min(1).max(86_400),
      }),
    )
    .max(16)
    .default([]),
  gates: z.array(healthGateSchema),
});
export type StackDefinition = z.infer<typeof stackDefinitionSchema>;

/** An immutable snapshot of a deployment, as recorded on the server. */
export const releaseSchema = z.object({
  id: releaseIdSchema,
  stackId: stackIdSchema,
  /** `current`: what runs; `previous`: what a rollback goes to; `failed`: its gate did not pass. */
  state: z.enum(['current', 'superseded', 'failed', 'incomplete']),
  createdAtMs: z.number(),
  who: z.string(),
  operationId: z.string(),
  /** SHA-256 of the rendered compose file, configuration files and env, hex. */
  contentHash: z.string(),
  images: z.array(
    z.object({
      service: z.string(),
      reference: z.string(),
      digest: z.string().nullable(),
      /** Commit that the image names as its source, by `org.opencontainers.image.revision`; absent where nobody looked. */
      commit: z.string().nullable().optional(),
    }),
  ),
  /** Version of the stack's definition; absent in releases of before it was kept. */
  stackVersion: z.int().optional(),
  parameters: z.record(z.string(), z.string()),
  note: z.string().nullable(),
});
export type Release = z.infer<typeof releaseSchema>;

/** A container of a deployed service as Docker reports it. */
export const containerStatusSchema = z.object({
  service: z.string(),
  name: z.string(),
  state: z.string(),
  health: z.enum(['healthy', 'unhealthy', 'starting', 'none']),
  image: z.string(),
  exitCode: z.int().nullable(),
  /** Text as Docker gives it, for example `Up 3 minutes (healthy)`. */
  status: z.string(),
  ports: z.array(z.string()),
});
export type ContainerStatus = z.infer<typeof containerStatusSchema>;

/** A stack placed on a server, as the server itself tells. */
export const deploymentStatusSchema = z.object({
  serverId: serverIdSchema,
  serverName: z.string(),
  stackId: stackIdSchema,
  current: releaseSchema.nullable(),
  containers: z.array(containerStatusSchema),
  health: z.enum(['healthy', 'degraded', 'down', 'absent', 'unknown']),
  observedAtMs: z.number(),
});
export type DeploymentStatus = z.infer<typeof deploymentStatusSchema>;
