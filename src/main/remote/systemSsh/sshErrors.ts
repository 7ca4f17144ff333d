import { AppError } from '../../../shared/errors.ts';
import type { RemoteTarget } from '../remote.ts';
import { closedBeforeLogin, connectTimeoutSeconds, endpointData } from '../remoteErrors.ts';
import type { SshEnd } from './sshProcess.ts';

/** The host key that `ssh` met is not among those it was given. What it was is for whoever asks to find out. */
export class HostKeyRefused extends Error {}

type Meaning = (target: RemoteTarget, line: string) => AppError | HostKeyRefused;

const reasonOf = (line: string) => line.replace(/^[A-Za-z_]+: /, '').slice(0, 300);
const failed: Meaning = (target, line) => new AppError('ssh.handshake-failed', { ...endpointData(target), reason: reasonOf(line) });

/** What lines of `ssh` mean, the more telling first; its words have been stable for years, and are English by LC_ALL. */
const ownWords: readonly [RegExp, Meaning][] = [
  [/Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/, () => new HostKeyRefused()],
  [/bad configuration option|Bad configuration|Unsupported option "(?!gssapi)/i, failed],
  [/no matching .* found/i, failed],
  [/Could not resolve hostname|Name or service not known/i, (target) => new AppError('ssh.host-not-found', endpointData(target))],
  [/connect to (host|address) .*: Connection refused/i, (target) => new AppError('ssh.connection-refused', endpointData(target))],
  [/timed out|did not respond|Timeout/i, (target) => new AppError('ssh.connect-timeout', { ...endpointData(target), seconds: connectTimeoutSeconds })],
  [
    /connect to (host|address) .*: (.+)$|No route to host|Network is unreachable/i,
    (target, line) => new AppError('ssh.network-unreachable', { ...endpointData(target), reason: reasonOf(line) }),
  ],
  [/Permission denied \(|Too many authentication failures|No more authentication methods|no supported authentication methods/i, (target) => refused(target)],
  [/Permission denied, please try again/i, (target) => refused(target)],
  [/Connection (closed|reset)|closed by remote host|Broken pipe/i, (target) => closedBeforeLogin(target)],
];

/** What a proxy command says, as far as it speaks of the way to the server. */
const proxyWords: readonly [RegExp, Meaning][] = [
  [/Connection refused/i, (target) => new AppError('ssh.connection-refused', endpointData(target))],
  [/resolve|Name or service not known|not known|nodename/i, (target) => new AppError('ssh.host-not-found', endpointData(target))],
  [/timed out|timeout/i, (target) => new AppError('ssh.connect-timeout', { ...endpointData(target), seconds: connectTimeoutSeconds })],
];

/** Why a run of `ssh` that never logged in has ended. */
export function sshFailure(target: RemoteTarget, end: SshEnd): AppError | HostKeyRefused {
  if (end.missing) return new AppError('ssh.system-client-unavailable', { server: target.name, reason: 'there is no program named ssh on this computer' });
  const key = keyProblem(target, end.log);
  if (key !== null) return key;
  const own = meaningOf(ownWords, target, end.log);
  const viaProxy = target.systemSsh?.proxyCommand !== undefined;
  const said = end.proxySaid.trim();
  // A proxy command that ends looks like a server that closes: what it said tells more.
  if (viaProxy && said !== '' && (own === null || (own instanceof AppError && own.code === 'ssh.closed-before-login'))) {
    const reason = `the proxy command said: ${said.slice(-300)}`;
    return meaningOf(proxyWords, target, said) ?? new AppError('ssh.handshake-failed', { ...endpointData(target), reason });
  }
  if (own !== null) return own;
  return end.log.trim() === '' ? closedBeforeLogin(target) : failed(target, end.log.trim().split('\n').at(-1) ?? '');
}

/** A key file that could not be used explains a login that was refused. */
function keyProblem(target: RemoteTarget, log: string): AppError | null {
  const [, path, reason] = /Load key "(.+)": (.+)$/m.exec(log) ?? /Identity file (.+) not accessible: (.+)\.$/m.exec(log) ?? [];
  if (path === undefined || reason === undefined || !/Permission denied \(/.test(log)) return null;
  return new AppError('ssh.key-unreadable', { server: target.name, path, reason });
}

function meaningOf(words: readonly [RegExp, Meaning][], target: RemoteTarget, text: string): AppError | HostKeyRefused | null {
  const lines = text.split(/\r?\n/);
  for (const [pattern, meaning] of words) {
    const line = lines.find((candidate) => pattern.test(candidate));
    if (line !== undefined) return meaning(target, line);
  }
  return null;
}

function refused(target: RemoteTarget): AppError {
  const { auth, user } = target;
  const data = { ...endpointData(target), user };
  switch (auth.kind) {
    case 'password':
      return new AppError('ssh.auth-password-refused', data);
    case 'interactive':
      return new AppError('ssh.auth-answers-refused', data);
    default:
      return new AppError('ssh.auth-key-refused', { ...data, method: auth.kind === 'agent' ? 'agent' : 'publickey' });
  }
}
