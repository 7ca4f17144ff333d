import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureFleet, type Fleet, type FleetServer } from '../fleet/testFleet.ts';
import { addTrusted } from '../support/addTrusted.ts';
import { Pilothouse } from '../support/pilothouse.ts';

/** Words that must be nowhere but where they are used. */
const canaries = { passphrase: 'canary-passphrase-81f2', code: '731940' };
const shown: string[] = [];
const show = (what: string, saw: string) => shown.push(`  ${what}: ${saw}`);

let fleet: Fleet;
const servers: FleetServer[] = [];
const pilothouse = new Pilothouse();
beforeAll(async () => {
  fleet = await ensureFleet();
});
afterAll(async () => {
  await pilothouse.dispose();
  for (const server of servers) await server.remove();
  process.stdout.write(`${shown.join('\n')}\n`);
});

/** Files of the data directory in which a word stands in the clear. */
function filesWith(word: string): string {
  return spawnSync('grep', ['-rlaF', word, pilothouse.directory], { encoding: 'utf8' }).stdout;
}

describe('access by the command line', () => {
  it('makes a key with a passphrase, lets it log in, and takes the old one off, all in the journal', async () => {
    const server = await fleet.startServer({ kind: 'light', name: 'access-keys' });
    servers.push(server);
    await addTrusted(pilothouse, 'box', server);
    const generated = await pilothouse.run(['--json', 'keys', 'generate', 'laptop', '--passphrase-stdin', '--keep'], `${canaries.passphrase}\n`);
    expect(generated.exitCode, generated.stderr).toBe(0);
    const { key } = generated.json;
    expect(key).toMatchObject({ type: 'ssh-ed25519', encrypted: true, own: true, path: join(pilothouse.directory, 'keys', 'laptop') });
    expect(statSync(key.path).mode & 0o777).toBe(0o600);
    expect(spawnSync('ssh-keygen', ['-y', '-P', '', '-f', key.path]).status).not.toBe(0);

    const installed = await pilothouse.run(['--json', 'keys', 'install', 'laptop', 'box', '--use']);
    expect(installed.exitCode, installed.stdout).toBe(0);
    const before = await pilothouse.json(['keys', 'list', 'box']);
    await pilothouse.json(['servers', 'test', 'box']);
    const { connections } = await pilothouse.json(['servers', 'connection', 'box']);
    const held = await pilothouse.json(['keys', 'list', 'box']);
    expect(held.keys.map((one: { carriesUs: boolean }) => one.carriesUs)).toContain(true);
    const old = execFileSync('ssh-keygen', ['-lf', `${server.keyFile}.pub`], { encoding: 'utf8' }).split(' ')[1] ?? '';
    const removed = await pilothouse.run(['--json', 'keys', 'remove', old, 'box']);
    expect(removed.exitCode, removed.stdout).toBe(0);
    expect(await server.mustExec('cat /root/.ssh/authorized_keys')).toBe(key.publicKey);
    const last = await pilothouse.run(['--json', 'keys', 'remove', key.fingerprint, 'box']);
    expect([last.exitCode, JSON.stringify(last.json)]).toEqual([5, expect.stringContaining('key.carries-us')]);
    expect((await pilothouse.json(['servers', 'test', 'box'])).loginAs).toBe('root');
    const { operations } = await pilothouse.json(['operations', 'list']);
    const journal = operations.filter(({ kind }: { kind: string }) => kind.startsWith('key-'));
    expect(journal).toHaveLength(3);
    show(
      'keys',
      `installed ${key.fingerprint.slice(0, 15)}…, ${before.keys.length} keys then, the old one removed, the last one refused with exit ${last.exitCode}`,
    );
    show('connection', `${connections.length} open: ${connections[0]?.login[0]?.method ?? 'none'} on ${connections[0]?.serverVersion ?? ''}`);
  });

  it('installs keys for other users as these users, so that a link of theirs leads nowhere', async () => {
    const server = await fleet.startServer({
      kind: 'light',
      name: 'access-users',
      users: [
        { name: 'kim', key: false },
        { name: 'eve', key: false },
      ],
    });
    servers.push(server);
    await addTrusted(pilothouse, 'users', server);
    const { key } = (await pilothouse.run(['--json', 'keys', 'generate', 'guest'])).json;
    await pilothouse.json(['keys', 'install', 'guest', 'users', '--user', 'kim']);
    expect(await server.mustExec('stat -c "%U:%G %a" /home/kim/.ssh /home/kim/.ssh/authorized_keys; cat /home/kim/.ssh/authorized_keys')).toBe(
      `kim:kim 700\nkim:kim 600\n${key.publicKey}`,
    );
    const before = await server.mustExec('cat /root/.ssh/authorized_keys');
    await server.mustExec('rm -rf /home/eve/.ssh; ln -s /root/.ssh /home/eve/.ssh');
    const refused = await pilothouse.run(['--json', 'keys', 'install', 'guest', 'users', '--user', 'eve']);
    expect(refused.exitCode).not.toBe(0);
    expect(await server.mustExec('cat /root/.ssh/authorized_keys; stat -c %U /root/.ssh/authorized_keys')).toBe(`${before}\nroot`);
    await pilothouse.json(['keys', 'remove', key.fingerprint, 'users', '--user', 'kim']);
    expect(await server.mustExec('cat /home/kim/.ssh/authorized_keys')).toBe('');
    show('another user’s keys', `installed for kim as kim; through eve’s link to /root: ${refused.json.operation.cells[0].error.code}`);
  });

  it('asks for a one-time code only when somebody logs in, and leaves no trace of it', async () => {
    const server = await fleet.startServer({
      kind: 'full',
      name: 'access-code',
      users: [{ name: 'ada' }],
      sshdConfig: 'UsePAM yes\nKbdInteractiveAuthentication yes\nMatch User ada\n  AuthenticationMethods keyboard-interactive\nMatch all',
    });
    servers.push(server);
    // A real PAM conversation that takes one fixed code: what is tested here is what becomes of the answer.
    await server.mustExec('cat >/usr/local/bin/check-code; chmod 755 /usr/local/bin/check-code', {
      stdin: `#!/bin/sh\n[ "$(tr -d '\\0' | head -c 6)" = ${canaries.code} ]\n`,
    });
    await server.mustExec(
      'sed -i "s#^@include common-auth#auth required pam_exec.so expose_authtok quiet /usr/local/bin/check-code\\nauth required pam_permit.so#" /etc/pam.d/sshd',
    );
    const add = ['servers', 'add', 'code', '--host', server.host, '--user', 'ada', '--interactive'];
    await pilothouse.json(add, 4);
    await pilothouse.json(['servers', 'trust', 'code', '--fingerprint', await server.hostKeyFingerprint()]);
    const startedAt = performance.now();
    const unattended = await pilothouse.run(['--json', 'servers', 'test', 'code']);
    const tookMs = performance.now() - startedAt;
    expect([unattended.exitCode, unattended.json.error.code]).toEqual([4, 'ssh.login-needs-person']);
    const command = await pilothouse.run(['--json', 'exec', 'code', '--', 'id', '-un']);
    expect(command.exitCode).toBe(4);
    const wrong = await pilothouse.run(['--json', 'servers', 'login', 'code'], '000000\n');
    expect([wrong.exitCode, wrong.json.error.code]).toEqual([3, 'ssh.auth-answers-refused']);
    const login = await pilothouse.run(['--json', 'servers', 'login', 'code'], `${canaries.code}\n`);
    expect(login.exitCode, login.stdout).toBe(0);
    expect(login.json.connection).toMatchObject({ user: 'ada', login: [{ method: 'questions', key: null }] });
    const ran = await pilothouse.run(['--json', 'exec', 'code', '--', 'id', '-un']);
    expect([ran.exitCode, ran.json.results[0].output], ran.stdout).toEqual([0, 'ada\n']);
    show('unattended', `exit ${unattended.exitCode} with ${unattended.json.error.code} after ${Math.round(tookMs)} ms, exec exit ${command.exitCode}`);
    show(
      'login with a code',
      `wrong: exit ${wrong.exitCode}; right: ${login.json.connection.login[0].method}; then exec prints ${ran.json.results[0].output.trim()}`,
    );
  });

  it('leaves neither passphrase nor code in the data directory, its logs and its journal', () => {
    expect(readFileSync(join(pilothouse.directory, 'keys', 'laptop'), 'utf8')).not.toContain(canaries.passphrase);
    const found = Object.values(canaries).map(filesWith);
    expect(found).toEqual(['', '']);
    show(
      'canaries',
      `passphrase and code in 0 of ${execFileSync('find', [pilothouse.directory, '-type', 'f'], { encoding: 'utf8' }).trim().split('\n').length} files`,
    );
  });
});
