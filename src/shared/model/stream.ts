import { z } from 'zod';
import { streamIdSchema } from './ids.ts';

/** No frame of a stream is larger than this when encoded; larger ones are split, so that bulk never delays a keystroke. */
export const maxFrameBytes = 64 * 1024;

/**
 * The one credit protocol of all streams. The producer counts what it sent and stops once `window` units are unacknowledged;
 * the consumer acknowledges what it has taken with `streams.ack`. Units are characters of the frames' payload.
 */
export const creditWindows = {
  /** Conflated: while the consumer is busy only the latest state waits, so a small window is enough. */
  state: { pauseAt: 256 * 1024, resumeAt: 64 * 1024 },
  log: { pauseAt: 512 * 1024, resumeAt: 128 * 1024 },
  /** More comes while a good part is still to be drawn; little enough that Ctrl-C is felt at once. */
  terminal: { pauseAt: 256 * 1024, resumeAt: 192 * 1024 },
} as const;

const open = z.object({ type: z.literal('open'), streamId: streamIdSchema });
/** `cost` is what the consumer acknowledges for the frame once it has taken it. */
const cost = z.int().min(0);

/**
 * Frames of a *state* stream over a keyed collection: a snapshot in one or more frames (`last` on the final one), then patches.
 * Versions only grow; a consumer replaces what it has at a snapshot.
 */
export function stateFrameSchema<T extends z.ZodType>(item: T) {
  return z.discriminatedUnion('type', [
    open,
    z.object({ type: z.literal('snapshot'), cost, version: z.int(), items: z.array(item), first: z.boolean(), last: z.boolean() }),
    z.object({ type: z.literal('patch'), cost, version: z.int(), upsert: z.array(item), remove: z.array(z.string()) }),
  ]);
}

/**
 * The same for items of many fields of which few change at a time: `changed` brings, by the item's key, the fields that are others than those sent
 * before. A consumer that never had the item was sent it whole.
 */
export function fieldStateFrameSchema<T extends z.ZodObject>(item: T) {
  const [, snapshot, patch] = stateFrameSchema(item).options;
  return z.discriminatedUnion('type', [open, snapshot, patch.extend({ changed: z.array(z.object({ key: z.string(), fields: item.partial() })) })]);
}

/**
 * Frames of a *log* stream: items in order of `seq`, resumable from `afterSeq`. `gap` says that what lies between is gone;
 * `end` that no more will come, and why.
 */
export function logFrameSchema<T extends z.ZodType>(item: T) {
  return z.discriminatedUnion('type', [
    open,
    z.object({ type: z.literal('items'), cost, items: z.array(item) }),
    z.object({ type: z.literal('gap'), cost, fromSeq: z.int(), toSeq: z.int(), reason: z.string() }),
    z.object({ type: z.literal('end'), cost, reason: z.string() }),
  ]);
}

/** Frames of a *terminal* stream: base64 bytes at an offset; a `snapshot` replaces the screen by what it was at that offset. */
export const terminalFrameSchema = z.discriminatedUnion('type', [
  open,
  z.object({ type: z.literal('snapshot'), cost, offset: z.int(), cols: z.int(), rows: z.int(), text: z.string(), first: z.boolean(), last: z.boolean() }),
  z.object({ type: z.literal('bytes'), cost, offset: z.int(), data: z.string() }),
  z.object({ type: z.literal('resized'), cost, cols: z.int(), rows: z.int() }),
  z.object({ type: z.literal('state'), cost, state: z.enum(['open', 'reconnecting', 'closed']), reason: z.string().nullable() }),
]);
export type TerminalFrame = z.infer<typeof terminalFrameSchema>;

export type StateFrame<T> =
  | { type: 'open'; streamId: z.infer<typeof streamIdSchema> }
  | { type: 'snapshot'; cost: number; version: number; items: T[]; first: boolean; last: boolean }
  | StatePatch<T>;
export type StatePatch<T> = { type: 'patch'; cost: number; version: number; upsert: T[]; remove: string[] };

/** See `fieldStateFrameSchema`. */
export type FieldStateFrame<T> = Exclude<StateFrame<T>, StatePatch<T>> | FieldStatePatch<T>;
export type FieldStatePatch<T> = StatePatch<T> & { changed: { key: string; fields: Partial<T> }[] };

export type LogFrame<T> =
  | { type: 'open'; streamId: z.infer<typeof streamIdSchema> }
  | { type: 'items'; cost: number; items: T[] }
  | { type: 'gap'; cost: number; fromSeq: number; toSeq: number; reason: string }
  | { type: 'end'; cost: number; reason: string };
