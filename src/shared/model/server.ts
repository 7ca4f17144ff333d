import { z } from 'zod';
import { hostSchema } from './hostName.ts';
import { serverIdSchema } from './ids.ts';
import { serverRecordSchema } from './serverRecord.ts';

/** Where a server stands in the release path. Production is guarded: mutations need its name confirmed. */
export const environmentSchema = z.enum(['development', 'staging', 'production']);
export type Environment = z.infer<typeof environmentSchema>;

/** A word a person gives to a server, a group or a tag: what selectors and commands refer to. */
export const labelSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'letters, digits, ".", "_" and "-", starting with a letter or digit, 63 at most');

/** A POSIX login name. */
export const loginSchema = z.string().regex(/^[A-Za-z_][A-Za-z0-9._-]{0,31}\$?$/, 'a login name');

const pathSchema = z.string().min(1).max(4096);

/** How the laptop proves who it is. Passwords, passphrases and codes are held in the secret store or asked for, never here. */
export const authSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('agent') }),
  z.object({
    kind: z.literal('key'),
    path: pathSchema,
    /** Keys that are tried after the first, in this order. */
    others: z.array(pathSchema).max(8).optional(),
    /** OpenSSH user certificate of the first key; absent: `<path>-cert.pub` where there is one. */
    certificate: pathSchema.optional(),
  }),
  z.object({ kind: z.literal('password') }),
  /** By the server's own questions, such as a code that works once: a person answers them at every login. */
  z.object({ kind: z.literal('interactive') }),
]);
export type Auth = z.infer<typeof authSchema>;

/** How the login becomes root: not at all, without a password, or with one (kept in the secret store). */
export const sudoSchema = z.enum(['none', 'nopasswd', 'password']);
export type Sudo = z.infer<typeof sudoSchema>;

/** What differs from the plain way of reaching a server. Absent: nothing does. */
export const sshOptionsSchema = z.object({
  /** `built-in`: the SSH client of this program; `system`: the laptop's `ssh`, for what the former lacks. Absent: built-in. */
  transport: z.enum(['built-in', 'system']).optional(),
  /** Name under which known_hosts and host certificates know the server; absent: its host. */
  hostKeyAlias: hostSchema.optional(),
  /** Program on the laptop whose standard streams reach the server, as in ssh_config(5); asks for the system transport. */
  proxyCommand: z.string().min(1).max(1000).optional(),
});

/** What a person says about a server. */
export const serverFieldsSchema = z.object({
  name: labelSchema,
  host: hostSchema,
  port: z.int().min(1).max(65_535),
  user: loginSchema,
  auth: authSchema,
  /** Name of the server of the inventory through which this one is reached. */
  jump: labelSchema.nullable(),
  environment: environmentSchema,
  tags: z.array(labelSchema).max(32),
  groups: z.array(labelSchema).max(32),
  sudo: sudoSchema,
  ssh: sshOptionsSchema.optional(),
  /** What it does: words of `commonRoles`, or others. Absent: nobody has said. */
  roles: z.array(labelSchema).max(16).optional(),
  /** In a change its parts are changed one by one. */
  record: serverRecordSchema.optional(),
});
export type ServerFields = z.infer<typeof serverFieldsSchema>;

/** A public host key as OpenSSH prints it. */
export const hostKeySchema = z.object({
  /** Key type, for example `ssh-ed25519`. */
  type: z.string().max(64),
  /** `SHA256:` and unpadded base64, as `ssh-keygen -lf` prints it. */
  fingerprint: z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/),
  /** The key of an authority: the server is trusted by the host certificates that it signs. */
  authority: z.literal(true).optional(),
});
export type HostKey = z.infer<typeof hostKeySchema>;

/** A host certificate as a server showed it. */
export const hostCertificateSchema = z.object({
  keyId: z.string(),
  /** Decimal. */
  serial: z.string(),
  authority: hostKeySchema,
  /** Host names, possibly with wildcards. */
  principals: z.array(z.string()),
  /** Null: without a limit. */
  validFromMs: z.number().nullable(),
  validUntilMs: z.number().nullable(),
  /** What is wrong with it, whoever signed it; null: nothing. */
  flaw: z.string().nullable(),
  /** Whether its authority is one that known_hosts or a pin names for this server. */
  authorityKnown: z.boolean(),
});
export type HostCertificate = z.infer<typeof hostCertificateSchema>;

/** An entry of the person's known_hosts that speaks of a server. */
export const recordedKeySchema = z.object({ key: hostKeySchema, marker: z.enum(['none', 'authority', 'revoked']), file: z.string(), line: z.int() });
export type RecordedKey = z.infer<typeof recordedKeySchema>;

/** One way by which a login went through. */
export const loginStepSchema = z.object({
  method: z.enum(['publickey', 'certificate', 'password', 'questions']),
  key: z
    .object({
      type: z.string(),
      fingerprint: z.string(),
      /** File that it came from; null: the agent. */
      path: z.string().nullable(),
      comment: z.string(),
      certificate: z.object({ keyId: z.string(), authority: z.string() }).nullable(),
    })
    .nullable(),
});
export type LoginStep = z.infer<typeof loginStepSchema>;

/** How one connection was made: what a person may want to know, and no secret. */
export const connectionDetailsSchema = z.object({
  /** What it is used for. */
  lane: z.string(),
  sinceMs: z.number(),
  user: z.string(),
  /** Methods that the login took, in order. */
  login: z.array(loginStepSchema),
  hostKey: hostKeySchema,
  /** The authority whose certificate the host key came in. */
  authority: hostKeySchema.nullable(),
  /** Software that the server names in its greeting. */
  serverVersion: z.string(),
  keyExchange: z.string(),
  cipher: z.string(),
  /** Null where the cipher authenticates by itself. */
  mac: z.string().nullable(),
  /** Servers on the way, nearest to this computer first. */
  via: z.array(z.string()),
});
export type ConnectionDetails = z.infer<typeof connectionDetailsSchema>;

/** What a server asks a person before it lets them in. */
export const loginQuestionsSchema = z.object({
  /** Server that asks; on the way through jump hosts that may be one of these. */
  server: z.string(),
  user: z.string(),
  /** The server's own words, both often empty. */
  title: z.string(),
  instructions: z.string(),
  prompts: z.array(z.object({ text: z.string(), /** Whether what is typed may be seen. */ echo: z.boolean() })),
});
export type LoginQuestions = z.infer<typeof loginQuestionsSchema>;

/** One SSH-reachable machine in the inventory. */
export const serverSchema = serverFieldsSchema.extend({
  id: serverIdSchema,
  /** Pinned host keys; empty means untrusted: no connection is made. */
  hostKeys: z.array(hostKeySchema),
  /** Part of the demo fleet: labelled so wherever it is shown. */
  demo: z.boolean(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
});
export type Server = z.infer<typeof serverSchema>;

/** State of the connections to a server. `idle`: nothing has asked for one yet. */
export const connectionStateSchema = z.enum([
  'idle',
  'connecting',
  'connected',
  'degraded',
  'reconnecting',
  'unreachable',
  'auth-failed',
  'key-changed',
  'untrusted',
]);
export type ConnectionState = z.infer<typeof connectionStateSchema>;

/** How a server is. `unknown`: never measured; `stale`: the last measurement is too old to rely on. */
export const healthStateSchema = z.enum(['healthy', 'warning', 'critical', 'unknown', 'stale']);
export type HealthState = z.infer<typeof healthStateSchema>;
