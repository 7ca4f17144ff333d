import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AppError, type ErrorCode } from '../../shared/errors.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import type { Remote, RemotePorts, RemoteTarget } from './remote.ts';
import type { TestRemote } from './testRemote.ts';
import { inProcess, open, sshd } from './testWorld.ts';

async function failure(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => new Error('it worked'),
    (e: unknown) => e,
  );
  if (!(error instanceof AppError)) throw error;
  return error;
}
const run = (test: TestRemote, target: RemoteTarget) => test.server(target).exec({ script: 'echo in', timeoutMs: 30_000 });
async function codeFor(target: RemoteTarget, ports?: Partial<RemotePorts>): Promise<ErrorCode> {
  const test = open([target], ports);
  return (await failure(run(test, target))).code;
}

describe('what cannot be reached', () => {
  it('tells a refused port, an unknown name and silence apart', async () => {
    const server = await sshd();
    await server.halt();
    expect(await codeFor(server.target())).toBe('ssh.connection-refused');
    expect(await codeFor(server.target({ host: 'no-such-host.invalid' }))).toBe('ssh.host-not-found');
    const silent = await inProcess({ password: 'pw', misbehaves: 'stalls' });
    const test = open([silent.target()]);
    const error = await failure(run(test, silent.target()));
    expect(error.code).toBe('ssh.connect-timeout');
    expect(error.data).toMatchObject({ seconds: 15 });
    expect(test.remote.state(silent.target().serverId).state).toBe('unreachable');
  });

  it('tries again when a server drops it before the login, and gives up in the end', async () => {
    const busy = await inProcess({ password: 'pw', misbehaves: 'resets', misbehavesTimes: 2 });
    expect((await run(open([busy.target()]), busy.target())).stdout).toBe('in\n');
    expect(busy.attempts()).toBe(3);
    const gone = await inProcess({ password: 'pw', misbehaves: 'ends' });
    expect(await codeFor(gone.target())).toBe('ssh.closed-before-login');
    expect(gone.attempts()).toBe(5);
  });

  it('says when there is no SSH at the other end', async () => {
    const other = await inProcess({ password: 'pw', misbehaves: 'ends-after-greeting' });
    expect(await codeFor(other.target())).toBe('ssh.closed-before-login');
  });
});

describe('host keys', () => {
  it('makes no connection at all to a server without a pinned key', async () => {
    const server = await inProcess({ password: 'pw' });
    const target = server.target({ hostKeys: [] });
    const test = open([target]);
    expect((await failure(run(test, target))).code).toBe('server.untrusted');
    expect(server.attempts()).toBe(0);
    expect(test.remote.state(target.serverId).state).toBe('untrusted');
  });

  it('refuses a changed key before any login, and says which was expected', async () => {
    const server = await sshd();
    const target = server.target();
    await server.changeHostKey();
    const test = open([target]);
    const error = await failure(run(test, target));
    expect(AppError.is(error, 'ssh.host-key-changed') && error.data).toMatchObject({
      expected: target.hostKeys.map((key) => key.fingerprint),
      found: server.hostKey.fingerprint,
      keyType: 'ssh-ed25519',
    });
    expect(server.log()).not.toContain('Accepted publickey');
    expect(test.remote.state(target.serverId).state).toBe('key-changed');
  });

  it('refuses a pinned key that known_hosts has revoked', async () => {
    const server = await sshd();
    const file = join(server.directory, 'known_hosts');
    writeFileSync(file, `@revoked * ${server.hostKeyLine}\n`);
    expect(await codeFor(server.target(), { knownHostsFiles: [file] })).toBe('ssh.host-key-revoked');
    expect(server.log()).not.toContain('Accepted publickey');
  });

  it('asks for the key type that is pinned when the server has several', async () => {
    const server = await sshd();
    const ecdsa = join(server.directory, 'ecdsa');
    execFileSync('ssh-keygen', ['-q', '-t', 'ecdsa', '-N', '', '-f', ecdsa]);
    const both = await sshd({ config: [`HostKey ${ecdsa}`] });
    const fingerprint = execFileSync('ssh-keygen', ['-lf', `${ecdsa}.pub`], { encoding: 'utf8' }).split(' ')[1] ?? '';
    const target = both.target({ hostKeys: [{ type: 'ecdsa-sha2-nistp256', fingerprint }] });
    expect((await run(open([target]), target)).stdout).toBe('in\n');
  });

  it('scans without a login and judges by known_hosts', async () => {
    const server = await sshd();
    const file = join(server.directory, 'known_hosts');
    const scan = async (text: string) => {
      writeFileSync(file, text);
      const result = await open([], { knownHostsFiles: [file, join(server.directory, 'missing')] }).remote.scanHostKey({ ...server, name: 'new', jump: null });
      expect(result.offered).toEqual(server.hostKey);
      return result.knownHosts;
    };
    const name = `[127.0.0.1]:${server.port}`;
    expect(await scan('')).toBe('absent');
    expect(await scan(`${name} ${server.hostKeyLine}\n`)).toBe('match');
    const stranger = execFileSync('ssh-keygen', ['-yf', server.strangerKeyPath], { encoding: 'utf8' });
    expect(await scan(`${name} ${stranger}`)).toBe('mismatch');
    expect(await scan(`@revoked ${name} ${server.hostKeyLine}\n`)).toBe('revoked');
    writeFileSync(file, `${name} ${server.hostKeyLine}\n`);
    execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'ignore' });
    const hashed = execFileSync('cat', [file], { encoding: 'utf8' });
    expect(hashed).toMatch(/^\|1\|/);
    expect(await scan(hashed)).toBe('match');
    expect(server.log()).not.toContain('Accepted');
  });
});

describe('logins', () => {
  it('reports a refused key once and does not knock again until reset', async () => {
    const server = await sshd();
    const target = server.target({ auth: { kind: 'key', path: server.strangerKeyPath, passphrase: async () => null } });
    const test = open([target]);
    const error = await failure(run(test, target));
    expect(AppError.is(error, 'ssh.auth-key-refused') && error.data).toMatchObject({ user: server.user, method: 'publickey' });
    expect(await failure(run(test, target))).toBe(error);
    const knocks = () => server.log().split('Connection from').length - 1;
    expect(knocks()).toBe(1);
    expect(test.remote.state(target.serverId).state).toBe('auth-failed');
    test.remote.reset(target.serverId);
    await failure(run(test, target));
    expect(knocks()).toBe(2);
    expect((await run(test, server.target())).stdout).toBe('in\n');
  });

  it('sends a wrong password once, and logs in with the right one by both methods', async () => {
    for (const asksQuestions of [false, true]) {
      const server = await inProcess({ password: 'right', asksQuestions });
      expect((await run(open([server.target()]), server.target())).stdout).toBe('in\n');
      const before = server.logins.length;
      const wrong = server.target({ auth: { kind: 'password', password: async () => 'wrong' } });
      expect(await codeFor(wrong)).toBe('ssh.auth-password-refused');
      expect(server.logins.slice(before).map((login) => login.method)).toEqual(asksQuestions ? ['password', 'keyboard-interactive'] : ['password']);
    }
  });

  it('knows what is missing before it knocks', async () => {
    const server = await inProcess({ password: 'pw' });
    const encrypted = join((await sshd()).directory, 'encrypted');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'open sesame', '-f', encrypted]);
    const key = (path: string, passphrase: string | null): Partial<RemoteTarget> => ({ auth: { kind: 'key', path, passphrase: async () => passphrase } });
    expect(await codeFor(server.target({ auth: { kind: 'password', password: async () => null } }))).toBe('ssh.password-missing');
    expect(await codeFor(server.target({ auth: { kind: 'agent' } }))).toBe('ssh.agent-unavailable');
    expect(await codeFor(server.target(key('/no/such/key', null)))).toBe('ssh.key-unreadable');
    expect(await codeFor(server.target(key('/etc/hostname', null)))).toBe('ssh.key-unreadable');
    expect(await codeFor(server.target(key(encrypted, null)))).toBe('ssh.key-passphrase-needed');
    expect(await codeFor(server.target(key(encrypted, 'wrong')))).toBe('ssh.key-passphrase-needed');
    expect(server.attempts()).toBe(0);
    expect(await codeFor(server.target({ auth: { kind: 'agent' } }), { agentSocket: '/no/such/agent' })).toBe('ssh.agent-unavailable');
  });

  it('opens an encrypted key, in the forms of OpenSSH and PEM, and uses an agent', async () => {
    const server = await sshd();
    for (const extra of [
      ['-t', 'ed25519'],
      ['-t', 'rsa', '-b', '2048', '-m', 'PEM'],
      ['-t', 'ecdsa'],
    ]) {
      const path = join(server.directory, `key-${extra.length}-${extra[1]}`);
      execFileSync('ssh-keygen', ['-q', ...extra, '-N', 'open sesame', '-f', path]);
      execFileSync('sh', ['-c', 'cat "$1.pub" >>"$2"', 'sh', path, join(server.directory, 'authorized_keys')]);
      const target = server.target({ auth: { kind: 'key', path, passphrase: async () => 'open sesame' } });
      expect((await run(open([target]), target)).stdout).toBe('in\n');
    }
    const socket = join(server.directory, 'agent');
    const agent = execFileSync('ssh-agent', ['-a', socket], { encoding: 'utf8' });
    const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(agent)?.[1]);
    onTestFinished(() => void process.kill(pid));
    const target = server.target({ auth: { kind: 'agent' } });
    expect(await codeFor(target, { agentSocket: socket })).toBe('ssh.auth-key-refused');
    execFileSync('ssh-add', ['-q', server.keyPath], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
    expect((await run(open([target], { agentSocket: socket }), target)).stdout).toBe('in\n');
  });
});

describe('a connection that goes away', () => {
  it('leaves the outcome of a running command unknown, and is made again for the next', async () => {
    const server = await sshd();
    const target = server.target();
    const test = open([target]);
    const error = await failure(test.server(target).exec({ script: 'echo on; sleep 60', timeoutMs: 60_000, onOutput: () => void server.dropConnections() }));
    expect(error.code).toBe('ssh.connection-lost');
    expect(test.remote.state(target.serverId)).toMatchObject({ state: 'idle', error: { code: 'ssh.connection-lost' } });
    expect((await run(test, target)).stdout).toBe('in\n');
    const path = test.states.map(({ state }) => state.state);
    expect(path).toEqual(['connecting', 'connected', 'idle', 'reconnecting', 'connected']);
  });

  it('keeps lanes apart', async () => {
    const server = await sshd();
    const target = server.target();
    const test = open([target]);
    for (const lane of ['control', 'bulk', 'interactive'] as const) await test.server(target).exec({ script: 'true', lane, timeoutMs: 20_000 });
    expect(server.connections()).toBe(3);
    test.remote.reset(target.serverId);
    expect(test.remote.state(target.serverId)).toEqual({ state: 'idle', error: null });
    expect((await run(test, target)).stdout).toBe('in\n');
  });
});

describe('jump hosts', () => {
  const chain = async () => {
    const [outer, inner] = [await sshd(), await sshd()];
    const jump = outer.target({ serverId: 'srv_jump' as ServerId, name: 'jump' });
    return { outer, inner, jump, target: inner.target({ jump }) };
  };
  const scan = (remote: Remote, target: RemoteTarget) => remote.scanHostKey(target);

  it('reaches a server through another, both verified, and shares the way', async () => {
    const { outer, inner, target } = await chain();
    const test = open([target]);
    expect((await run(test, target)).stdout).toBe('in\n');
    await test.server(target).exec({ script: 'true', lane: 'bulk', timeoutMs: 20_000 });
    await test.server(target).exec({ script: 'true', lane: 'interactive', timeoutMs: 20_000 });
    // One for everything but bulk transfers, and one for these.
    expect([outer.connections(), inner.connections()]).toEqual([2, 3]);
    expect((await scan(test.remote, target)).offered).toEqual(inner.hostKey);
    outer.dropConnections();
    await test.until(target.serverId, (state) => state.state === 'idle');
    expect((await run(test, target)).stdout).toBe('in\n');
  });

  it('refuses a changed key at either hop, and names the hop', async () => {
    const { outer, inner, jump, target } = await chain();
    await inner.changeHostKey();
    const atEnd = await failure(run(open([target]), target));
    expect(AppError.is(atEnd, 'ssh.host-key-changed') && atEnd.data.server).toBe(target.name);
    await outer.changeHostKey();
    const atJump = await failure(run(open([target]), target));
    expect(AppError.is(atJump, 'ssh.host-key-changed') && atJump.data.server).toBe('jump');
    expect((await failure(scan(open([]).remote, target))).code).toBe('ssh.host-key-changed');
    expect((await failure(run(open([]), { ...target, jump: { ...jump, hostKeys: [] } }))).code).toBe('server.untrusted');
  });

  it('tells what is wrong beyond the jump host', async () => {
    const { inner, target } = await chain();
    await inner.halt();
    expect(await codeFor(target)).toBe('ssh.connection-refused');
    const closed = await sshd({ config: ['AllowTcpForwarding no'] });
    expect(await codeFor({ ...target, jump: closed.target({ serverId: 'srv_closed' as ServerId, name: 'closed' }) })).toBe('ssh.channel-refused');
  });
});
