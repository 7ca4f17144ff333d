import { z } from 'zod';
import { serverIdSchema, stackIdSchema } from './ids.ts';

/** Names one set of backups: when it was begun, in UTC, and the end of its operation's id. Sorts by time. */
export const backupSetIdSchema = z.string().regex(/^[0-9]{8}T[0-9]{6}Z-[a-z0-9]{4,16}$/);

/** A directory below which backups are kept. Each server and stack has a directory of its own there, and nothing else of it is touched. */
const rootSchema = z
  .string()
  .max(300)
  .regex(/^\/[A-Za-z0-9._/-]*[A-Za-z0-9._-]$/, 'from the root, of letters, digits, ".", "_" and "-"')
  .refine((path) => !path.split('/').includes('..') && !path.includes('//'), 'without ".." and "//"');

/** Where a copy of a set lies: on its own server, on another one of the inventory, or on this computer. */
export const backupPlaceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('here'), path: rootSchema }),
  z.object({ kind: z.literal('server'), server: z.string().min(1).max(63), path: rootSchema }),
  z.object({ kind: z.literal('computer'), path: z.string().min(2).max(1000) }),
]);
export type BackupPlace = z.infer<typeof backupPlaceSchema>;

/** Which sets stay. What any of these names stays; what none of them names may go. The newest good one always stays. */
export const retentionSchema = z.object({
  /** So many of the newest. */
  last: z.int().min(1).max(1000).default(7),
  /** Everything younger than so many days. */
  days: z.int().min(0).max(3650).default(0),
  /** The newest of each of so many days, weeks, months. */
  daily: z.int().min(0).max(1000).default(0),
  weekly: z.int().min(0).max(520).default(0),
  monthly: z.int().min(0).max(240).default(0),
});
export type Retention = z.infer<typeof retentionSchema>;

/** How a stack on a server is to be backed up. */
export const backupPolicySchema = z.object({
  /** On its own server it always lies first; absent there: in `/var/backups/pilothouse`. */
  places: z.array(backupPlaceSchema).min(1).max(8),
  retention: retentionSchema,
  /** The name of a stored secret that seals the files; null: they lie open to root of that server. */
  sealedBy: z.string().min(1).max(120).nullable().default(null),
  /** Services, none named: all that have a recipe, and the release itself. */
  services: z.array(z.string().max(64)).max(64).default([]),
  /** A backup older than this is a finding: the recovery point objective, in hours. */
  pointHours: z.number().positive().max(8760).default(24),
  /** What a recovery may take: the recovery time objective, in minutes. */
  timeMinutes: z.number().positive().max(100_000).default(240),
  /** A restore has to have been tried within so many days. */
  drillDays: z.int().min(1).max(3650).default(90),
});
export type BackupPolicy = z.infer<typeof backupPolicySchema>;

/** One line of what a service holds: a table, a collection, a key space, a file; counted before and after its data was read. */
export const backupCountSchema = z.object({ name: z.string().max(500), before: z.number(), after: z.number() });
export type BackupCount = z.infer<typeof backupCountSchema>;

/** One file of a set. */
export const backupPartSchema = z.object({
  /** The service, or `release` for the release itself. */
  service: z.string().max(64),
  title: z.string().max(200),
  /** Image of the container that the data is of; null for the release itself. */
  image: z.string().max(400).nullable(),
  file: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
  /** Size of the file, and of the data in it. */
  bytes: z.int().min(0),
  rawBytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  rawSha256: z.string().regex(/^[0-9a-f]{64}$/),
  counts: z.array(backupCountSchema).max(5000),
  startedAtMs: z.number(),
  durationMs: z.number(),
});
export type BackupPart = z.infer<typeof backupPartSchema>;

/** What a set is, beside its files as `manifest.json`: enough to bring it back with nothing else at hand. */
export const backupManifestSchema = z.object({
  format: z.literal(1),
  id: backupSetIdSchema,
  /** `before-restore`: what was there before a restore, for the way back. */
  kind: z.enum(['backup', 'before-restore']),
  stackId: stackIdSchema,
  title: z.string().max(200),
  serverId: serverIdSchema,
  serverName: z.string().max(63),
  release: z.string().max(20),
  /** Version of the stack's definition. */
  stackVersion: z.int(),
  operationId: z.string().max(64),
  who: z.string().max(200),
  startedAtMs: z.number(),
  finishedAtMs: z.number(),
  /** Null: not sealed. */
  sealedBy: z.string().max(120).nullable(),
  parts: z.array(backupPartSchema).min(1).max(64),
  /** Services that keep data and are not in it. */
  missing: z.array(z.string().max(64)).max(64),
});
export type BackupManifest = z.infer<typeof backupManifestSchema>;

/** How a look at the files of a set at one place ended. */
export const backupCheckSchema = z.object({
  atMs: z.number(),
  place: backupPlaceSchema,
  ok: z.boolean(),
  /** One sentence for each file that is not as the manifest says. */
  problems: z.array(z.string().max(400)).max(64),
});
export type BackupCheck = z.infer<typeof backupCheckSchema>;

/** A restore, tried or for good, with what it took. */
export const backupRestoreSchema = z.object({
  atMs: z.number(),
  kind: z.enum(['test', 'restore']),
  onServer: z.string().max(63),
  ok: z.boolean(),
  /** From its start to the last count compared: the measured recovery time. */
  durationMs: z.number(),
  /** How old the data was when the restore began: the measured recovery point. */
  dataAgeMs: z.number(),
  detail: z.string().max(1000),
});
export type BackupRestore = z.infer<typeof backupRestoreSchema>;

/** A set as the laptop knows it. */
export const backupSetSchema = z.object({
  manifest: backupManifestSchema,
  places: z.array(backupPlaceSchema).max(8),
  checks: z.array(backupCheckSchema).max(50),
  restores: z.array(backupRestoreSchema).max(50),
});
export type BackupSet = z.infer<typeof backupSetSchema>;

/** What is to be said of the backups of one stack on one server. */
export const backupHealthSchema = z.object({
  serverId: serverIdSchema,
  serverName: z.string(),
  stackId: stackIdSchema,
  /** `missing`: none; `stale`: older than it may be; `bad`: the newest was found damaged or the last attempt failed; `untried`: no restore was tried in time. */
  state: z.enum(['good', 'untried', 'stale', 'bad', 'missing']),
  /** Why, each a sentence. */
  reasons: z.array(z.string()),
  policy: backupPolicySchema.nullable(),
  newest: backupSetSchema.nullable(),
  sets: z.int().min(0),
  /** Sum of the files of all sets, at one place. */
  bytes: z.number(),
  /** The restore that was tried last. */
  lastRestore: backupRestoreSchema.nullable(),
  /** Services that keep data and have no recipe, or were left out. */
  uncovered: z.array(z.string()),
});
export type BackupHealth = z.infer<typeof backupHealthSchema>;

/** Where sets lie on a server where nobody says otherwise. */
export const defaultBackupRoot = '/var/backups/pilothouse';
