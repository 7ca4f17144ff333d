import { z } from 'zod';
import { releaseIdSchema, serverIdSchema, stackIdSchema } from './ids.ts';

/** Where the files of a person's own project come from. */
export const projectOriginSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('folder'), path: z.string().max(4096) }),
  /** `commit` is what the ref was when the files were taken. */
  z.object({ kind: z.literal('git'), url: z.string().max(2000), ref: z.string().max(200), subdirectory: z.string().max(1000), commit: z.string().max(64) }),
  /** A project that ran on a server before. */
  z.object({ kind: z.literal('server'), server: z.string().max(63), project: z.string().max(128), path: z.string().max(4096) }),
]);
export type ProjectOrigin = z.infer<typeof projectOriginSchema>;

/** How fast a model answered at a chat gate, at the median of its requests; null: that was not measured. */
export const measuredGateSchema = z.object({
  /** Title of the gate. */
  gate: z.string(),
  model: z.string(),
  samples: z.int(),
  firstTokenMs: z.number().nullable(),
  tokensPerS: z.number().nullable(),
  /** Where numbers of tokens are from: the endpoint's own count, or the pieces of its stream. */
  counted: z.enum(['usage', 'pieces']),
  /** From where it was asked: this computer through SSH, or the server itself. */
  via: z.enum(['channel', 'server']),
});
export type MeasuredGate = z.infer<typeof measuredGateSchema>;

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
  /** What its chat gates measured; absent: none did. */
  performance: z.array(measuredGateSchema).optional(),
  /** Since which release each secret has the value that it has. */
  secrets: z.array(z.object({ name: z.string(), since: z.string(), sinceMs: z.number() })).optional(),
  /** Where a person's own project was taken from; absent for a stack of the catalogue. */
  from: projectOriginSchema.optional(),
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
  /** How often Docker started it anew by itself, since it was made; absent: nobody looked. */
  restarts: z.int().optional(),
  /** When it was last started, by the server's clock; null: never. */
  startedAtMs: z.number().nullable().optional(),
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
