import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImportEntry } from '../../../shared/contract/servers.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Server } from '../../../shared/model/server.ts';
import { readSshConfig } from './sshConfigFiles.ts';
import { importEntries } from './sshConfigRules.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ph-ssh-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function file(path: string, text: string): void {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text);
}

async function imported(config: string, existing: Server[] = []): Promise<Map<string, ImportEntry>> {
  file('.ssh/config', config);
  const { sections } = await readSshConfig({ homeDirectory: home });
  const entries = importEntries(sections, { existing, homeDirectory: home, localUser: 'me' });
  return new Map(entries.map((entry, index) => [entry.fields?.name ?? `unsupported ${index}`, entry]));
}

const existing = (differences: Partial<Server>): Server => ({
  ...{ name: 'x', host: 'x', port: 22, user: 'me', auth: { kind: 'agent' }, jump: null, environment: 'staging', tags: [], groups: [], sudo: 'none' },
  ...{ id: 'srv_x' as ServerId, hostKeys: [], demo: false, createdAtMs: 0, updatedAtMs: 0 },
  ...differences,
});

describe('a configuration', () => {
  it('gives hosts with what applies to them, first value first', async () => {
    const entries = await imported(`
Host gpu-prod-1 gpu-prod-2
  Port 2222
  IdentityFile ~/.ssh/fleet
Host gpu-prod-2
  HostName 10.0.0.2
  Port 9
Host *-prod-* !gpu-prod-2
  User=deploy
Host *
  HostName %h.example.com
  User "fallback"
`);
    expect(entries.get('gpu-prod-1')).toMatchObject({
      status: 'new',
      notes: [],
      fields: {
        ...{ name: 'gpu-prod-1', host: 'gpu-prod-1.example.com', port: 2222, user: 'deploy', environment: 'production', jump: null, sudo: 'nopasswd' },
        auth: { kind: 'key', path: join(home, '.ssh/fleet') },
      },
    });
    expect(entries.get('gpu-prod-2')?.fields).toMatchObject({ host: '10.0.0.2', port: 2222, user: 'fallback' });
    expect([...entries.keys()]).toEqual(['gpu-prod-1', 'gpu-prod-2']);
  });

  it('takes the local login, port 22 and the agent where nothing is said', async () => {
    expect((await imported('Host dev-box\n')).get('dev-box')?.fields).toMatchObject({
      ...{ host: 'dev-box', port: 22, user: 'me', auth: { kind: 'agent' }, environment: 'development' },
    });
  });

  it('reads what is included, under the conditions around the Include, sorted and with wildcards', async () => {
    file('.ssh/conf.d/20-b.conf', 'Host b-test\n  User second\n');
    file('.ssh/conf.d/10-a.conf', 'Host a-test b-test\n  User first\n');
    file('elsewhere', 'Host only-inside\n  User inner\nHost *\n  Port 7\n');
    const entries = await imported(`Include conf.d/*.conf nothing-there\nHost only-*\n  Include ~/elsewhere\nHost c-test\n`);
    expect(entries.get('a-test')?.fields).toMatchObject({ user: 'first', port: 22 });
    expect(entries.get('b-test')?.fields?.user).toBe('first');
    expect(entries.get('only-inside')?.fields).toMatchObject({ user: 'inner', port: 7 });
    expect(entries.get('c-test')?.fields?.port).toBe(22);
    expect(entries.get('a-test')?.source).toBe(join(home, '.ssh/conf.d/10-a.conf'));
  });

  it('follows a single jump host of the file or of the inventory', async () => {
    const entries = await imported('Host bastion\nHost a-dev\n  ProxyJump bastion\nHost b-dev\n  ProxyJump old-gate\nHost c-dev\n  ProxyJump none\n', [
      existing({ name: 'old-gate' }),
    ]);
    expect([entries.get('a-dev')?.fields?.jump, entries.get('b-dev')?.fields?.jump, entries.get('c-dev')?.fields?.jump]).toEqual(['bastion', 'old-gate', null]);
  });
});

describe('what cannot be honoured', () => {
  const only = async (config: string) => [...(await imported(config)).values()][0];
  it.each([
    ['ProxyJump a,b', 'ProxyJump over several hosts cannot be honoured: a,b'],
    ['ProxyJump me@gate.example.com:22', 'ProxyJump names no host of this file and no server of the inventory: me@gate.example.com:22'],
    ['ProxyCommand nc -X 5 %h %p', 'proxycommand cannot be honoured: nc -X 5 %h %p'],
    ['CertificateFile ~/.ssh/id-cert.pub', 'certificatefile cannot be honoured: ~/.ssh/id-cert.pub'],
    ['HostName %n-%k', 'HostName has tokens that are not honoured: %n-%k'],
    ['Port 99999', 'port: Too big: expected number to be <=65535'],
    ['HostName -oProxyCommand=x', 'host: a host name or an IP address'],
  ])('%s makes an entry unsupported', async (line, note) => {
    expect(await only(`Host dev\n  ${line}\n`)).toMatchObject({ status: 'unsupported', fields: null, notes: [note] });
  });
  it.each([
    ['LocalForward 8080 localhost:80', 'localforward is not honoured: 8080 localhost:80'],
    ['ForwardAgent yes', 'forwardagent is not honoured: yes'],
    ['GSSAPIAuthentication yes', 'gssapiauthentication is not honoured: yes'],
    ['StrictHostKeyChecking no', 'StrictHostKeyChecking is not honoured: host keys are always verified'],
    ['IdentityFile %d/.ssh/%i', 'IdentityFile has tokens that are not honoured, the agent is used: %d/.ssh/%i'],
  ])('%s is named and left out', async (line, note) => {
    expect(await only(`Host dev\n  ${line}\n`)).toMatchObject({ status: 'new', notes: [note] });
  });
  it.each(['ServerAliveInterval 30', 'ControlMaster auto', 'GSSAPIAuthentication no', 'ProxyCommand none'])('%s needs no word', async (line) => {
    expect((await only(`Host dev\n  ${line}\n`))?.notes).toEqual([]);
  });
  it('names Match blocks and several keys', async () => {
    const entry = await only('Host dev\n  IdentityFile ~/a\n  IdentityFile ~/b\nMatch exec "touch /tmp/never"\n  User evil\nMatch all\n  Port 5\n');
    expect(entry).toMatchObject({ fields: { user: 'me', port: 5, auth: { path: join(home, 'a') } } });
    expect(entry?.notes).toEqual([
      'a block is left out, because its condition is not evaluated: Match exec touch /tmp/never',
      'only the first of 2 identity files is used',
    ]);
  });
  it('a name that tells no environment is production', async () => {
    expect(await only('Host box\n')).toMatchObject({
      fields: { environment: 'production' },
      notes: ['the name tells no environment: taken as production, which is guarded'],
    });
  });
});

describe('beside the inventory', () => {
  it('tells new, same and conflicting entries apart', async () => {
    const entries = await imported('Host a-dev\n  HostName 1.1.1.1\nHost b-dev\n  HostName 2.2.2.2\nHost c-dev\n  HostName 3.3.3.3\n', [
      existing({ name: 'a-dev', host: '1.1.1.1' }),
      existing({ name: 'b-dev', host: '9.9.9.9', port: 23 }),
      existing({ name: 'other', host: '3.3.3.3' }),
    ]);
    expect([...entries.values()].map(({ status, notes }) => [status, ...notes])).toEqual([
      ['same'],
      ['conflict', 'the server of this name in the inventory differs in host, port'],
      ['new', '"other" of the inventory has the same address and login'],
    ]);
  });
});

describe('what cannot be read', () => {
  it('a missing file', async () => {
    await expect(readSshConfig({ homeDirectory: home })).rejects.toMatchObject({ code: 'import.unreadable', data: { reason: 'there is no such file' } });
  });
  it('a file that includes itself', async () => {
    file('.ssh/config', 'Include config\n');
    await expect(readSshConfig({ homeDirectory: home })).rejects.toMatchObject({ code: 'import.unreadable', data: { reason: 'includes too deep' } });
  });
  it('a file that is not understood', async () => {
    file('.ssh/config', 'Host "unclosed\n');
    await expect(readSshConfig({ homeDirectory: home })).rejects.toMatchObject({ code: 'import.unreadable' });
  });
  it('another file, by its path', async () => {
    file('work/ssh', 'Host lab-1\n');
    expect(await readSshConfig({ path: '~/work/ssh', homeDirectory: home })).toMatchObject({
      path: join(home, 'work/ssh'),
      sections: [{ hosts: [['lab-1']] }],
    });
  });
});
