import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureFleet, type FleetServer } from '../fleet/testFleet.ts';
import { addTrusted } from '../support/addTrusted.ts';
import { Pilothouse, type Ran } from '../support/pilothouse.ts';

/** What a person is told: one clear sentence, a code of its own, the next thing to try. */
function told(ran: Ran): { code: string; sentence: string; next: string; exitCode: number } {
  const { error } = ran.json;
  expect(error.sentence.length).toBeGreaterThan(20);
  expect(error.next.length).toBeGreaterThan(10);
  for (const line of [error.sentence, error.next]) expect(line).not.toMatch(/undefined|\[object|Error:/);
  return { ...error, exitCode: ran.exitCode };
}

describe('bad input', () => {
  const pilothouse = new Pilothouse();
  let server: FleetServer;
  const codes = new Map<string, string>();

  const refuse = async (what: string, argv: string[], code: string, exitCode: number, input = '') => {
    const error = told(await pilothouse.run(['--json', ...argv], input));
    expect(error, what).toMatchObject({ code, exitCode });
    codes.set(what, error.code);
    return error;
  };
  const inventory = async () => (await pilothouse.json(['servers', 'list'])).servers;
  /** All but its ledger with the lock of that, which says who tried what, also where it was refused. */
  const stateOnServer = () =>
    server.mustExec('find /var/lib/pilothouse -type f 2>/dev/null | grep -v -e /jobs/ -e /activity.jsonl | sort; docker ps -aq 2>/dev/null || true');

  beforeAll(async () => {
    const fleet = await ensureFleet();
    server = await fleet.startServer({
      kind: 'light',
      name: 'bad-input',
      users: [{ name: 'kim', password: 'right-password', sudo: 'none' }],
      // OpenSSH 9.8 and later shut an address out for a while after failed logins, which this file makes on purpose.
      sshdConfig: 'PerSourcePenalties no',
    });
    await addTrusted(pilothouse, 'good', server);
  });
  afterAll(async () => {
    await pilothouse.dispose();
    await server?.remove();
  });

  it('unknown host', async () => {
    const ran = await pilothouse.run(['--json', 'servers', 'add', 'nowhere', '--host', 'no-such-host.invalid']);
    expect(ran.exitCode).toBe(3);
    expect(ran.json.error).toMatchObject({ code: 'ssh.host-not-found' });
    codes.set('unknown host', ran.json.error.code);
  });

  it('refused port', async () => {
    const ran = await pilothouse.run(['--json', 'servers', 'add', 'closed', '--host', server.host, '--port', '4']);
    expect(ran.exitCode).toBe(3);
    expect(ran.json.error).toMatchObject({ code: 'ssh.connection-refused', data: { port: 4 } });
    codes.set('refused port', ran.json.error.code);
  });

  it('wrong key', async () => {
    const key = join(pilothouse.directory, 'other-key');
    await server.mustExec('true');
    const { execFileSync } = await import('node:child_process');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    await pilothouse.json(['servers', 'add', 'wrong-key', '--host', server.host, '--user', 'root', '--key', key], 4);
    await pilothouse.json(['servers', 'trust', 'wrong-key', '--fingerprint', await server.hostKeyFingerprint()]);
    await refuse('wrong key', ['servers', 'test', 'wrong-key'], 'ssh.auth-key-refused', 3);
  });

  it('wrong password, tried once', async () => {
    const added = await pilothouse.run(
      ['--json', 'servers', 'add', 'wrong-password', '--host', server.host, '--user', 'kim', '--password-stdin'],
      'not-the-password\n',
    );
    expect(added.exitCode).toBe(4);
    await pilothouse.json(['servers', 'trust', 'wrong-password', '--fingerprint', await server.hostKeyFingerprint()]);
    const error = await refuse('wrong password', ['servers', 'test', 'wrong-password'], 'ssh.auth-password-refused', 3);
    expect(JSON.stringify(error)).not.toContain('not-the-password');
    await pilothouse.run(['servers', 'edit', 'wrong-password', '--password-stdin'], 'right-password\n');
    expect((await pilothouse.json(['servers', 'test', 'wrong-password'])).loginAs).toBe('kim');
  });

  it('unknown selector, and one that cannot be read', async () => {
    await refuse('unknown selector', ['exec', 'nothing-*', '--', 'true'], 'selector.no-match', 2);
    await refuse('selector that cannot be read', ['exec', 'env:moon', '--', 'true'], 'selector.invalid', 2);
    expect((await pilothouse.json(['operations', 'list', '--open'])).operations).toEqual([]);
  });

  it('a server without Docker: nothing is left on it but the record of the attempt', async () => {
    const before = await stateOnServer();
    const ran = await pilothouse.run(['--json', 'stacks', 'deploy', 'privaxai', '--on', 'good']);
    expect(ran.exitCode).toBe(5);
    const failed = ran.json.operation.cells.filter((cell: { state: string }) => cell.state === 'failed');
    expect(failed.map((cell: { error: { code: string } }) => cell.error.code)).toEqual(['docker.missing']);
    codes.set('without Docker', failed[0].error.code);
    // The record is brought there by itself, at its own time.
    const ledger = () => server.mustExec('cat /var/lib/pilothouse/activity.jsonl 2>/dev/null || true');
    await expect.poll(ledger, { timeout: 20_000 }).toMatch(/"action":"operation\.ended".*docker\.missing/);
    expect(await stateOnServer()).toBe(before);
  });

  it('a malformed compose file: refused with its line before a server is touched', async () => {
    const folder = join(pilothouse.directory, 'stacks', 'broken');
    mkdirSync(folder, { recursive: true });
    const service = '{ name: web, title: Web, image: "nginx:1.27", stateful: false }';
    writeFileSync(
      join(folder, 'stack.yaml'),
      `id: broken\nversion: 1\ntitle: Broken\nsummary: A compose file with a key twice\nparameters: []\nsecrets: []\nservices:\n  - ${service}\nrequirements: {}\nports: []\ngates: []\n`,
    );
    writeFileSync(join(folder, 'compose.yaml'), 'services:\n  web:\n    image: nginx:1.27\n    image: nginx:1.26\n');
    const error = await refuse('malformed compose', ['stacks', 'deploy', 'broken', '--on', 'good'], 'stack.compose-malformed', 5);
    expect(error.sentence).toContain('line 4');
  });

  it('a changed host key: refused, and the pin stays', async () => {
    const pinned = (await inventory()).find((entry: { name: string }) => entry.name === 'good').hostKeys;
    await server.changeHostKey();
    // Connections made with the old key may live on; a fresh login shows what is offered now.
    await refuse('changed host key', ['servers', 'test', 'good'], 'ssh.host-key-changed', 5);
    expect((await inventory()).find((entry: { name: string }) => entry.name === 'good').hostKeys).toEqual(pinned);
  });

  it('usage: an unknown verb, option or value ends with 2', async () => {
    for (const argv of [
      ['servers', 'sing'],
      ['servers', 'list', '--loud'],
      ['servers', 'add', 'a b', '--host', 'h'],
      ['servers', 'add', 'p', '--host', 'h', '--port', '99999'],
      ['servers', 'show', 'nobody'],
    ]) {
      expect((await pilothouse.run(argv)).exitCode, argv.join(' ')).toBe(2);
    }
    expect((await inventory()).map((entry: { name: string }) => entry.name).sort()).toEqual(['closed', 'good', 'nowhere', 'wrong-key', 'wrong-password']);
  });

  it('each has a code of its own', () => {
    expect(codes.size).toBe(9);
    expect(new Set(codes.values()).size).toBe(9);
  });
});
