import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImportEntry } from '../../../../shared/contract/servers.ts';
import type { Server } from '../../../../shared/model/server.ts';
import { previewImport } from './importService.ts';
import { readSshProgram } from './sshConfigFile.ts';
import { spelled } from './sshConfigKeywords.ts';
import { resolveHost } from './sshConfigResolve.ts';
import { byName, previewText, testPerson, testServer, writeFiles } from './testing/importing.ts';
import { madeHome } from './testing/sshConfigs.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ph-ssh-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

async function imported(config: string, existing: Server[] = []): Promise<Map<string, ImportEntry>> {
  return byName(await previewText('ssh-config', config, existing, home));
}

describe('servers of a configuration', () => {
  it('have what applies to them, first value first', async () => {
    const entries = await imported(`
Host gpu-prod-1 gpu-prod-2
  Port 2222
  IdentityFile ~/.ssh/fleet
  IdentityFile \${KEYS}/%n-%r-%p
  CertificateFile %d/certs/%k
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
      ...{ status: 'new', action: 'add', source: 'given:2', notes: [] },
      fields: {
        ...{ name: 'gpu-prod-1', host: 'gpu-prod-1.example.com', port: 2222, user: 'deploy', environment: 'production', jump: null, sudo: 'nopasswd' },
        auth: { kind: 'key', path: join(home, '.ssh/fleet'), others: ['/keys/gpu-prod-1-deploy-2222'], certificate: join(home, 'certs/gpu-prod-1') },
      },
    });
    expect(entries.get('gpu-prod-2')?.fields).toMatchObject({ host: '10.0.0.2', port: 2222, user: 'fallback' });
    expect([...entries.keys()]).toEqual(['gpu-prod-1', 'gpu-prod-2']);
  });

  it('take the local login, port 22 and the agent where nothing is said', async () => {
    expect((await imported('Host dev-box\n')).get('dev-box')?.fields).toMatchObject({
      host: 'dev-box',
      port: 22,
      user: 'me',
      auth: { kind: 'agent' },
      environment: 'development',
    });
  });

  it('are reached by the ssh of this computer where a ProxyCommand leads, known by another name where one is given', async () => {
    const entries = await imported('Host i-1\n  ProxyCommand aws ssm --target %n --port %p "%h" %%\n  HostKeyAlias Pool\n');
    expect(entries.get('i-1')?.fields?.ssh).toEqual({ transport: 'system', proxyCommand: 'aws ssm --target i-1 --port %p "%h" %%', hostKeyAlias: 'pool' });
  });

  it('are found in what is included, with the place where they stand', async () => {
    writeFiles(home, { '.ssh/conf.d/10-a': 'Host inner-test\n  User first\n' });
    const entries = await imported('Include conf.d/* nothing/*\nHost outer-test\n');
    expect(entries.get('inner-test')).toMatchObject({ fields: { user: 'first' }, source: `${join(home, '.ssh/conf.d/10-a')}:1` });
  });
});

describe('ways through other hosts', () => {
  const names = (entries: Map<string, ImportEntry>) => Object.fromEntries([...entries].map(([name, { fields }]) => [name, fields?.jump]));

  it('lead through entries of the configuration and servers of the inventory', async () => {
    const present = testServer('gate', { host: 'gate.test', user: 'jump' });
    const entries = await imported('Host a-test\n  ProxyJump b-test\nHost b-test\n  ProxyJump jump@gate.test\n', [present]);
    expect(names(entries)).toEqual({ 'a-test': 'b-test', 'b-test': 'gate' });
  });

  it('make entries of hops that are named nowhere, each with its own way', async () => {
    const entries = await imported(
      'Host deep\n  ProxyJump ops@hop1.test:2222,hop2.test\nHost other\n  ProxyJump ops@hop1.test:2222\nHost hop*\n  User hopper\n',
    );
    expect(names(entries)).toEqual({ 'hop1.test': null, 'hop2.test': 'hop1.test', deep: 'hop2.test', other: 'hop1.test' });
    expect(entries.get('hop1.test')?.fields).toMatchObject({ host: 'hop1.test', port: 2222, user: 'ops' });
    expect(entries.get('hop2.test')?.fields).toMatchObject({ port: 22, user: 'hopper' });
    expect(entries.get('hop1.test')?.notes[0]).toBe('a hop on the way to hop2.test, with no entry of its own');
    expect(entries.get('hop1.test')?.source).toBe('given:1');
  });

  it('keep a host that is passed another way apart from its own entry', async () => {
    const entries = await imported('Host gate\n  User g\nHost inner\n  User i\nHost target\n  ProxyJump gate,inner\nHost again\n  ProxyJump root@gate\n');
    expect(names(entries)).toEqual({ gate: null, inner: null, 'inner-gate': 'gate', target: 'inner-gate', 'gate-root': null, again: 'gate-root' });
    expect(entries.get('inner-gate')?.fields).toMatchObject({ host: 'inner', user: 'i' });
    expect(entries.get('gate-root')?.fields).toMatchObject({ host: 'gate', user: 'root' });
  });

  it.each([
    ['to itself', 'Host loop\n  ProxyJump loop\n'],
    ['in a circle', 'Host a\n  ProxyJump b\nHost b\n  ProxyJump a\n'],
    ['through everything', 'Host a\nHost *\n  ProxyJump gate\n'],
  ])('are not possible when they lead back %s', async (_how, config) => {
    const { entries } = await previewText('ssh-config', config);
    expect(
      entries.every(({ status, notes }) => status === 'unsupported' && /leads back|jump host is neither/.test(notes.join())),
      JSON.stringify(entries),
    ).toBe(true);
  });
});

describe("the person's own configuration", () => {
  const own = () => previewImport({ source: 'ssh-config' }, { existing: [], local: testPerson(home) });
  it('is no failure where there is none', async () => {
    const { path, entries, remarks } = await own();
    expect([path, entries]).toEqual([join(home, '.ssh/config'), []]);
    expect(remarks[0]).toEqual({ source: path, text: 'there is no such file' });
  });
  it("comes before the system's, whose settings count for every host again", async () => {
    writeFiles(home, { '.ssh/config': 'Host first-test\n  SendEnv MINE\nHost last-test\n' });
    const { entries, remarks } = await own();
    expect(entries.map(({ name }) => name).slice(0, 2)).toEqual(['first-test', 'last-test']);
    expect(
      remarks.every(({ source }) => source.startsWith('/etc/ssh/') && /:\d+$/.test(source)),
      JSON.stringify(remarks),
    ).toBe(true);
  });
});

describe('what is not honoured', () => {
  it('is named for each entry', async () => {
    const entries = await imported(`
Host x
  LocalForward 8080 localhost:80
  RemoteForward 9 localhost:9
  DynamicForward 1080
  ForwardAgent yes
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  IdentityAgent ~/agent.sock
  PKCS11Provider /lib/p.so
  Compression yes
  ServerAliveInterval 10
  IdentityFile ~other/key
  IdentityFile \${NOT_SET}/key
Match originalhost x exec "touch /tmp/never"
  User nobody
`);
    expect(entries.get('x')?.fields?.user).toBe('me');
    expect(entries.get('x')?.notes).toEqual([
      'IdentityFile is not honoured: ~other/key: the home of another login is not known here',
      `IdentityFile is not honoured: \${NOT_SET}/key: the environment variable of \${NOT_SET} is not set`,
      'LocalForward is not honoured: 8080 localhost:80',
      'RemoteForward is not honoured: 9 localhost:9',
      'DynamicForward is not honoured: 1080',
      'ForwardAgent is not honoured: the agent is never forwarded',
      'StrictHostKeyChecking is not honoured: host keys are always verified',
      'UserKnownHostsFile is not honoured: /dev/null',
      'IdentityAgent is not honoured: ~/agent.sock',
      'PKCS11Provider is not honoured: /lib/p.so',
      'Match exec touch /tmp/never is not evaluated: its block is left out (given:15)',
      'without effect here: Compression, ServerAliveInterval',
      'the name tells no environment: taken as production, which is guarded',
    ]);
  });

  it('is named once where it belongs to no entry', async () => {
    const { remarks } = await previewText('ssh-config', 'Host a\n  Colour red\nInclude gone\nHost *.b !c\nMatch user root\nPort 1 2\nHost "open\n');
    expect(remarks).toEqual([
      { source: 'given:3', text: 'Include gone: there is no such file' },
      { source: 'given:2', text: expect.stringContaining('there is no setting “colour”') },
      { source: 'given:6', text: expect.stringContaining('port has more than one value') },
      { source: 'given:7', text: expect.stringContaining('a quotation mark is not closed') },
      { source: 'given:4', text: 'Host *.b !c: settings, no server; no entry takes them' },
      { source: 'given:5', text: 'Match user root: settings, no server; no entry takes them' },
    ]);
  });

  it('is everything that is not in the record: no setting that ssh takes for a host is dropped', async () => {
    const inRecord = new Set([
      'hostname',
      'port',
      'user',
      'identityfile',
      'certificatefile',
      'proxyjump',
      'proxycommand',
      'hostkeyalias',
      'identitiesonly',
      'ignoreunknown',
      'tag',
    ]);
    let settings = 0;
    let entriesSeen = 0;
    await fc.assert(
      fc.asyncProperty(madeHome, async (files) => {
        rmSync(home, { recursive: true, force: true });
        writeFiles(home, files);
        const path = join(home, '.ssh/config');
        const { entries, remarks } = await previewImport({ source: 'ssh-config', path }, { existing: [], local: testPerson(home) });
        const program = await readSshProgram({ path, homeDirectory: home });
        const told = new Set(entries.map(({ source }) => source));
        for (const entry of entries.filter(({ notes }) => !notes.some((note) => note.startsWith('a hop on the way')))) {
          const title = /“(.*)” is not free/.exec(entry.notes.join())?.[1] ?? entry.name;
          entriesSeen += 1;
          for (const [keyword, { place }] of resolveHost(program, title, { local: testPerson(home) }).settings) {
            settings += 1;
            if (!inRecord.has(keyword)) expect(entry.notes.join('\n'), `${keyword} of ${place}`).toContain(spelled(keyword));
          }
        }
        // Each heading is the place of an entry, names hosts that an earlier one named, or is remarked on.
        const headings = Object.entries(files).flatMap(([file, text]) =>
          text.split('\n').flatMap((line, index) => (/^\s*match /i.test(line) ? [`${join(home, file)}:${index + 1}`] : [])),
        );
        const reached = new Set(linesOf(program.lines));
        for (const heading of headings.filter((place) => reached.has(place))) {
          expect(told.has(heading) || remarks.some(({ source }) => source === heading), heading).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
    console.log(`${settings} settings of ${entriesSeen} entries are in the record or named in a note`);
    expect(settings).toBeGreaterThan(500);
  });
});

function linesOf(lines: Awaited<ReturnType<typeof readSshProgram>>['lines']): string[] {
  return lines.flatMap(({ place, included }) => [place, ...included.flatMap(linesOf)]);
}

describe('a hostile configuration', () => {
  it('that includes itself, or is too large, or is no file, is refused with a code', async () => {
    writeFiles(home, { '.ssh/config': 'Include config\n', big: 'x'.repeat(5 * 1024 * 1024), binary: '\0\0Host a\0\n' });
    const read = (path: string) => previewImport({ source: 'ssh-config', path }, { existing: [], local: testPerson(home) });
    for (const path of [join(home, '.ssh/config'), join(home, 'big'), home, join(home, 'gone')])
      await expect(read(path)).rejects.toMatchObject({ code: 'import.unreadable' });
    expect((await read(join(home, 'binary'))).remarks[0]?.text).toContain('not text in UTF-8');
  });
  it('cannot name a host that a program would take for an option', async () => {
    const { entries } = await previewText('ssh-config', 'Host -oProxyCommand=touch$IFS-x ok-test\n  User -l\nHost hidden\n  HostName -oProxyCommand=x\n');
    expect(entries.map(({ status, fields }) => [status, fields])).toEqual([
      ['unsupported', null],
      ['unsupported', null],
      ['unsupported', null],
    ]);
  });
});
