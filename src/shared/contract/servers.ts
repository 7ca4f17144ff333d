import { z } from 'zod';
import { appErrorSchema } from '../errors.ts';
import { factsChangeSchema, factsSchema, vitalsSchema } from '../model/facts.ts';
import { operationIdSchema, serverIdSchema } from '../model/ids.ts';
import { operationSchema } from '../model/operation.ts';
import {
  connectionStateSchema,
  environmentSchema,
  healthStateSchema,
  hostCertificateSchema,
  hostKeySchema,
  labelSchema,
  recordedKeySchema,
  serverFieldsSchema,
  serverSchema,
} from '../model/server.ts';
import { fieldStateStream, guardedFields, mutationFields, procedure, selectorSchema } from './base.ts';

/** A server with all that a list shows of it; what is not known is null. */
export const fleetRowSchema = z.object({
  server: serverSchema,
  connection: connectionStateSchema,
  /** Why the connection is as it is, where that needs a reason. */
  connectionError: appErrorSchema.nullable(),
  health: healthStateSchema,
  /** The operation that is changing the server now. */
  activity: z.object({ operationId: operationIdSchema, title: z.string() }).nullable(),
  facts: factsSchema.nullable(),
  vitals: vitalsSchema.nullable(),
  /** GPU utilisation of the last 15 minutes, mean over GPUs in percent, oldest first; null: nothing measured in that slot. */
  utilizationHistory: z.array(z.number().nullable()).max(60),
  stacks: z.array(z.object({ stackId: z.string(), release: z.string().nullable(), health: z.enum(['healthy', 'degraded', 'down', 'absent', 'unknown']) })),
});
export type FleetRow = z.infer<typeof fleetRowSchema>;

/** Secrets typed along with a server: sealed at once, never read back. */
const credentialsSchema = z.object({
  password: z.string().max(1024).optional(),
  passphrase: z.string().max(1024).optional(),
  sudoPassword: z.string().max(1024).optional(),
});

const labelsSchema = z.array(labelSchema).max(32).default([]);

/** What is changed in how servers are filed; what is not named stays. A label that is added and removed is removed. */
export const labelChangesSchema = z.object({
  environment: environmentSchema.optional(),
  addTags: labelsSchema,
  removeTags: labelsSchema,
  addGroups: labelsSchema,
  removeGroups: labelsSchema,
  addRoles: labelsSchema,
  removeRoles: labelsSchema,
});
export type LabelChanges = z.infer<typeof labelChangesSchema>;

/** What servers can be imported from. */
export const importKindSchema = z.enum(['ssh-config', 'ansible', 'csv', 'json', 'yaml']);
export type ImportKind = z.infer<typeof importKindSchema>;

/** What servers can be exported to. */
export const exportFormatSchema = z.enum(['ansible-ini', 'ansible-yaml', 'csv', 'json', 'yaml']);
export type ExportFormat = z.infer<typeof exportFormatSchema>;

/** Characters of a file that is handed over rather than read by the core. */
export const mostImportText = 4 * 1024 * 1024;

/** One server of an import preview. */
export const importEntrySchema = z.object({
  /** Unique within the preview. */
  id: z.string(),
  /** `changed`: the inventory has it with other values; `conflict`: another machine has its name or its address. */
  status: z.enum(['new', 'same', 'changed', 'conflict', 'unsupported']),
  /** What choosing it does; null where it cannot be chosen. */
  action: z.enum(['add', 'update']).nullable(),
  name: z.string(),
  /** The record as it would be; null where none can be made. */
  fields: serverFieldsSchema.nullable(),
  /** What an update changes: the field, its value now, its value then. */
  differences: z.array(z.object({ field: serverFieldsSchema.keyof(), present: z.string(), imported: z.string() })),
  /** Where it stands. */
  source: z.string(),
  /** What cannot be honoured, each named; never dropped silently. */
  notes: z.array(z.string()),
});
export type ImportEntry = z.infer<typeof importEntrySchema>;

/** What a source holds: each part of it is in an entry or in a remark. */
export const importPreviewSchema = z.object({
  path: z.string(),
  entries: z.array(importEntrySchema),
  remarks: z.array(z.object({ source: z.string(), text: z.string() })),
});
export type ImportPreview = z.infer<typeof importPreviewSchema>;

const importSourceSchema = z.object({
  source: importKindSchema,
  /** A file of the computer that the core runs on; with `text`, the name of what was handed over. */
  path: z.string().min(1).max(4096).optional(),
  text: z.string().max(mostImportText).optional(),
});
export type ImportSource = z.infer<typeof importSourceSchema>;

/** Inventory: servers, trust, facts. */
export const serversContract = {
  list: procedure.input(z.object({ selector: selectorSchema.optional() })).output(z.object({ servers: z.array(serverSchema) })),
  get: procedure.input(z.object({ name: labelSchema })).output(fleetRowSchema),
  /** Fleet rows keyed by server id, live. */
  watch: procedure.input(z.object({})).output(fieldStateStream(fleetRowSchema)),
  add: procedure.input(z.object({ ...mutationFields, fields: serverFieldsSchema, credentials: credentialsSchema.optional() })).output(
    z.object({
      server: serverSchema,
      /** What the server offered; null when it could not be reached: see `error`. */ offered: hostKeySchema.nullable(),
      error: appErrorSchema.nullable(),
    }),
  ),
  edit: procedure
    .input(z.object({ ...guardedFields, name: labelSchema, fields: serverFieldsSchema.partial(), credentials: credentialsSchema.optional() }))
    .output(z.object({ server: serverSchema })),
  /** Files several servers at once, all or none; connections stay. Answers with the servers that were picked. */
  label: procedure
    .input(z.object({ ...guardedFields, selector: selectorSchema, ...labelChangesSchema.shape }))
    .output(z.object({ servers: z.array(serverSchema) })),
  remove: procedure.input(z.object({ ...guardedFields, name: labelSchema })).output(z.object({})),
  /** Reads the server's host key without logging in. */
  scanHostKey: procedure.input(z.object({ name: labelSchema })).output(
    z.object({
      offered: hostKeySchema,
      pinned: z.array(hostKeySchema),
      /** What the person's known_hosts says of the key itself. */
      knownHosts: z.enum(['match', 'mismatch', 'absent', 'revoked']),
      /** The certificate that the key came in. */
      certificate: hostCertificateSchema.nullable(),
      /** The authority by which known_hosts vouches for the certificate. */
      vouchedBy: hostKeySchema.nullable(),
      recorded: z.array(recordedKeySchema),
    }),
  ),
  /**
   * Pins the key with exactly this fingerprint, or the authority whose sound certificate it came in, after scanning again; anything else
   * on offer is refused.
   */
  trust: procedure
    .input(z.object({ ...mutationFields, name: labelSchema, fingerprint: hostKeySchema.shape.fingerprint }))
    .output(z.object({ server: serverSchema })),
  /** Connects now, with a full login, and says what stands in the way. */
  test: procedure.input(z.object({ name: labelSchema })).output(z.object({ roundTripMs: z.number(), loginAs: z.string() })),
  facts: procedure.input(z.object({ name: labelSchema })).output(z.object({ facts: factsSchema.nullable() })),
  /** What changed on a server between readings of its facts, newest first. */
  factsChanges: procedure
    .input(z.object({ name: labelSchema, limit: z.int().min(1).max(500).default(100) }))
    .output(z.object({ changes: z.array(factsChangeSchema) })),
  refreshFacts: procedure.input(z.object({ ...mutationFields, selector: selectorSchema })).output(z.object({ operation: operationSchema })),
  /** Reads a source and sets it against the inventory; nothing of it is run and nothing is added. */
  importPreview: procedure.input(importSourceSchema).output(importPreviewSchema),
  /** Adds and changes all of these or none. New servers may jump through each other; no key is pinned. */
  importApply: procedure
    .input(
      z.object({
        ...guardedFields,
        add: z.array(serverFieldsSchema).max(5000),
        update: z.array(z.object({ name: labelSchema, fields: serverFieldsSchema.omit({ name: true }).partial() })).max(5000),
      }),
    )
    .output(z.object({ added: z.array(serverSchema), updated: z.array(serverSchema) })),
  /** Servers as a file; secrets are never part of it. */
  export: procedure
    .input(z.object({ format: exportFormatSchema, selector: selectorSchema.optional() }))
    .output(z.object({ fileName: z.string(), text: z.string(), count: z.int(), notes: z.array(z.string()) })),
  /** Every tag, group and role in use, for menus and completion. */
  labels: procedure
    .input(z.object({}))
    .output(z.object({ tags: z.array(z.string()), groups: z.array(z.string()), roles: z.array(z.string()), serverIds: z.array(serverIdSchema) })),
};
