import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AppError, type ErrorCode } from '../../../shared/errors.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { RemotePorts, RemoteTarget } from '../remote.ts';
import type { TestRemote } from '../testRemote.ts';
import { freePort, type TestSshd, type TestSshdOptions } from '../testSshd.ts';
import { sshd as anySshd, inProcess, open } from '../testWorld.ts';

const sshd = (options: TestSshdOptions = {}) => anySshd({ systemSsh: true, ...options });
const run = (test: TestRemote, target: RemoteTarget) => test.server(target).exec({ script: 'echo in', timeoutMs: 30_000 });
async function failure(target: RemoteTarget, ports?: Partial<RemotePorts>): Promise<AppError> {
  const error = await run(open([target], ports), target).then(
    () => new Error('it worked'),
    (e: unknown) => e,
  );
  if (!(error instanceof AppError)) throw error;
  return error;
}
const codeOf = async (target: RemoteTarget, ports?: Partial<RemotePorts>): Promise<ErrorCode> => (await failure(target, ports)).code;
const quiet = '-F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o IdentitiesOnly=yes';
const through = (server: TestSshd) => `ssh ${quiet} -i ${server.keyPath} -p ${server.port} -W %h:%p ${server.user}@127.0.0.1`;

// A directory of this file's own for the runs of ssh: other tests have theirs at the same time.
const temporary = mkdtempSync(join(tmpdir(), 'ph-t-'));
process.env['TMPDIR'] = temporary;
afterAll(() => rmSync(temporary, { recursive: true }));
const runDirectories = () => readdirSync(temporary).filter((name) => /^ph-[A-Za-z0-9]{6}$/.test(name));
const runningMasters = () =>
  execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(`ssh -F ${temporary}`));

describe('the way to a server', () => {
  it('goes through a proxy command, whose tokens ssh fills in', async () => {
    const [outer, inner] = [await sshd(), await sshd()];
    const target = inner.target({ systemSsh: { proxyCommand: through(outer) } });
    const test = open([target]);
    expect((await run(test, target)).stdout).toBe('in\n');
    expect(outer.log()).toContain('Accepted publickey');
    expect(test.server(target).connections()).toMatchObject([{ lane: 'control', login: [{ method: 'publickey' }], hostKey: inner.hostKey }]);
  });

  it('goes through a jump host, in every mixture of clients', async () => {
    const [outer, middle, inner] = [await sshd(), await sshd(), await sshd()];
    for (const clients of [
      [true, false, true],
      [false, true, false],
      [true, true, true],
    ]) {
      const [outerOwn, middleOwn, innerOwn] = clients.map((own) => (own ? { systemSsh: {} } : {}));
      const plain = ({ systemSsh: _own, ...target }: RemoteTarget): RemoteTarget => target;
      const first = { ...plain(outer.target({ serverId: 'srv_first' as ServerId, name: 'first' })), ...outerOwn };
      const second = { ...plain(middle.target({ serverId: 'srv_second' as ServerId, name: 'second', jump: first })), ...middleOwn };
      const target = { ...plain(inner.target({ jump: second })), ...innerOwn };
      const test = open([target, first, second]);
      expect((await run(test, target)).stdout).toBe('in\n');
      const bytes = new Uint8Array(3_000_000).map((_, at) => (at * 7 + (at >> 10)) % 256);
      await test.server(target).writeFile(join(inner.directory, 'file'), bytes, { mode: 0o600 });
      expect(Buffer.compare(readFileSync(join(inner.directory, 'file')), bytes)).toBe(0);
      expect((await test.remote.scanHostKey(target)).offered).toEqual(inner.hostKey);
    }
  });

  it('says what is wrong on the way', async () => {
    const [outer, inner] = [await sshd(), await sshd()];
    await inner.halt();
    const by = (proxyCommand: string) => inner.target({ systemSsh: { proxyCommand } });
    expect(await codeOf(inner.target())).toBe('ssh.connection-refused');
    expect(await codeOf(inner.target({ host: 'no-such-host.invalid' }))).toBe('ssh.host-not-found');
    expect(await codeOf(by(through(outer)))).toBe('ssh.connection-refused');
    // In a shell of its own: ssh puts "exec" before it, by which a lone echo would close what ssh reads before it has said anything.
    const broken = await failure(by(`sh -c 'echo "no ticket for the gateway" >&2; exit 1'`));
    expect(AppError.is(broken, 'ssh.handshake-failed') && broken.data.reason).toContain('no ticket for the gateway');
    expect(await codeOf({ ...by('cat'), jump: outer.target({ serverId: 'srv_jump' as ServerId, name: 'jump' }) })).toBe('input.invalid');
    expect(await codeOf(by('cat\nLocalCommand id'))).toBe('input.invalid');
    const deaf = await inProcess({ misbehaves: 'stalls' });
    expect(await codeOf(deaf.target({ systemSsh: {} }))).toBe('ssh.connect-timeout');
  });

  it('takes nothing of the inventory for shell text or options', async () => {
    const server = await sshd();
    const marker = join(server.directory, 'owned');
    for (const host of ['127.0.0.1`touch x`', '-oProxyCommand=touch', '127.0.0.1\nProxyCommand touch x', '$(touch x)']) {
      expect(await codeOf(server.target({ host, systemSsh: { proxyCommand: `touch ${marker}-%h` } }))).toBe('input.invalid');
    }
    expect(readdirSync(server.directory).filter((name) => name.startsWith('owned'))).toEqual([]);
  });
});

describe('host keys', () => {
  it('refuses a changed key and a revoked one before any login, and says which', async () => {
    const server = await sshd();
    const target = server.target();
    const test = open([target]);
    expect((await run(test, target)).stdout).toBe('in\n');
    const file = join(server.directory, 'known_hosts');
    writeFileSync(file, `@revoked * ${server.hostKeyLine}\n`);
    expect(await codeOf(target, { knownHostsFiles: [file] })).toBe('ssh.host-key-revoked');
    const logins = () => server.log().split('Accepted publickey').length - 1;
    const before = logins();
    // The good key is remembered: ssh itself meets the new one.
    await server.changeHostKey();
    const error = await failure(target);
    expect(AppError.is(error, 'ssh.host-key-changed') && error.data).toMatchObject({
      expected: target.hostKeys.map((key) => key.fingerprint),
      found: server.hostKey.fingerprint,
    });
    expect(logins()).toBe(before);
    expect(await codeOf({ ...target, hostKeys: [] })).toBe('server.untrusted');
  });
});

describe('logins', () => {
  it('reports a refused key once, without a second attempt', async () => {
    const server = await sshd();
    const target = server.target({ auth: { kind: 'key', path: server.strangerKeyPath, passphrase: async () => null } });
    const test = open([target]);
    const attempts = () => server.log().split('Failed publickey').length + server.log().split('Connection closed by authenticating user').length - 2;
    await expect(run(test, target)).rejects.toMatchObject({ code: 'ssh.auth-key-refused' });
    const knocks = attempts();
    await expect(run(test, target)).rejects.toMatchObject({ code: 'ssh.auth-key-refused' });
    expect(attempts()).toBe(knocks);
    expect(test.remote.state(target.serverId).state).toBe('auth-failed');
    expect(await codeOf(server.target({ auth: { kind: 'key', path: '/no/such/key', passphrase: async () => null } }))).toBe('ssh.key-unreadable');
  });

  it('opens an encrypted key by a helper, and never answers another program', async () => {
    const server = await sshd();
    const path = join(server.directory, 'encrypted');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'canary open sesame', '-f', path]);
    appendFileSync(join(server.directory, 'authorized_keys'), readFileSync(`${path}.pub`));
    const target = (passphrase: string | null) => server.target({ auth: { kind: 'key', path, passphrase: async () => passphrase } });
    const good = target('canary open sesame');
    const test = open([good]);
    expect((await run(test, good)).stdout).toBe('in\n');
    const processes = execFileSync('ps', ['axeww', '-o', 'args='], { encoding: 'utf8' });
    expect(processes).toContain(`SSH_ASKPASS=${temporary}`);
    expect(processes).not.toContain('canary');
    const files = runDirectories().flatMap((name) =>
      ['config', 'known_hosts', 'log', 'askpass'].map((file) => readFileSync(join(temporary, name, file), 'utf8')),
    );
    expect(files.join('\n')).toContain('Authenticated to');
    expect(files.join('\n')).not.toContain('canary');
    expect(await codeOf(target(null))).toBe('ssh.key-passphrase-needed');
    expect(await codeOf(target('wrong'))).toBe('ssh.key-passphrase-needed');
    const nosy = `"$SSH_ASKPASS" "Enter passphrase for key '/other': " >${join(server.directory, 'said')} 2>&1; exit 1`;
    await failure({ ...good, systemSsh: { proxyCommand: nosy } });
    expect(readFileSync(join(server.directory, 'said'), 'utf8')).toBe('');
  });

  it('sends a password once, by either method', async () => {
    for (const asksQuestions of [false, true]) {
      const server = await inProcess({ password: 'right', asksQuestions });
      const target = server.target({ systemSsh: {} });
      expect((await run(open([target]), target)).stdout).toBe('in\n');
      const before = server.logins.length;
      expect(await codeOf({ ...target, auth: { kind: 'password', password: async () => 'wrong' } })).toBe('ssh.auth-password-refused');
      const tried = server.logins.slice(before).filter(({ method }) => method !== 'none');
      expect(tried).toHaveLength(1);
      expect(await codeOf({ ...target, auth: { kind: 'password', password: async () => null } })).toBe('ssh.password-missing');
    }
  });
});

describe('a master', () => {
  it('that dies leaves the outcome unknown, is made again, and leaves nothing behind', async () => {
    const server = await sshd();
    const target = server.target();
    const test = open([target]);
    const lost = test.server(target).exec({ script: 'echo on; sleep 60', timeoutMs: 60_000, onOutput: () => void server.dropConnections() });
    await expect(lost).rejects.toMatchObject({ code: 'ssh.connection-lost' });
    expect((await run(test, target)).stdout).toBe('in\n');
    expect([server.connections(), runDirectories().length, runningMasters().length]).toEqual([1, 1, 1]);
    await test.remote.close();
    await expect.poll(runDirectories, { timeout: 10_000 }).toEqual([]);
    await expect.poll(runningMasters, { timeout: 10_000 }).toEqual([]);
  });

  it('goes when we are killed', async () => {
    const server = await sshd();
    const port = await freePort();
    const program = `
      import { openTestRemote } from '${join(import.meta.dirname, '../testRemote.ts')}';
      const target = ${JSON.stringify(server.target())};
      target.auth.passphrase = async () => null;
      target.sudoPassword = async () => null;
      await openTestRemote([target]).remote.server(target.serverId).exec({ script: 'true', timeoutMs: 20000 });
      console.log('connected ${port}');
      process.kill(process.pid, 'SIGKILL');`;
    const said = await new Promise<string>((resolve) => {
      try {
        resolve(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }));
      } catch (error) {
        resolve(String((error as { stdout?: string }).stdout));
      }
    });
    expect(said).toContain('connected');
    await expect.poll(() => server.connections(), { timeout: 10_000 }).toBe(0);
    await expect.poll(runningMasters, { timeout: 10_000 }).toEqual([]);
    await expect.poll(runDirectories, { timeout: 10_000 }).toEqual([]);
  });
});
