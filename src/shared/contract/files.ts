import { z } from 'zod';
import { operationIdSchema, serverIdSchema } from '../model/ids.ts';
import { operationSchema } from '../model/operation.ts';
import { absolutePathSchema, entryNameSchema, remotePathSchema } from '../model/remotePath.ts';
import { labelSchema } from '../model/server.ts';
import { guardedFields, procedure, selectorSchema, stateStream } from './base.ts';

/** Entries of one listing at most; more are counted. */
export const mostListedEntries = 10_000;
/** The largest file that is opened as text. */
export const largestTextBytes = 1024 * 1024;

const place = { server: labelSchema, path: absolutePathSchema, sudo: z.boolean().default(false) };
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** An entry of a directory on a server. Names are texts as `remotePathSchema` has them: show them by `visibleName`. */
export const fileEntrySchema = z.object({
  name: z.string(),
  type: z.enum(['file', 'directory', 'link', 'other']),
  sizeBytes: z.number(),
  /** Permission bits, twelve of them. */
  mode: z.int(),
  owner: z.string(),
  group: z.string(),
  mtimeMs: z.number(),
  /** Where a link leads; null for what is none. */
  link: z.object({ text: z.string(), leadsTo: z.enum(['file', 'directory', 'other', 'nothing']) }).nullable(),
});
export type FileEntry = z.infer<typeof fileEntrySchema>;

/** How a text is stored; kept when it is saved. */
export const textFormSchema = z.object({
  encoding: z.enum(['utf-8', 'utf-8-bom', 'utf-16le', 'utf-16be', 'latin1']),
  /** `crlf`: every line ends so, and `text` has `\n` in its place; `mixed` endings stand in `text` as they are. */
  lineEnds: z.enum(['lf', 'crlf', 'mixed']),
});
export type TextForm = z.infer<typeof textFormSchema>;

/** A text file as it was read. */
export const textFileSchema = z.object({
  /** With links followed: what is saved to. */
  path: z.string(),
  text: z.string(),
  form: textFormSchema,
  /** Of its bytes: saving is refused once the file has another. */
  sha256,
  sizeBytes: z.number(),
  mode: z.int(),
  owner: z.string(),
  mtimeMs: z.number(),
});
export type TextFile = z.infer<typeof textFileSchema>;

/** How far one server's part of a copy has come. Kept while it runs. */
export const transferSchema = z.object({
  operationId: operationIdSchema,
  serverId: serverIdSchema,
  phase: z.enum(['compare', 'send', 'verify', 'interrupted']),
  doneBytes: z.number(),
  totalBytes: z.number(),
  bytesPerS: z.number(),
});
export type Transfer = z.infer<typeof transferSchema>;

export const copyDirectionSchema = z.enum(['up', 'down']);

/** Files of servers: looked at, changed one by one, and copied. */
export const filesContract = {
  list: procedure.input(z.object(place)).output(z.object({ path: z.string(), entries: z.array(fileEntrySchema), total: z.int() })),
  /** Throws `file.too-large`, `file.not-text`, `file.not-regular`. */
  read: procedure.input(z.object(place)).output(textFileSchema),
  /**
   * Saves a text over the file that `base` is the checksum of, or as a new one where it is null. The former version stays beside it under
   * `backup`. Throws `file.changed-underneath`, `file.exists`, `file.owner-not-kept`.
   */
  save: procedure
    .input(z.object({ ...guardedFields, ...place, base: sha256.nullable(), text: z.string().max(4 * largestTextBytes), form: textFormSchema }))
    .output(z.object({ file: textFileSchema.omit({ text: true, form: true }), backup: z.string().nullable() })),
  makeDirectory: procedure.input(z.object({ ...guardedFields, ...place })).output(z.object({})),
  /** Gives an entry another name in its directory. Throws `file.exists`. */
  rename: procedure.input(z.object({ ...guardedFields, ...place, name: entryNameSchema })).output(z.object({})),
  /** Removes entries of a directory with all that is in them. */
  remove: procedure
    .input(z.object({ ...guardedFields, ...place, names: z.array(entryNameSchema).min(1).max(1000) }))
    .output(z.object({ operation: operationSchema })),
  /**
   * Copies a file or a directory. `local` is a path of the computer that the core runs on, from its root; `remote` one of the servers, from the
   * root or below the login's home. Into a directory that is there, or whose name ends with `/`, as `cp` does; from several servers, into a
   * directory each.
   */
  copy: procedure
    .input(
      z.object({
        ...guardedFields,
        selector: selectorSchema,
        direction: copyDirectionSchema,
        local: z.string().min(1).max(4096),
        remote: remotePathSchema,
        sudo: z.boolean().default(false),
      }),
    )
    .output(z.object({ operation: operationSchema })),
  /** Copies under way, keyed by operation and server. */
  watchTransfers: procedure.input(z.object({})).output(stateStream(transferSchema)),
  /** What is in a directory of the computer that the core runs on, to choose from. An empty path: the person's home. */
  local: procedure.input(z.object({ path: z.string().max(4096) })).output(
    z.object({
      path: z.string(),
      parent: z.string().nullable(),
      entries: z.array(z.object({ name: z.string(), directory: z.boolean(), sizeBytes: z.number() })),
    }),
  ),
};
