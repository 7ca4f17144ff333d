import { z } from 'zod';
import { serverIdSchema } from './ids.ts';

/** Where a server stands in the release path. Production is guarded: mutations need its name confirmed. */
export const environmentSchema = z.enum(['development', 'staging', 'production']);
export type Environment = z.infer<typeof environmentSchema>;

/** A word a person gives to a server, a group or a tag: what selectors and commands refer to. */
export const labelSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'letters, digits, ".", "_" and "-", starting with a letter or digit, 63 at most');

/** A host name, IPv4 or IPv6 address (without brackets). Never begins with "-", so that no program takes it for an option. */
export const hostSchema = z.string().regex(/^[A-Za-z0-9:_][A-Za-z0-9._:%-]{0,254}$/, 'a host name or an IP address');

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
export type SshOptions = z.infer<typeof sshOptionsSchema>;

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
