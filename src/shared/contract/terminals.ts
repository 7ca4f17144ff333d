import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { recordingIdSchema, terminalIdSchema } from '../model/ids.ts';
import { labelSchema } from '../model/server.ts';
import { terminalFrameSchema } from '../model/stream.ts';
import { terminalPresets } from '../model/terminalPreset.ts';
import { mutationFields, procedure } from './base.ts';

const size = { cols: z.int().min(2).max(1000), rows: z.int().min(1).max(500) };
const preset = {
  preset: z.enum(terminalPresets),
  /** What the preset is about: the container, stack or unit, where it asks for one. */
  of: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.@:\\-]{0,199}$/, 'a name of letters, digits, and _ . @ : \\ -')
    .optional(),
};

export const terminalSchema = z.object({
  id: terminalIdSchema,
  serverName: labelSchema,
  title: z.string(),
  ...preset,
  state: z.enum(['open', 'reconnecting', 'closed']),
  /** Why it is not open; null while it is. */
  reason: z.string().nullable(),
  /** What keeps the shell on the server when the connection goes; null: nothing there can, and it dies with its connection. */
  holder: z.enum(['python3', 'perl']).nullable(),
  openedAtMs: z.number(),
  /** Since when it is recorded; null: it is not. */
  recordingSinceMs: z.number().nullable(),
});
export type Terminal = z.infer<typeof terminalSchema>;

/** What was on a terminal, in the asciicast v2 format (https://docs.asciinema.org/manual/asciicast/v2/). Holds no keystrokes. */
export const recordingSchema = z.object({
  id: recordingIdSchema,
  serverName: labelSchema,
  title: z.string(),
  startedAtMs: z.number(),
  durationMs: z.number(),
  bytes: z.int(),
  running: z.boolean(),
});
export type Recording = z.infer<typeof recordingSchema>;

/** Shells held on servers: they survive navigation, reload, a lost connection and a new core. */
export const terminalsContract = {
  list: procedure.input(z.object({})).output(z.object({ terminals: z.array(terminalSchema) })),
  open: procedure.input(z.object({ ...mutationFields, server: labelSchema, ...preset, ...size })).output(z.object({ terminal: terminalSchema })),
  /**
   * The screen as it is, then every byte after it. `afterOffset` resumes without a snapshot where the bytes are still held. With
   * `ownAnswers` the consumer is a terminal that answers questions of the program by itself; otherwise the core does.
   */
  attach: procedure
    .input(z.object({ id: terminalIdSchema, afterOffset: z.int().min(0).optional(), ownAnswers: z.boolean().optional() }))
    .output(eventIterator(terminalFrameSchema)),
  /** Keystrokes, in order of the calls on one connection. `data` is text; 64 KiB at most. */
  write: procedure.input(z.object({ id: terminalIdSchema, data: z.string().max(65_536) })).output(z.object({})),
  resize: procedure.input(z.object({ id: terminalIdSchema, ...size })).output(z.object({})),
  /** Ends the shell. */
  close: procedure.input(z.object({ ...mutationFields, id: terminalIdSchema })).output(z.object({})),
  /** Begins or ends a recording of what the terminal shows from now on. */
  record: procedure.input(z.object({ ...mutationFields, id: terminalIdSchema, on: z.boolean() })).output(z.object({ terminal: terminalSchema })),
  /** Newest first. */
  recordings: procedure.input(z.object({})).output(z.object({ recordings: z.array(recordingSchema) })),
  /** A piece of the file from a byte on, in base64, 32 KiB at most; `next` is null at its end. */
  recording: procedure.input(z.object({ id: recordingIdSchema, offset: z.int().min(0) })).output(z.object({ data: z.string(), next: z.int().nullable() })),
  removeRecording: procedure.input(z.object({ ...mutationFields, id: recordingIdSchema })).output(z.object({})),
  /** The panes as the person arranged them; opaque to the core. Null: never saved. */
  layout: procedure.input(z.object({})).output(z.object({ layout: z.string().nullable() })),
  saveLayout: procedure.input(z.object({ layout: z.string().max(65_536) })).output(z.object({})),
};
