import { z } from 'zod';

/** Identifies one server of the inventory; survives renames. Form: `srv_` and 16 lower-case base-32 characters. */
export const serverIdSchema = z.string().min(1).max(64).brand<'ServerId'>();
export type ServerId = z.infer<typeof serverIdSchema>;

/** Identifies one operation of the journal. Form: `op_` and 16 lower-case base-32 characters, sortable by creation time. */
export const operationIdSchema = z.string().min(1).max(64).brand<'OperationId'>();
export type OperationId = z.infer<typeof operationIdSchema>;

/** Chosen by the client for every mutation: the same id always answers with the same operation or result. */
export const requestIdSchema = z.string().min(8).max(64).brand<'RequestId'>();
export type RequestId = z.infer<typeof requestIdSchema>;

/** Identifies one terminal held by the core; it outlives the pane that shows it. */
export const terminalIdSchema = z.string().min(1).max(64).brand<'TerminalId'>();
export type TerminalId = z.infer<typeof terminalIdSchema>;

/** Identifies one recording of a terminal. Form: `rec_` and 16 lower-case hexadecimal digits. */
export const recordingIdSchema = z
  .string()
  .regex(/^rec_[0-9a-f]{16}$/)
  .brand<'RecordingId'>();
export type RecordingId = z.infer<typeof recordingIdSchema>;

/** Identifies one tunnel through a server. Form: `tun_` and 16 lower-case base-32 characters. */
export const tunnelIdSchema = z.string().min(1).max(64).brand<'TunnelId'>();
export type TunnelId = z.infer<typeof tunnelIdSchema>;

/** Identifies one open stream of one client; the handle that credit is granted on. */
export const streamIdSchema = z.string().min(1).max(64).brand<'StreamId'>();
export type StreamId = z.infer<typeof streamIdSchema>;

/** Names a stack of the catalogue, for example `privaxai`. */
export const stackIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
  .brand<'StackId'>();
export type StackId = z.infer<typeof stackIdSchema>;

/** Names a release of one deployment on one server: `r1`, `r2`, … in the order in which they were made there. */
export const releaseIdSchema = z
  .string()
  .regex(/^r[1-9][0-9]{0,8}$/)
  .brand<'ReleaseId'>();
export type ReleaseId = z.infer<typeof releaseIdSchema>;

/** Names a workflow definition, for example `day1-base`. */
export const workflowIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
  .brand<'WorkflowId'>();
export type WorkflowId = z.infer<typeof workflowIdSchema>;
