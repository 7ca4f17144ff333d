import { z } from 'zod';
import { appErrorSchema } from '../errors.ts';
import { serverIdSchema } from './ids.ts';

/** How the recorder of a server stands. `stopped`: it is there and does not run; `unknown`: the server could not be asked. */
export const recorderStateSchema = z.enum(['absent', 'recording', 'stopped', 'unknown']);

/** The recorder of a server: what keeps its figures there while nobody reads them. */
export const recorderStatusSchema = z.object({
  serverId: serverIdSchema,
  serverName: z.string(),
  state: recorderStateSchema,
  /** Where it is; null: nowhere, or not known. */
  directory: z.string().nullable(),
  /** What it keeps now. */
  bytes: z.number(),
  /** The oldest and the newest look that it keeps, by our clock; null: none. */
  firstAtMs: z.number().nullable(),
  lastAtMs: z.number().nullable(),
  error: appErrorSchema.nullable(),
});
export type RecorderStatus = z.infer<typeof recorderStatusSchema>;
