import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { terminalIdSchema } from '../model/ids.ts';
import { labelSchema } from '../model/server.ts';
import { terminalFrameSchema } from '../model/stream.ts';
import { mutationFields, procedure } from './base.ts';

const size = { cols: z.int().min(2).max(1000), rows: z.int().min(1).max(500) };

export const terminalSchema = z.object({
  id: terminalIdSchema,
  serverName: labelSchema,
  title: z.string(),
  preset: z.enum(['shell', 'gpu']),
  state: z.enum(['open', 'reconnecting', 'closed']),
  openedAtMs: z.number(),
});
export type Terminal = z.infer<typeof terminalSchema>;

/** Shells held by the core: they survive navigation and reload of the window that shows them. */
export const terminalsContract = {
  list: procedure.input(z.object({})).output(z.object({ terminals: z.array(terminalSchema) })),
  open: procedure
    .input(z.object({ ...mutationFields, server: labelSchema, preset: z.enum(['shell', 'gpu']), ...size }))
    .output(z.object({ terminal: terminalSchema })),
  /** The screen as it is, then every byte after it. `afterOffset` resumes without a snapshot where the bytes are still held. */
  attach: procedure.input(z.object({ id: terminalIdSchema, afterOffset: z.int().min(0).optional() })).output(eventIterator(terminalFrameSchema)),
  /** Keystrokes, in order of the calls on one connection. `data` is text; 64 KiB at most. */
  write: procedure.input(z.object({ id: terminalIdSchema, data: z.string().max(65_536) })).output(z.object({})),
  resize: procedure.input(z.object({ id: terminalIdSchema, ...size })).output(z.object({})),
  close: procedure.input(z.object({ ...mutationFields, id: terminalIdSchema })).output(z.object({})),
};
