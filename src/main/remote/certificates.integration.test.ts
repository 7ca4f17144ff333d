import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { HostKey } from '../../shared/model/server.ts';
import { hostKeyOf } from './hostKeys.ts';
import type { RemotePorts, RemoteTarget } from './remote.ts';
import { parseCertificate } from './sshCertificate.ts';
import type { TestSshd } from './testSshd.ts';
import { open, sshd } from './testWorld.ts';

async function login(target: RemoteTarget, ports?: Partial<RemotePorts>) {
  const test = open([target], ports);
  await test.server(target).exec({ script: 'true', timeoutMs: 30_000 });
  const [connection] = test.server(target).connections();
  if (connection === undefined) throw new Error('no connection is known');
  return connection;
}
async function failure(work: Promise<unknown>): Promise<AppError> {
  const error = await work.catch((e: unknown) => e);
  if (!(error instanceof AppError)) throw error instanceof Error ? error : new Error('it worked');
  return error;
}
const keygen = (...args: string[]) => execFileSync('ssh-keygen', ['-q', ...args], { encoding: 'utf8' });
const lineOf = (path: string) => readFileSync(`${path}.pub`, 'utf8').split(' ').slice(0, 2).join(' ').trim();
const keyAt = (path: string): HostKey => hostKeyOf(Buffer.from(lineOf(path).split(' ')[1] ?? '', 'base64'));
const kinds: { kind: string[] }[] = [
  { kind: ['ed25519'] },
  { kind: ['ecdsa', '-b', '256'] },
  { kind: ['ecdsa', '-b', '521'] },
  { kind: ['rsa', '-b', '2048'] },
];

describe('user certificates', () => {
  const signed = async (path: string, ...args: string[]) => keygen('-s', `${path}-ca`, '-I', 'ada@laptop', ...args, `${path}.pub`);

  it.each(kinds)('log in with a key of $kind', async ({ kind }) => {
    const server = await sshd();
    const path = join(server.directory, 'user');
    keygen('-t', ...kind, '-N', '', '-f', path);
    keygen('-t', kind[0] === 'rsa' ? 'ecdsa' : 'rsa', '-N', '', '-f', `${path}-ca`);
    await signed(path, '-n', server.user, '-V', '+1h');
    const trusting = await sshd({ config: [`TrustedUserCAKeys ${path}-ca.pub`] });
    const target = trusting.target({ auth: { kind: 'key', path, passphrase: async () => null } });
    const { login: steps } = await login(target);
    expect(steps).toEqual([
      { method: 'certificate', key: { ...keyStep(path), certificate: { keyId: 'ada@laptop', authority: keyAt(`${path}-ca`).fingerprint } } },
    ]);
    expect(trusting.log()).toMatch(/Accepted certificate ID "ada@laptop" .* signed by/);
    // Without trust in the authority nothing but the certificate was tried, and then the plain key.
    const error = await failure(login(server.target({ auth: target.auth })));
    expect(error.code).toBe('ssh.certificate-refused');
    expect(error.data).toMatchObject({ keyId: 'ada@laptop', reason: expect.stringContaining('not trusted there') });
  });

  const keyStep = (path: string) => ({ ...{ type: keyAt(path).type, fingerprint: keyAt(path).fingerprint }, path, comment: expect.any(String) });

  it('are held by an agent too, and sign for a key that the agent alone can open', async () => {
    const server = await sshd();
    const path = join(server.directory, 'user');
    keygen('-t', 'rsa', '-b', '2048', '-N', 'open sesame', '-f', path);
    keygen('-t', 'ed25519', '-N', '', '-f', `${path}-ca`);
    await signed(path, '-n', server.user);
    const trusting = await sshd({ config: [`TrustedUserCAKeys ${path}-ca.pub`] });
    const agentSocket = join(server.directory, 'agent');
    const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(execFileSync('ssh-agent', ['-a', agentSocket], { encoding: 'utf8' }))?.[1]);
    onTestFinished(() => void process.kill(pid));
    const askpass = join(server.directory, 'askpass');
    writeFileSync(askpass, '#!/bin/sh\necho "open sesame"\n', { mode: 0o755 });
    const env = { ...process.env, SSH_AUTH_SOCK: agentSocket, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' };
    execFileSync('ssh-add', ['-q', path], { env });
    const byAgent = await login(trusting.target({ auth: { kind: 'agent' } }), { agentSocket });
    expect(byAgent.login).toMatchObject([{ method: 'certificate', key: { path: null, fingerprint: keyAt(path).fingerprint } }]);
    const byFile = await login(trusting.target({ auth: { kind: 'key', path, passphrase: async () => null } }), { agentSocket });
    expect(byFile.login).toMatchObject([{ method: 'certificate', key: { path } }]);
  });

  it('that cannot work are told apart before or after the try', async () => {
    const server = await sshd();
    const path = join(server.directory, 'user');
    keygen('-t', 'ed25519', '-N', '', '-f', path);
    keygen('-t', 'ed25519', '-N', '', '-f', `${path}-ca`);
    const certificate = `${path}-cert.pub`;
    const trusting = await sshd({ config: [`TrustedUserCAKeys ${path}-ca.pub`] });
    const auth = (named: boolean): RemoteTarget['auth'] => ({ kind: 'key', path, passphrase: async () => null, ...(named ? { certificate } : {}) });
    const reasonOf = async (named: boolean) => {
      const error = await failure(login(trusting.target({ auth: auth(named) })));
      return `${error.code}: ${(error.data as { reason?: string }).reason}`;
    };
    const attempts = () => trusting.log().split('Connection from').length;
    const before = attempts();
    await signed(path, '-n', server.user, '-V', '20200101:20200102');
    expect(await reasonOf(true)).toMatch(/^ssh.certificate-unusable: expired on 2020-01-0[12]T/);
    keygen('-s', `${path}-ca`, '-I', 'host', '-h', '-n', 'x', `${path}.pub`);
    expect(await reasonOf(true)).toBe('ssh.certificate-unusable: is not one for users');
    const other = join(server.directory, 'other');
    keygen('-t', 'ed25519', '-N', '', '-f', other);
    keygen('-s', `${path}-ca`, '-I', 'other', '-n', server.user, `${other}.pub`);
    copyFileSync(`${other}-cert.pub`, certificate);
    expect(await reasonOf(true)).toBe('ssh.certificate-unusable: belongs to another key');
    writeFileSync(certificate, 'not one\n');
    expect(await reasonOf(true)).toBe('ssh.certificate-unusable: is not a certificate of a key');
    expect(attempts()).toBe(before);
    // Found beside the key and not asked for by name: the key alone is tried, and the reason told when that fails.
    await signed(path, '-n', server.user, '-V', '20200101:20200102');
    expect(await reasonOf(false)).toMatch(/^ssh.certificate-unusable: expired on 2020/);
    expect(attempts()).toBe(before + 1);
    await signed(path, '-n', 'somebody,else', '-V', '+1h');
    expect(await reasonOf(true)).toBe(`ssh.certificate-refused: it is for somebody, else, not for ${server.user}`);
  });
});

describe('host certificates', () => {
  it.each(kinds)('by a pinned authority are accepted for a host key of $kind', async ({ kind }) => {
    const { server, ca } = await certified(kind, ['-n', '127.0.0.1', '-V', '+1h']);
    const target = server.target({ hostKeys: [{ ...keyAt(ca), authority: true }] });
    const connection = await login(target);
    expect(connection).toMatchObject({ authority: keyAt(ca), hostKey: { type: keyAt(join(server.directory, 'host2')).type } });
    expect(connection.keyExchange).toBeTruthy();
    const known = join(server.directory, 'known_hosts');
    writeFileSync(known, `@cert-authority 127.0.0.1,*.example.org ${lineOf(ca)}\n`);
    const scan = await open([target], { knownHostsFiles: [known] }).remote.scanHostKey({ ...server, name: 'x', jump: null });
    expect(scan).toMatchObject({ vouchedBy: keyAt(ca), certificate: { keyId: 'the host', flaw: null, authorityKnown: true, principals: ['127.0.0.1'] } });
    expect(scan.recorded).toEqual([{ key: keyAt(ca), marker: 'authority', file: known, line: 1 }]);
  });

  it('with any flaw, or revoked, are refused before the login', async () => {
    const stranger = await sshd();
    const flaws: [string[], Partial<RemoteTarget>, RegExp][] = [
      [['-n', 'another.example'], {}, /it is for another.example, not for 127.0.0.1/],
      [['-n', '127.0.0.1', '-V', '20200101:20200102'], {}, /it expired on/],
      [['-n', '127.0.0.1'], { hostKeys: [{ ...stranger.hostKey, authority: true }] }, /not the one known/],
      [['-n', '127.0.0.1'], { hostKeyAlias: 'gate' }, /not for gate/],
    ];
    for (const [args, differences, reason] of flaws) {
      const { server, ca } = await certified(['ed25519'], args);
      const error = await failure(login(server.target({ hostKeys: [{ ...keyAt(ca), authority: true }], ...differences })));
      expect([error.code, (error.data as { reason?: string }).reason]).toEqual(['ssh.host-certificate-invalid', expect.stringMatching(reason)]);
      expect(server.log()).not.toContain('Accepted');
    }
    const { server, ca } = await certified(['ed25519'], ['-n', '127.0.0.1']);
    const known = join(server.directory, 'known_hosts');
    for (const line of [lineOf(ca), lineOf(join(server.directory, 'host2'))]) {
      writeFileSync(known, `@revoked * ${line}\n`);
      const target = server.target({ hostKeys: [{ ...keyAt(ca), authority: true }] });
      expect((await failure(login(target, { knownHostsFiles: [known] }))).code).toBe('ssh.host-key-revoked');
    }
    // The key itself may be pinned as ever, whatever its certificate says.
    expect((await login(server.target({ hostKeys: [keyAt(join(server.directory, 'host2'))] }))).authority).toBeNull();
    expect((await failure(login(server.target({ hostKeys: [{ ...server.hostKey, authority: true }] })))).code).toBe('ssh.host-certificate-invalid');
  });

  it('that were tampered with have no signature', async () => {
    const { server } = await certified(['ed25519'], ['-n', '127.0.0.1']);
    const blob = Buffer.from(readFileSync(join(server.directory, 'host2-cert.pub'), 'utf8').split(' ')[1] ?? '', 'base64');
    expect(parseCertificate(blob)).toMatchObject({ signed: true, kind: 'host', principals: ['127.0.0.1'], keyId: 'the host' });
    const forged = Buffer.from(blob);
    forged.write('127.0.0.2', forged.indexOf('127.0.0.1'), 'latin1');
    expect(parseCertificate(forged)).toMatchObject({ signed: false, principals: ['127.0.0.2'] });
    expect(parseCertificate(blob.subarray(0, 100))).toBeNull();
    expect(parseCertificate(Buffer.concat([blob, Buffer.alloc(1)]))).toBeNull();
  });

  async function certified(kind: readonly string[], args: string[]): Promise<{ server: TestSshd; ca: string }> {
    const place = await sshd();
    const [key, ca] = [join(place.directory, 'host2'), join(place.directory, 'ca')];
    keygen('-t', ...kind, '-N', '', '-f', key);
    keygen('-t', 'ed25519', '-N', '', '-f', ca);
    keygen('-s', ca, '-I', 'the host', '-h', ...args, `${key}.pub`);
    const server = await sshd({ config: [`HostKey ${key}`, `HostCertificate ${key}-cert.pub`] });
    for (const name of ['host2', 'host2.pub', 'host2-cert.pub']) copyFileSync(join(place.directory, name), join(server.directory, name));
    return { server, ca };
  }
});
