import type { GpuState } from './gpuState.ts';

/** `full`: a clean Debian with systemd. `prov`: the same with Docker and protection. `light`: sshd only. */
export type ServerKind = 'full' | 'prov' | 'light';

/** A login on a server besides root. */
export interface ServerUser {
  name: string;
  /** Enables password login; without it the account has no usable password. */
  password?: string;
  /** Whether the operator's key opens the account; the default is yes. */
  key?: boolean;
  /** The default is `none`. `password` asks for the user's own password. */
  sudo?: 'nopasswd' | 'password' | 'none';
}

/** What `startServer` is asked for. */
export interface ServerSpec {
  kind: ServerKind;
  /** Host name; also the container's name, so a server of the same name is replaced. */
  name: string;
  /** Memory limit such as `512m`; the default is 2g, for a light server 128m. */
  memory?: string;
  users?: readonly ServerUser[];
  /** Lines put before all other settings of sshd, so that they win. */
  sshdConfig?: string;
  /** Puts the nvidia-smi stand-in on the server; without it there is no such command. */
  gpus?: GpuState['gpus'];
  /** Keeps the server after the process that started it; for hand use. */
  keep?: boolean;
}

/** Throws for a name that is not a host name or a spec that no kind of server can have. */
export function checkSpec(spec: ServerSpec): void {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(spec.name)) throw new Error(`not a host name: ${spec.name}`);
  if (spec.name.startsWith('fleet-')) throw new Error(`names with fleet- belong to the fleet itself: ${spec.name}`);
  for (const user of spec.users ?? []) {
    if (!/^[a-z_][a-z0-9_-]{0,30}$/.test(user.name)) throw new Error(`not a user name: ${user.name}`);
    if (/[:\n]/.test(user.password ?? '')) throw new Error(`a password for chpasswd holds no colon or newline: ${user.name}`);
  }
}
