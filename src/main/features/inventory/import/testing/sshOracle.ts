import { execFile, execFileSync } from 'node:child_process';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { readSshProgram } from '../sshConfigFile.ts';
import { type ResolvedHost, resolveHost } from '../sshConfigResolve.ts';
import type { LocalIdentity } from '../sshConfigTokens.ts';

/** What `ssh -G` and we say of a host, in one shape; `refused`: the configuration is no good. */
export type Resolution =
  | 'refused'
  | {
      hostname: string;
      port: number;
      user: string;
      identityFiles: string[];
      certificateFiles: string[];
      proxyJump: string | null;
      proxyCommand: string | null;
      hostKeyAlias: string | null;
      identitiesOnly: boolean;
      bindAddress: string | null;
      bindInterface: string | null;
      /** How many different ones. */
      localForwards: number;
    };

/** The `ssh` that is asked, as it names itself. */
export function sshVersion(): string {
  return execFileSync('sh', ['-c', 'ssh -V 2>&1'], { encoding: 'utf8' }).trim();
}

/** This computer and its person, with another home for the files of a test. */
export function localIdentity(homeDirectory: string): LocalIdentity {
  const { username, uid } = userInfo();
  return { user: username, uid, homeDirectory, hostname: hostname(), environment: { HOME: homeDirectory } };
}

/** Asks ssh. `~` of includes is the home given. */
export function askSsh(file: string, host: string, homeDirectory: string): Promise<Resolution> {
  return new Promise((resolve) => {
    const environment = { PATH: process.env['PATH'], HOME: homeDirectory };
    execFile('ssh', ['-G', '-F', file, '--', host], { env: environment, encoding: 'utf8' }, (error, stdout) => {
      resolve(error === null ? parseDump(stdout) : 'refused');
    });
  });
}

/** Resolves the same without ssh. */
export async function askOurselves(file: string, host: string, homeDirectory: string): Promise<Resolution> {
  return shaped(await resolvedFor(file, host, homeDirectory));
}

/** What we hold of a host. */
export async function resolvedFor(file: string, host: string, homeDirectory: string): Promise<ResolvedHost> {
  const program = await readSshProgram({ path: file, homeDirectory });
  return resolveHost(program, host, { local: localIdentity(homeDirectory) });
}

/** What we hold, in the common shape. */
export function shaped(ours: ResolvedHost): Resolution {
  if (ours.refused.length > 0 || jumpsToItself(ours)) return 'refused';
  const value = (keyword: string) => ours.settings.get(keyword)?.value ?? null;
  return {
    ...{ hostname: ours.hostname, port: ours.port, user: ours.user, identityFiles: ours.identityFiles, certificateFiles: ours.certificateFiles },
    ...{ proxyJump: ours.proxyJump?.text ?? null, proxyCommand: ours.proxyCommand, hostKeyAlias: ours.hostKeyAlias },
    identitiesOnly: value('identitiesonly') === 'yes' || value('identitiesonly') === 'true',
    ...{ bindAddress: value('bindaddress'), bindInterface: value('bindinterface') },
    // ssh keeps equal ones once.
    localForwards: new Set(value('localforward')?.split(', ')).size,
  };
}

/** For this host alone ssh refuses. Source: ssh.c, “jumphost loop”. */
function jumpsToItself({ proxyJump, hostname, port, user }: ResolvedHost): boolean {
  const last = proxyJump?.hops.at(-1);
  return last?.host === hostname && (last.port ?? 22) === port && (last.user ?? user) === user;
}

/** Source: `dump_client_config` of readconf.c. */
function parseDump(stdout: string): Resolution {
  const all = new Map<string, string[]>();
  for (const line of stdout.split('\n')) {
    const space = line.indexOf(' ');
    if (space > 0) all.set(line.slice(0, space), [...(all.get(line.slice(0, space)) ?? []), line.slice(space + 1)]);
  }
  const one = (keyword: string) => all.get(keyword)?.[0] ?? null;
  const keys = all.get('identityfile') ?? [];
  return {
    ...{ hostname: one('hostname') ?? '', port: Number(one('port')), user: one('user') ?? '' },
    identityFiles: areDefaults(keys) ? [] : keys,
    certificateFiles: all.get('certificatefile') ?? [],
    ...{ proxyJump: one('proxyjump'), proxyCommand: one('proxycommand'), hostKeyAlias: one('hostkeyalias') },
    identitiesOnly: one('identitiesonly') === 'yes',
    ...{ bindAddress: one('bindaddress'), bindInterface: one('bindinterface') },
    localForwards: all.get('localforward')?.length ?? 0,
  };
}

/** The keys that ssh tries where none is named, depending on how it was built. */
function areDefaults(keys: readonly string[]): boolean {
  return keys.length >= 3 && keys.every((key) => /^~\/\.ssh\/id_(rsa|ecdsa|ecdsa_sk|ed25519|ed25519_sk|xmss|dsa)$/.test(key));
}

/** Runs many, a few at a time. */
export async function inParallel<T>(items: readonly T[], width: number, body: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await body(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}

/** Folder of the configurations that are kept beside the tests; one folder is one home directory. */
export const corpus = join(import.meta.dirname, '..', 'fixtures', 'sshConfig');
