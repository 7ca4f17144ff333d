import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostKeyOf } from '../../src/main/remote/hostKeys.ts';
import type { HostKeyScan, RemoteTarget } from '../../src/main/remote/remote.ts';
import { personWho } from '../../src/main/remote/testQuestions.ts';
import { openTestRemote, type TestRemote } from '../../src/main/remote/testRemote.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { ServerId } from '../../src/shared/model/ids.ts';
import type { HostKey } from '../../src/shared/model/server.ts';
import { ensureFleet, type Fleet, type FleetServer } from '../fleet/testFleet.ts';

/** What each case showed, printed in the end. */
const shown: string[] = [];
const show = (what: string, saw: unknown) => shown.push(`${what}: ${typeof saw === 'string' ? saw : JSON.stringify(saw)}`);

let fleet: Fleet;
let directory: string;
let knownHosts: string;
const servers: FleetServer[] = [];
const remotes: TestRemote[] = [];
beforeAll(async () => {
  fleet = await ensureFleet();
  directory = mkdtempSync(join(tmpdir(), 'ph-access-'));
  knownHosts = join(directory, 'known_hosts');
  writeFileSync(knownHosts, '');
});
afterAll(async () => {
  for (const { remote } of remotes) await remote.close();
  for (const server of servers) await server.remove();
  rmSync(directory, { recursive: true, force: true });
  process.stdout.write(`${shown.map((line) => `  ${line}`).join('\n')}\n`);
});

async function start(name: string, spec: Partial<Parameters<Fleet['startServer']>[0]> = {}): Promise<FleetServer> {
  const server = await fleet.startServer({ kind: 'light', name: `access-${name}`, ...spec });
  servers.push(server);
  return server;
}
const keyOf = (line: string): HostKey => hostKeyOf(Buffer.from(line.split(' ')[1] ?? '', 'base64'));
const hostKeyOn = async (server: FleetServer) => keyOf(await server.mustExec('cat /etc/ssh/ssh_host_ed25519_key.pub'));
async function target(server: FleetServer, differences: Partial<RemoteTarget> = {}): Promise<RemoteTarget> {
  return {
    serverId: `srv_${server.name}_${Math.random()}` as ServerId,
    name: server.name,
    host: server.host,
    port: server.port,
    user: server.user,
    auth: { kind: 'key', path: server.keyFile, passphrase: async () => null },
    jump: null,
    sudo: 'nopasswd',
    sudoPassword: async () => null,
    hostKeys: [await hostKeyOn(server)],
    ...differences,
  };
}
function open(of: RemoteTarget, onHostKeys?: (keys: readonly HostKey[]) => void): TestRemote {
  const test = openTestRemote([of], { knownHostsFiles: [knownHosts], ...(onHostKeys === undefined ? {} : { onHostKeys: (_id, keys) => onHostKeys(keys) }) });
  remotes.push(test);
  return test;
}
const run = (test: TestRemote, of: RemoteTarget) => test.server(of).exec({ script: 'id -un', timeoutMs: 30_000 });
async function login(of: RemoteTarget) {
  const test = open(of);
  const { stdout } = await run(test, of);
  return { user: stdout.trim(), connection: test.server(of).connections()[0] };
}
async function failure(work: Promise<unknown>): Promise<AppError> {
  const error = await work.catch((e: unknown) => e);
  if (!(error instanceof AppError)) throw error instanceof Error ? error : new Error('it worked');
  return error;
}
const keygen = (...args: string[]) => execFileSync('ssh-keygen', ['-q', ...args], { encoding: 'utf8' });
const makeKey = (name: string) => {
  const path = join(directory, name);
  keygen('-t', 'ed25519', '-N', '', '-f', path);
  return { path, line: readFileSync(`${path}.pub`, 'utf8').trim() };
};
/** The code of RFC 6238 for a moment, six digits, 30 seconds, SHA-1. */
function codeAt(secret: Buffer, atMs: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(atMs / 30_000)));
  const hash = createHmac('sha1', secret).update(counter).digest();
  const value = hash.readUInt32BE((hash.at(-1) ?? 0) & 15) & 0x7fffffff;
  return String(value % 1_000_000).padStart(6, '0');
}

describe('logins on real OpenSSH', () => {
  it('by a user certificate of an authority that the server trusts; a wrong name and an expired one are told', async () => {
    const ca = makeKey('user-ca');
    const user = makeKey('user');
    const server = await start('cert', { users: [{ name: 'ada', key: false }], sshdConfig: 'TrustedUserCAKeys /etc/ssh/user_ca.pub\nLogLevel VERBOSE' });
    await server.mustExec('cat >/etc/ssh/user_ca.pub', { stdin: `${ca.line}\n` });
    const of = await target(server, {
      user: 'ada',
      auth: { kind: 'key', path: user.path, certificate: `${user.path}-cert.pub`, passphrase: async () => null },
    });
    const sign = (...args: string[]) => keygen('-s', ca.path, '-I', 'ada@laptop', ...args, `${user.path}.pub`);
    sign('-n', 'ada', '-V', '+1h');
    const { user: who, connection } = await login(of);
    expect(who).toBe('ada');
    expect(connection?.login).toMatchObject([{ method: 'certificate', key: { certificate: { keyId: 'ada@laptop' } } }]);
    show('certificate login', `${who} by ${connection?.login[0]?.method} "${connection?.login[0]?.key?.certificate?.keyId}" on ${connection?.serverVersion}`);
    sign('-n', 'bob', '-V', '+1h');
    const wrong = await failure(login(of));
    expect([wrong.code, wrong.data]).toEqual(['ssh.certificate-refused', expect.objectContaining({ reason: 'it is for bob, not for ada' })]);
    show('certificate for another', `${wrong.code}: ${(wrong.data as { reason: string }).reason}`);
    sign('-n', 'ada', '-V', '20200101:20200102');
    const expired = await failure(login(of));
    expect(expired.code).toBe('ssh.certificate-unusable');
    show('expired certificate', `${expired.code}: ${(expired.data as { reason: string }).reason}`);
  });

  it('by a one-time code through PAM’s keyboard-interactive, alone and after a key', async () => {
    const server = await start('otp', {
      kind: 'full',
      users: [{ name: 'ada' }, { name: 'both' }],
      sshdConfig:
        'UsePAM yes\nKbdInteractiveAuthentication yes\nMatch User ada\n  AuthenticationMethods keyboard-interactive\nMatch User both\n  AuthenticationMethods publickey,keyboard-interactive\nMatch all',
    });
    await server.mustExec('apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq libpam-oath >/dev/null');
    const secret = Buffer.from('3132333435363738393031323334353637383930', 'hex');
    await server.mustExec('umask 077; cat >/etc/users.oath', {
      stdin: `HOTP/T30/6 ada - ${secret.toString('hex')}\nHOTP/T30/6 both - ${secret.toString('hex')}\n`,
    });
    await server.mustExec('sed -i "s/^@include common-auth/auth required pam_oath.so usersfile=\\/etc\\/users.oath window=2 digits=6/" /etc/pam.d/sshd');
    const ada = await target(server, { user: 'ada', auth: { kind: 'interactive', password: async () => null } });
    const unattended = await failure(run(open(ada), ada));
    expect(unattended.code).toBe('ssh.login-needs-person');
    show('OTP with nobody there', unattended.code);
    const test = open(ada);
    const wrong = await failure(test.server(ada).login(personWho(['000000'])));
    expect(wrong.code).toBe('ssh.auth-answers-refused');
    const person = personWho([codeAt(secret, Date.now())]);
    await test.server(ada).login(person);
    expect((await run(test, ada)).stdout.trim()).toBe('ada');
    show('OTP', `asked "${person.asked[0]?.prompts[0]?.text.trim()}", wrong code ${wrong.code}, right code let ada in`);
    const both = await target(server, { user: 'both' });
    expect((await failure(run(open(both), both))).code).toBe('ssh.login-needs-person');
    const second = open(both);
    const details = await second.server(both).login(personWho([codeAt(secret, Date.now())]));
    expect(details.login.map(({ method }) => method)).toEqual(['publickey', 'questions']);
    expect((await run(second, both)).stdout.trim()).toBe('both');
    show('key and OTP', details.login.map(({ method }) => method).join(', then '));
    const tries = await server.mustExec(
      'journalctl -q -u ssh --no-pager | grep -c "Failed keyboard-interactive\\|authentication failure\\|error: PAM" || true',
    );
    show('failures in the server’s journal after one wrong code', tries.trim());
  });

  it('becomes root where sudo asks, and says when sudo wants a terminal', async () => {
    const server = await start('sudo', { kind: 'full', users: [{ name: 'ada', sudo: 'nopasswd' }] });
    await server.mustExec('echo "Defaults:ada requiretty" >/etc/sudoers.d/tty; chmod 440 /etc/sudoers.d/tty');
    const ada = await target(server, { user: 'ada' });
    const error = await failure(open(ada).server(ada).exec({ script: 'id -u', sudo: true, timeoutMs: 30_000 }));
    expect(error.code).toBe('sudo.needs-terminal');
    show('sudo with requiretty', error.code);
  });
});

describe('host keys on real OpenSSH', () => {
  const scan = (of: RemoteTarget): Promise<HostKeyScan> => open(of).remote.scanHostKey(of);

  it('are refused when changed, at the target and at a hop, before any login', async () => {
    const [gate, middle, inner] = [await start('gate'), await start('middle'), await start('inner')];
    const first = await target(gate);
    const second = await target(middle, { jump: first });
    const of = await target(inner, { jump: second });
    const { connection } = await login(of);
    expect(connection?.via).toEqual(['access-gate', 'access-middle']);
    show('three hops', `${connection?.via.join(' → ')} → ${inner.name}`);
    const places: [FleetServer, string][] = [
      [inner, 'target'],
      [gate, 'hop'],
    ];
    for (const [server, what] of places) {
      await server.changeHostKey();
      const error = await failure(run(open(of), of));
      expect([error.code, error.data]).toEqual(['ssh.host-key-changed', expect.objectContaining({ server: server.name })]);
      show(`changed key at the ${what}`, `${error.code} at ${(error.data as { server: string }).server}`);
    }
  });

  it('are refused when revoked, accepted by an authority’s certificate, and taken on when rotated', async () => {
    const server = await start('trust');
    const of = await target(server);
    const line = await server.mustExec('cat /etc/ssh/ssh_host_ed25519_key.pub');
    writeFileSync(knownHosts, `@revoked * ${line}\n`);
    const revoked = await failure(run(open(of), of));
    expect(revoked.code).toBe('ssh.host-key-revoked');
    expect((await scan(of)).knownHosts).toBe('revoked');
    show('@revoked', revoked.code);

    const ca = makeKey('host-ca');
    writeFileSync(join(directory, 'server.pub'), `${line}\n`);
    keygen('-s', ca.path, '-I', 'access-trust', '-h', '-n', server.host, '-V', '+1h', join(directory, 'server.pub'));
    await server.mustExec('cat >/etc/ssh/host-cert.pub', { stdin: readFileSync(join(directory, 'server-cert.pub'), 'utf8') });
    await server.mustExec('sed -i "1i HostCertificate /etc/ssh/host-cert.pub" /etc/ssh/sshd_config');
    await server.killSshd();
    writeFileSync(knownHosts, `@cert-authority ${server.host} ${ca.line}\n`);
    const found = await scan({ ...of, hostKeys: [] });
    expect(found).toMatchObject({ vouchedBy: keyOf(ca.line), certificate: { keyId: 'access-trust', flaw: null } });
    const byAuthority = await login({ ...of, hostKeys: [{ ...keyOf(ca.line), authority: true }] });
    expect(byAuthority.connection?.authority).toEqual(keyOf(ca.line));
    show('@cert-authority', `certificate "${found.certificate?.keyId}" for ${found.certificate?.principals.join()} accepted; only the authority was pinned`);

    writeFileSync(knownHosts, '');
    await server.mustExec(
      'ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_new && sed -i "1i HostKey /etc/ssh/ssh_host_ed25519_key\\nHostKey /etc/ssh/ssh_host_new" /etc/ssh/sshd_config',
    );
    await server.killSshd();
    const fresh = keyOf(await server.mustExec('cat /etc/ssh/ssh_host_new.pub'));
    const told = Promise.withResolvers<readonly HostKey[]>();
    await run(open(of, told.resolve), of);
    expect(await told.promise).toEqual(expect.arrayContaining([...of.hostKeys, fresh]));
    const agreed = { ...of, hostKeys: [...of.hostKeys, fresh] };
    await server.mustExec('sed -i "/^HostKey .*ed25519_key$/d; /^HostCertificate/d" /etc/ssh/sshd_config');
    await server.killSshd();
    const { connection } = await login(agreed);
    expect(connection?.hostKey).toEqual(fresh);
    expect((await failure(login(of))).code).toBe('ssh.host-key-changed');
    show('rotation', `${(await told.promise).length} keys told and proved; with consent the new one let us in, without it ssh.host-key-changed`);
  });
});
