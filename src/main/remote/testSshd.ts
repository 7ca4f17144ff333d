import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { ServerId } from '../../shared/model/ids.ts';
import type { HostKey, ServerFields } from '../../shared/model/server.ts';
import { hostKeyOf } from './hostKeys.ts';
import type { RemoteTarget } from './remote.ts';

/** How a throw-away sshd shall be. */
export interface TestSshdOptions {
  /** Further lines of sshd_config, for example `MaxSessions 2`. They come first, so they win. */
  config?: readonly string[];
  /** Which `sh` and tools commands find: this system's, dash with the system's tools, or busybox alone. */
  userland?: 'system' | 'dash' | 'busybox';
  /** Its targets are reached by this computer's own `ssh`. */
  systemSsh?: boolean;
  /** Environment of every session. */
  environment?: Readonly<Record<string, string>>;
  /** Scripts that are found first on the PATH of every session, by their name: a stand-in `sudo`, for example. */
  programs?: Readonly<Record<string, string>>;
}

/** What the remote layer has to do alike: under each userland, and by each client. */
export const remoteVariants: readonly { name: string; options: TestSshdOptions }[] = [
  { name: 'the system userland', options: { userland: 'system' } },
  { name: 'the dash userland', options: { userland: 'dash' } },
  { name: 'the busybox userland', options: { userland: 'busybox' } },
  { name: 'the system userland by OpenSSH as client', options: { userland: 'system', systemSsh: true } },
];

/** A real OpenSSH server on loopback with keys of its own. The login is the user who runs the tests. */
export interface TestSshd {
  host: string;
  port: number;
  user: string;
  /** Private key that may log in. */
  keyPath: string;
  /** A private key that may not. */
  strangerKeyPath: string;
  hostKey: HostKey;
  /** Public host key as a known_hosts line has it: type and base64. */
  hostKeyLine: string;
  /** A directory of this server's own, the home of its sessions; they keep their Pilothouse state in `state` below it. */
  directory: string;
  /** A target that logs in here, with what differs. */
  target(differences?: Partial<RemoteTarget>): RemoteTarget;
  /** Fields of a server that is reached here, "box" of staging without sudo, with what differs. */
  fields(differences?: Partial<ServerFields>): ServerFields;
  /** Kills the processes behind all open connections, as a crash or a cut would; returns how many. */
  dropConnections(): number;
  /** How many connections are open. */
  connections(): number;
  /** Stops listening and drops all connections; `start` listens again on the same port. */
  halt(): Promise<void>;
  start(): Promise<void>;
  /** Starts the server anew with another host key, which becomes its `hostKey`; connections are dropped. */
  changeHostKey(): Promise<HostKey>;
  /** What sshd logged so far. */
  log(): string;
  /** Halts the server and removes its files. */
  stop(): Promise<void>;
}

/** Starts an sshd for tests. Needs OpenSSH's server and ssh-keygen; busybox for that userland. */
export async function startTestSshd(options: TestSshdOptions = {}): Promise<TestSshd> {
  const directory = mkdtempSync(join(tmpdir(), 'ph-sshd-'));
  const user = userInfo().username;
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  for (const name of ['host', 'login', 'stranger']) makeKey(join(directory, name));
  writeFileSync(join(directory, 'authorized_keys'), readFileSync(join(directory, 'login.pub')), { mode: 0o600 });
  mkdirSync(join(directory, 'state'));
  const path = makeUserland(directory, options);
  const port = await freePort();
  const environment = { HOME: directory, PATH: path, PILOTHOUSE_STATE_DIR: join(directory, 'state'), ...options.environment };
  writeFileSync(join(directory, 'sshd_config'), sshdConfig(directory, port, environment, options.config ?? []));

  let child: ChildProcess | null = null;
  let log = '';
  const start = async () => {
    const sshd = spawn(which('sshd'), ['-D', '-e', '-f', join(directory, 'sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
    child = sshd;
    await new Promise<void>((resolve, reject) => {
      let said = '';
      sshd.stderr.on('data', (bytes: Buffer) => {
        log += bytes.toString();
        said += bytes.toString();
        if (said.includes('Server listening on')) resolve();
      });
      sshd.once('exit', () => reject(new Error(`sshd did not start: ${log}`)));
    });
  };
  const sessionPids = () => (child?.pid === undefined ? [] : childrenOf(child.pid));
  const dropConnections = () => killAll(sessionPids().flatMap((pid) => [...childrenOf(pid, 'sshd'), pid]));
  const halt = async () => {
    const sshd = child;
    if (sshd === null) return;
    const sessions = sessionPids().flatMap((pid) => [...childrenOf(pid, 'sshd'), pid]);
    child = null;
    const exited = new Promise((resolve) => sshd.once('exit', resolve));
    sshd.kill('SIGTERM');
    await exited;
    killAll(sessions);
  };
  await start();

  const readKey = () => readFileSync(join(directory, 'host.pub'), 'utf8').split(' ').slice(0, 2).join(' ').trim();
  const server: TestSshd = {
    host: '127.0.0.1',
    port,
    user,
    keyPath: join(directory, 'login'),
    strangerKeyPath: join(directory, 'stranger'),
    hostKey: hostKeyOf(keyBlob(readKey())),
    hostKeyLine: readKey(),
    directory,
    target: (differences = {}) => ({
      serverId: `srv_test_${port}` as ServerId,
      name: `test-${port}`,
      host: '127.0.0.1',
      port,
      user,
      auth: { kind: 'key', path: join(directory, 'login'), passphrase: async () => null },
      jump: null,
      sudo: 'nopasswd',
      sudoPassword: async () => null,
      hostKeys: [server.hostKey],
      ...(options.systemSsh === true ? { systemSsh: {} } : {}),
      ...differences,
    }),
    fields: (differences = {}) => ({
      ...{ name: 'box', host: '127.0.0.1', port, user, auth: { kind: 'key', path: join(directory, 'login') }, jump: null },
      ...{ environment: 'staging', tags: [], groups: [], sudo: 'none' },
      ...differences,
    }),
    dropConnections,
    connections: () => sessionPids().length,
    halt,
    start,
    changeHostKey: async () => {
      await halt();
      rmSync(join(directory, 'host'));
      makeKey(join(directory, 'host'));
      await start();
      server.hostKeyLine = readKey();
      server.hostKey = hostKeyOf(keyBlob(server.hostKeyLine));
      return server.hostKey;
    },
    log: () => log,
    stop: async () => {
      await halt();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return server;
}

function sshdConfig(directory: string, port: number, environment: Record<string, string>, extra: readonly string[]): string {
  const setEnv = Object.entries(environment).map(([name, value]) => `"${name}=${value}"`);
  return `${[
    ...extra,
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(directory, 'host')}`,
    `PidFile ${join(directory, 'pid')}`,
    `AuthorizedKeysFile ${join(directory, 'authorized_keys')}`,
    `SetEnv ${setEnv.join(' ')}`,
    'UsePAM no',
    'StrictModes no',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'PrintMotd no',
    'LogLevel VERBOSE',
    'MaxStartups 100:30:200',
  ].join('\n')}\n`;
}

/** Makes the directory that comes first on the PATH of sessions, and returns that PATH. */
function makeUserland(directory: string, options: TestSshdOptions): string {
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  const userland = options.userland ?? 'system';
  if (userland === 'dash') symlinkSync(which('dash'), join(bin, 'sh'));
  if (userland === 'busybox') execFileSync(which('busybox'), ['--install', '-s', bin]);
  for (const [name, text] of Object.entries(options.programs ?? {})) writeFileSync(join(bin, name), text, { mode: 0o755 });
  return userland === 'busybox' ? bin : `${bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
}

function which(program: string): string {
  return execFileSync('sh', ['-c', `PATH="$PATH:/usr/sbin:/sbin"; command -v "$1"`, 'sh', program], { encoding: 'utf8' }).trim();
}

function makeKey(path: string): void {
  rmSync(`${path}.pub`, { force: true });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', path]);
}

function keyBlob(line: string): Buffer {
  return Buffer.from(line.split(' ')[1] ?? '', 'base64');
}

/** A port of loopback that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no address');
  return address.port;
}

function childrenOf(pid: number, command?: string): number[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => Number(fields[1]) === pid && (command === undefined || fields[2] === command))
    .map((fields) => Number(fields[0]));
}

function killAll(pids: readonly number[]): number {
  let killed = 0;
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
      killed += 1;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  return killed;
}
