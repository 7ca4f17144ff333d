import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { hostKeyAlgorithms } from '../hostKeys.ts';
import { expandHome } from '../privateKey.ts';
import type { RemoteTarget } from '../remote.ts';
import { connectTimeoutSeconds } from '../remoteErrors.ts';

/** The files of one run of `ssh`, in a directory that only we can read. */
export interface RunFiles {
  config: string;
  knownHosts: string;
  control: string;
  log: string;
  askpass: string;
  /** Named pipes: questions of askpass and our answers, bytes to and from a tunnel. */
  question: string;
  answer: string;
  toServer: string;
  fromServer: string;
}

/** The files of a run, by the directory they lie in. */
export function runFiles(directory: string): RunFiles {
  const at = (name: string) => join(directory, name);
  return {
    config: at('config'),
    knownHosts: at('known_hosts'),
    control: at('ctl'),
    log: at('log'),
    askpass: at('askpass'),
    question: at('question'),
    answer: at('answer'),
    toServer: at('to'),
    fromServer: at('from'),
  };
}

/** What a run of `ssh` is for. */
export interface SshRun {
  target: RemoteTarget;
  files: RunFiles;
  /** `look`: sees the host key and goes before any login. */
  purpose: 'login' | 'look';
  agentSocket: string | null;
  /** The way to the server is a tunnel through the named pipes. */
  tunnelled: boolean;
}

/** What `ssh` knows the server as: no other prompt or known host has this name, so none is taken for another's. */
export function aliasOf(target: Pick<RemoteTarget, 'serverId'>): string {
  return `pilothouse-${target.serverId.replace(/[^A-Za-z0-9_-]/g, '-')}`;
}

/** What the local command of a master prints once it is logged in and its control socket is there. */
export const readyWord = 'pilothouse-ready';

/**
 * The whole configuration of one run (https://man.openbsd.org/ssh_config.5): neither the person's nor the system's own is read. Throws
 * `input.invalid` for what cannot be written into one without meaning something else.
 */
export function sshConfig(run: SshRun): string {
  const { target, files, purpose } = run;
  const lines: [string, string][] = [
    ['HostName', escaped(word('host', target.host))],
    ['Port', String(target.port)],
    ['User', word('user', target.user)],
    ['HostKeyAlias', aliasOf(target)],
    ['UserKnownHostsFile', path(files.knownHosts)],
    ['GlobalKnownHostsFile', '/dev/null'],
    ['StrictHostKeyChecking', purpose === 'login' ? 'yes' : 'accept-new'],
    ['HostKeyAlgorithms', hostKeyAlgorithms(target.hostKeys.map((key) => key.type)).join(',')],
    ['VerifyHostKeyDNS', 'no'],
    ['UpdateHostKeys', 'no'],
    ['HashKnownHosts', 'no'],
    ['CheckHostIP', 'no'],
    ['ConnectTimeout', String(connectTimeoutSeconds)],
    ['ConnectionAttempts', '1'],
    ['NumberOfPasswordPrompts', '1'],
    ['ServerAliveInterval', '5'],
    ['ServerAliveCountMax', '3'],
    ['Compression', 'no'],
    ['ForwardAgent', 'no'],
    ['ForwardX11', 'no'],
    ['AddKeysToAgent', 'no'],
    ['EscapeChar', 'none'],
    ['RequestTTY', 'no'],
    ['LogLevel', 'VERBOSE'],
    ...proxyLines(run),
    ...(purpose === 'login' ? loginLines(run) : lookLines),
  ];
  return `Host *\n${lines.map(([name, value]) => `  ${name} ${value}\n`).join('')}`;
}

const lookLines: [string, string][] = [
  ['PreferredAuthentications', 'none'],
  ['PubkeyAuthentication', 'no'],
  ['BatchMode', 'yes'],
];

function loginLines({ target, files, agentSocket }: SshRun): [string, string][] {
  const { auth } = target;
  const master: [string, string][] = [
    ['ControlMaster', 'yes'],
    ['ControlPath', path(files.control)],
    ['ControlPersist', 'no'],
    ['PermitLocalCommand', 'yes'],
    ['LocalCommand', `echo ${readyWord}`],
    ['IdentityAgent', agentSocket === null ? 'none' : path(agentSocket)],
  ];
  switch (auth.kind) {
    case 'agent':
      return [...master, ['PreferredAuthentications', 'gssapi-with-mic,publickey'], ['GSSAPIAuthentication', 'yes'], ['IdentityFile', 'none']];
    case 'key':
      return [
        ...master,
        ['PreferredAuthentications', 'publickey,password,keyboard-interactive'],
        ['IdentitiesOnly', 'yes'],
        ...[auth.path, ...(auth.others ?? [])].map((file): [string, string] => ['IdentityFile', path(expandHome(file))]),
        ...(auth.certificate === undefined ? [] : [['CertificateFile', path(expandHome(auth.certificate))] satisfies [string, string]]),
      ];
    case 'password':
    case 'interactive':
      return [...master, ['PreferredAuthentications', 'password,keyboard-interactive'], ['PubkeyAuthentication', 'no'], ['IdentityFile', 'none']];
  }
}

function proxyLines({ target, files, tunnelled }: SshRun): [string, string][] {
  // `ssh` puts `exec` before it; the first of the two goes on in the background.
  if (tunnelled) return [['ProxyCommand', `cat <${shellPath(files.fromServer)} & exec cat >${shellPath(files.toServer)}`]];
  const command = target.systemSsh?.proxyCommand;
  if (command === undefined) return [['ProxyCommand', 'none']];
  if (/[\n\r\0]/.test(command)) throw invalid('ssh.proxyCommand', 'a proxy command is one line');
  return [['ProxyCommand', command]];
}

/** A value without anything that ends it, quotes it or begins a comment. */
function word(name: string, value: string): string {
  if (/^[A-Za-z0-9._:%_$-]+$/.test(value) && !value.startsWith('-')) return value;
  throw invalid(name, 'it holds characters that are not those of a name');
}

/** Percent signs begin tokens. */
function escaped(value: string): string {
  return value.replaceAll('%', '%%');
}

function path(value: string): string {
  if (/["\\\n\r\0]|\$\{/.test(value)) throw invalid('path', `the laptop's ssh cannot be given the path ${value}`);
  return `"${escaped(value)}"`;
}

function shellPath(value: string): string {
  if (!/^[A-Za-z0-9/._+-]+$/.test(value)) throw invalid('path', `the directory for temporary files, ${value}, has characters that a shell would read`);
  return value;
}

function invalid(name: string, text: string): AppError {
  return new AppError('input.invalid', { issues: [{ path: name, message: text }] });
}
