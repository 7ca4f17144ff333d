import { z } from 'zod';
import { serverIdSchema, stackIdSchema } from './ids.ts';
import { reachWaySchema } from './reachWay.ts';

/** Kinds of engines that are read. */
export const engineKindSchema = z.enum(['vllm', 'tensorzero', 'litellm', 'tei', 'ollama', 'weaviate', 'nginx', 'postgres', 'redis']);

/**
 * How an engine stands. `working`, `idle`; `quiet`: requests are at work and nothing came yet; `wedged`: nothing came for long, and it says
 * that it is well; `unhealthy`: it says that it is not; `down`: it does not answer; `unknown`: it does not tell, or was not looked at.
 */
export const engineStateSchema = z.enum(['working', 'idle', 'quiet', 'wedged', 'unhealthy', 'down', 'unknown']);
export type EngineState = z.infer<typeof engineStateSchema>;

/** An engine that was found on a server; its readings have the subject `engine:CONTAINER`. */
export const engineSchema = z.object({
  serverId: serverIdSchema,
  serverName: z.string(),
  container: z.string().max(255),
  kind: engineKindSchema,
  /** Null: of no stack of the catalogue. */
  stack: stackIdSchema.nullable(),
  service: z.string().max(255).nullable(),
  image: z.string().max(500),
  /** Where it is asked, as the server sees it. */
  host: z.string().max(255),
  port: z.int(),
  /** How it is reached; null: nothing was yet. */
  via: reachWaySchema.nullable(),
  /** Models that it says it serves. */
  models: z.array(z.string().max(300)).max(50),
  /** Null: it was not asked yet. */
  up: z.boolean().nullable(),
  state: engineStateSchema,
  /** Since when nothing was generated although requests were at work; null: it is not so. */
  flatSinceMs: z.number().nullable(),
  /** When it was last asked, by our clock. */
  observedAtMs: z.number().nullable(),
  /** Why it could not be asked. */
  problem: z.string().max(1000).nullable(),
});
export type Engine = z.infer<typeof engineSchema>;
