import { access, constants, readFile } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../../shared/errors.ts';
import type { HostKey, LoginStep } from '../../../shared/model/server.ts';
import { type Noted, noteDetails } from '../connectionDetails.ts';
import { hostKeyOf } from '../hostKeys.ts';
import { expandHome, openKeyFile } from '../privateKey.ts';
import type { RemoteTarget } from '../remote.ts';
import { connectTimeoutSeconds, endpointData } from '../remoteErrors.ts';
import type { Transport } from '../transport.ts';
import { AskAnswers } from './askAnswers.ts';
import { connectMux } from './muxTransport.ts';
import { aliasOf } from './sshConfig.ts';
import { HostKeyRefused, sshFailure } from './sshErrors.ts';
import { SshProcess, type SshProcessRequest } from './sshProcess.ts';

/** Seconds for one run of `ssh` to come to a login: a token may wait for a touch, a proxy for its own login. */
const loginTimeoutSeconds = 60;

/** What connecting by the laptop's own `ssh` needs. */
export interface SystemConnectRequest {
  target: RemoteTarget;
  agentSocket: string | null;
  /** Judges an offered key: null accepts it. */
  verify: (key: Buffer) => AppError | null;
  /** Opens the way through a jump host, anew for each run; null: TCP from here, or the proxy command. */
  tunnel: (() => Promise<Duplex>) | null;
  signal: AbortSignal;
}

/** Public keys by their fingerprints, which name them for certain: `ssh` wants the keys themselves, an inventory keeps fingerprints. */
const keysSeen = new Map<string, string>();

/** Whether a server is reached by the laptop's own `ssh`. */
export function usesSystemSsh(target: Pick<RemoteTarget, 'systemSsh'>): boolean {
  return target.systemSsh !== undefined;
}

/**
 * Connects and logs in by the laptop's own `ssh`, which verifies the host key against exactly those keys that `verify` accepts. Rejects
 * with the same errors as the built-in client, and `ssh.system-client-unavailable` where there is no `ssh`, or none that can share a connection.
 */
export async function systemConnect(request: SystemConnectRequest): Promise<Transport> {
  const { target } = request;
  requireControlSockets(target);
  await requireKeyFile(target);
  const known = pinnedKeys(request) ?? (await learnKey(request));
  try {
    return await logIn(request, known);
  } catch (error) {
    if (!(error instanceof HostKeyRefused)) throw error;
  }
  // The key is another one than a moment ago: looking at it says which.
  await learnKey(request);
  throw new AppError('ssh.handshake-failed', { ...endpointData(target), reason: 'the host key was another one at the second look' });
}

/** Reads the host key that a server shows to the laptop's own `ssh`, without a login. Rejects as `systemConnect`. */
export async function systemLook(request: Omit<SystemConnectRequest, 'verify'>): Promise<Buffer> {
  const { target, signal } = request;
  requireControlSockets(target);
  const ssh = await run(request, { purpose: 'look', knownHosts: '', answers: new AskAnswers(target) });
  const stop = () => ssh.stop();
  // It ends by itself, since it may use no way of logging in; but not where a server lets anybody in.
  const timer = setTimeout(stop, (connectTimeoutSeconds + 5) * 1000);
  signal.addEventListener('abort', stop, { once: true });
  const end = await ssh.ended;
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  const [, base64] = /^\S+ \S+ (\S+)$/m.exec(end.knownHosts) ?? [];
  if (base64 !== undefined) return Buffer.from(base64, 'base64');
  const failure = sshFailure(target, end);
  throw failure instanceof AppError ? failure : new AppError('ssh.handshake-failed', { ...endpointData(target), reason: 'no host key was offered' });
}

async function learnKey(request: SystemConnectRequest): Promise<string> {
  const key = await systemLook(request);
  const refusal = request.verify(key);
  if (refusal !== null) throw refusal;
  const line = `${hostKeyOf(key).type} ${key.toString('base64')}`;
  keysSeen.set(hostKeyOf(key).fingerprint, line);
  return line;
}

/** A pinned key that was seen before and is still acceptable; a revocation since then counts. */
function pinnedKeys({ target, verify }: SystemConnectRequest): string | null {
  const seen = target.hostKeys.flatMap((pinned: HostKey) => keysSeen.get(pinned.fingerprint) ?? []);
  const good = seen.filter((line) => verify(Buffer.from(line.split(' ')[1] ?? '', 'base64')) === null);
  return good[0] ?? null;
}

async function logIn(request: SystemConnectRequest, knownKey: string): Promise<Transport> {
  const { target, signal } = request;
  const answers = new AskAnswers(target);
  const ssh = await run(request, { purpose: 'login', knownHosts: `${aliasOf(target)} ${knownKey}\n`, answers });
  const timer = new AbortController();
  const stop = () => ssh.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const late = delay(loginTimeoutSeconds * 1000, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const);
    const outcome = await Promise.race([ssh.ready, ssh.ended, late]);
    signal.throwIfAborted();
    if (outcome === 'late') throw new AppError('ssh.connect-timeout', { ...endpointData(target), seconds: loginTimeoutSeconds });
    if (outcome !== undefined) throw answers.problem ?? (await wrongPassphrase(target, answers)) ?? sshFailure(target, outcome);
    const transport = await connectMux(ssh.files.control).catch((error: unknown) => {
      throw new AppError('ssh.system-client-unavailable', { server: target.name, reason: (error as Error).message }, { cause: error });
    });
    transport.onClose(() => ssh.stop());
    noteDetails(transport, await detailsOf(target, ssh, knownKey));
    return transport;
  } catch (error) {
    ssh.stop();
    throw error;
  } finally {
    timer.abort();
    signal.removeEventListener('abort', stop);
  }
}

/** Tries passphrases that were given on their keys, here, for `ssh` does not say that one was wrong. */
async function wrongPassphrase({ name, auth }: RemoteTarget, answers: AskAnswers): Promise<AppError | null> {
  if (auth.kind !== 'key' || !answers.gavePassphrase) return null;
  for (const path of [auth.path, ...(auth.others ?? [])]) {
    const opened = await openKeyFile(name, path, auth.passphrase).catch(() => null);
    if (opened !== null && 'problem' in opened && opened.problem.code === 'ssh.key-passphrase-needed') return opened.problem;
  }
  return null;
}

const methods: Readonly<Record<string, LoginStep['method']>> = { publickey: 'publickey', password: 'password', 'keyboard-interactive': 'questions' };

/** What `ssh` tells of a connection at its level of words; it keeps the algorithms to itself. */
async function detailsOf(target: RemoteTarget, ssh: SshProcess, knownKey: string): Promise<Noted> {
  const log = await readFile(ssh.files.log, 'utf8').catch(() => '');
  const method = methods[/^Authenticated to .* using "(.+?)"/m.exec(log)?.[1] ?? ''];
  return {
    sinceMs: Date.now(),
    user: target.user,
    login: method === undefined ? [] : [{ method, key: null }],
    hostKey: hostKeyOf(Buffer.from(knownKey.split(' ')[1] ?? '', 'base64')),
    authority: null,
    serverVersion: '',
    keyExchange: 'as OpenSSH chose',
    cipher: 'as OpenSSH chose',
    mac: null,
    askedPerson: false,
  };
}

async function run(request: Omit<SystemConnectRequest, 'verify'>, how: Pick<SshProcessRequest, 'purpose' | 'knownHosts' | 'answers'>): Promise<SshProcess> {
  const { target, agentSocket, signal } = request;
  signal.throwIfAborted();
  const tunnel = request.tunnel === null ? null : await request.tunnel();
  try {
    return await SshProcess.start({ target, agentSocket, tunnel, ...how });
  } catch (error) {
    tunnel?.destroy();
    throw error;
  }
}

/** Looks for the key files, which `ssh` passes over without a word: at least one has to be there. */
async function requireKeyFile({ name: server, auth }: RemoteTarget): Promise<void> {
  if (auth.kind !== 'key') return;
  const problems: AppError[] = [];
  for (const path of [auth.path, ...(auth.others ?? [])]) {
    try {
      return await access(expandHome(path), constants.R_OK);
    } catch (error) {
      problems.push(new AppError('ssh.key-unreadable', { server, path, reason: (error as NodeJS.ErrnoException).code ?? 'unknown' }, { cause: error }));
    }
  }
  throw problems[0];
}

function requireControlSockets(target: RemoteTarget): void {
  if (process.platform !== 'win32') return;
  const reason = 'OpenSSH for Windows cannot share a connection (no ControlMaster); reach this server by the built-in client';
  throw new AppError('ssh.system-client-unavailable', { server: target.name, reason });
}
