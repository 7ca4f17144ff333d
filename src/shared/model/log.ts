import { z } from 'zod';
import { streamIdSchema } from './ids.ts';

/** Where lines come from: one container, one unit of the journal, or one file of one server. */
export const logSourceSchema = z.object({
  /** The same in every stream: names the source when lines are taken up again. */
  key: z.string().max(600),
  /** Its number in this stream, by which entries name it. */
  index: z.int().min(0),
  serverName: z.string(),
  kind: z.enum(['container', 'unit', 'file']),
  /** Of the compose project; null: it belongs to none. */
  stack: z.string().nullable(),
  /** Service of the stack, name of the container, unit, or path. */
  name: z.string(),
  /** First 12 digits of the container's id; null for units and files. */
  container: z.string().nullable(),
  /** `saved`: the container is gone, its log was kept before it was made anew. `ended`: no more will come. */
  state: z.enum(['live', 'ended', 'saved']),
});
export type LogSource = z.infer<typeof logSourceSchema>;

/**
 * One line, or a mark between lines. Lines of one source come in their order, each once. A line longer than 16 KiB comes in
 * several entries, all but the last with `more`.
 */
export const logEntrySchema = z.object({
  source: z.int().min(0),
  /** Milliseconds since 1970 of the server's clock; of a file's line, when it was read. */
  atMs: z.number(),
  text: z.string(),
  /** It came on stderr, or with a priority of error or worse. */
  error: z.literal(true).optional(),
  more: z.literal(true).optional(),
  /** The server no longer holds what came here; `text` says why that is known. */
  gap: z.literal(true).optional(),
});
export type LogEntry = z.infer<typeof logEntrySchema>;

/** Which lines are wanted. Empty lists of everything: all containers of the servers. */
export const logWantSchema = z.object({
  /** Stacks (`ph-<id>` or another compose project by its name). */
  stacks: z.array(z.string().min(1).max(64)).max(64).default([]),
  /** Only these services of the stacks; empty: all. */
  services: z.array(z.string().min(1).max(64)).max(64).default([]),
  /** Containers by name, whether of a stack or not. */
  containers: z.array(z.string().min(1).max(200)).max(64).default([]),
  /** Units of the journal; `-` is the whole journal, `kernel` the kernel's messages. */
  units: z.array(z.string().min(1).max(200)).max(64).default([]),
  /** Absolute paths. */
  files: z.array(z.string().min(2).max(1000).startsWith('/')).max(64).default([]),
});
export type LogWant = z.infer<typeof logWantSchema>;

const cost = z.int().min(0);

/** Frames of followed logs. `positions` are given back in `resume` to go on after a lost core or a reload, without a line twice or missing. */
export const logsFrameSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('open'), streamId: streamIdSchema }),
  /** Sources that are new, or whose state changed. */
  z.object({ type: z.literal('sources'), cost, sources: z.array(logSourceSchema) }),
  /** `positions`: key of a source to where it stands after these entries. */
  z.object({ type: z.literal('entries'), cost, entries: z.array(logEntrySchema), positions: z.record(z.string(), z.string()) }),
  z.object({
    type: z.literal('server'),
    cost,
    serverName: z.string(),
    state: z.enum(['opening', 'live', 'reconnecting', 'failed']),
    reason: z.string().nullable(),
  }),
  z.object({ type: z.literal('end'), cost, reason: z.string() }),
]);
export type LogsFrame = z.infer<typeof logsFrameSchema>;
