import { z } from 'zod';

const askId = z.int().min(1);
/** A 32-byte key, or its wrapped form. */
const bytes = z.base64().max(16_384);

/** What Electron's main process says to the core process. `connect` carries one MessagePort of a window. */
export const toCoreSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('connect') }),
  z.object({ kind: z.literal('keystore-answer'), id: askId, bytes }),
  z.object({ kind: z.literal('keystore-refusal'), id: askId, reason: z.string().max(500) }),
  z.object({ kind: z.literal('stop') }),
]);
export type ToCore = z.infer<typeof toCoreSchema>;

/** One thing worth a notification of the system. `to` is the route that shows more. */
export const noticeSchema = z.object({ title: z.string().max(200), body: z.string().max(500), to: z.string().startsWith('/').max(500) });
export type Notice = z.infer<typeof noticeSchema>;

/** What the core process says to Electron's main process. */
export const fromCoreSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  /** The core cannot start; `permanent` when trying again cannot help by itself. */
  z.object({ kind: z.literal('failed'), reason: z.string().max(2000), permanent: z.boolean() }),
  z.object({ kind: z.literal('keystore-ask'), id: askId, action: z.enum(['wrap', 'unwrap']), bytes }),
  z.object({ kind: z.literal('notice'), notice: noticeSchema }),
]);
export type FromCore = z.infer<typeof fromCoreSchema>;
