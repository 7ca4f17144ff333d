import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { sshConfigDrafts } from './sshConfigDrafts.ts';
import { readSshProgram } from './sshConfigFile.ts';
import { resolveHost } from './sshConfigResolve.ts';
import { expandPath } from './sshConfigTokens.ts';
import { askedNames, madeHome } from './testing/sshConfigs.ts';
import { askOurselves, askSsh, corpus, inParallel, localIdentity, type Resolution, shaped, sshVersion } from './testing/sshOracle.ts';

const scratch = mkdtempSync(join(tmpdir(), 'ph-oracle-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Puts files below a new home; ssh wants that nobody else may write them. */
function makeHome(name: string, files: Readonly<Record<string, string>>): string {
  const home = join(scratch, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text, { mode: 0o600 });
    chmodSync(join(home, path), 0o600);
  }
  return home;
}

function filesBelow(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries.map((entry) => [join(entry.parentPath, entry.name).slice(folder.length + 1), readFileSync(join(entry.parentPath, entry.name), 'utf8')]),
  );
}

/** Hosts that a configuration names, and some that only its wildcards fit. */
function hostsOf(files: Readonly<Record<string, string>>): string[] {
  const named = Object.values(files).flatMap((text) =>
    [...text.matchAll(/^\s*(?:Host|Match\s+(?:original)?host)\s*[= ]\s*(.+)$/gim)].flatMap(([, words = '']) => words.split(/[\s,]+/)),
  );
  const plain = named.map((word) =>
    word
      .replaceAll(/["'!#]/g, '')
      .replaceAll('*', 'any')
      .replaceAll('?', 'x'),
  );
  return [...new Set([...plain, 'elsewhere.example.org', 'localhost'])].filter((host) => /^[A-Za-z0-9][A-Za-z0-9.:_-]*$/.test(host));
}

/** Where two resolutions differ: ours, then ssh's. */
function differences(ours: Resolution, theirs: Resolution): Record<string, unknown> {
  if (ours === 'refused' || theirs === 'refused') return ours === theirs ? {} : { refused: [ours === 'refused', theirs === 'refused'] };
  const keys = Object.keys(ours) as (keyof typeof ours)[];
  return Object.fromEntries(keys.filter((key) => JSON.stringify(ours[key]) !== JSON.stringify(theirs[key])).map((key) => [key, [ours[key], theirs[key]]]));
}

describe('what a configuration means', () => {
  it('is what ssh -G says, for every host of the corpus', async () => {
    const different: unknown[] = [];
    let compared = 0;
    let files = 0;
    for (const name of readdirSync(corpus).sort()) {
      const contents = filesBelow(join(corpus, name));
      const home = makeHome(`corpus-${name}`, contents);
      const file = join(home, '.ssh/config');
      files += Object.keys(contents).length;
      await inParallel(hostsOf(contents), 4, async (host) => {
        const [theirs, ours] = await Promise.all([askSsh(file, host, home), askOurselves(file, host, home)]);
        compared += 1;
        const found = differences(ours, theirs);
        if (Object.keys(found).length > 0) different.push({ name, host, ...found });
      });
    }
    console.log(`${sshVersion()}: ${compared} hosts of ${files} files of the corpus compared, ${different.length} different`);
    expect(different).toEqual([]);
    expect(compared).toBeGreaterThan(150);
  });

  it('is what ssh -G says, for hosts of made-up configurations', { timeout: 300_000 }, async () => {
    const different: unknown[] = [];
    let compared = 0;
    let refused = 0;
    const homes = fc.sample(madeHome, { numRuns: 70, seed: Number(process.env['PILOTHOUSE_SEED'] ?? 20_260_101) });
    const jobs = homes.flatMap((files, index) => {
      const home = makeHome(`made-${index}`, files);
      const program = readSshProgram({ path: join(home, '.ssh/config'), homeDirectory: home });
      return askedNames.map((host) => ({ files, home, host, program }));
    });
    await inParallel(jobs, 4, async ({ files, home, host, program }) => {
      const theirs = await askSsh(join(home, '.ssh/config'), host, home);
      const ours = shaped(resolveHost(await program, host, { local: localIdentity(home) }));
      compared += 1;
      if (theirs === 'refused') refused += 1;
      const found = differences(ours, theirs);
      if (Object.keys(found).length > 0 && different.length < 3) different.push(JSON.stringify({ host, ...found, files }));
    });
    console.log(`${sshVersion()}: ${compared} hosts of ${homes.length} made-up configurations compared (${refused} refused by both)`);
    expect(different).toEqual([]);
    expect(compared).toBeGreaterThanOrEqual(1000);
    expect(refused).toBeLessThan(compared / 2);
  });
});

describe('tokens of paths', () => {
  it('are what ssh would open', async () => {
    const tokens = '%C %d %h %i %k %L %l %n %p %r %u %%'.split(' ');
    const config = [
      ...['Host plain', '  HostName 127.0.0.1', '  Port 9', ...tokens.map((token) => `  IdentityFile /keys/${token}`)],
      ...[
        'Host named',
        '  HostName %h.invalid',
        '  Port 2222',
        '  User ops',
        '  HostKeyAlias Pool',
        ...tokens.map((token) => `  IdentityFile ~/.ssh/%r-${token}`),
      ],
      ...[`  CertificateFile \${PILOTHOUSE_KEYS}/%h-%k`, `  IdentityFile \${PILOTHOUSE_KEYS}/%n`, ''],
    ];
    const home = makeHome('tokens', { '.ssh/config': config.join('\n') });
    const file = join(home, '.ssh/config');
    const local = { ...localIdentity(userInfo().homedir), environment: { PILOTHOUSE_KEYS: '/env/keys' } };
    const program = await readSshProgram({ path: file, homeDirectory: home });
    let compared = 0;
    for (const host of ['plain', 'named']) {
      const theirs = await openedFiles(file, host);
      const ours = sshConfigDrafts({ ...program, remarks: [] }, { existing: [], local }).drafts.find(({ title }) => title === host)?.stated.auth;
      const resolved = resolveHost(program, host, { local });
      const values = { ...resolved, host: resolved.hostname, proxyJump: '', local };
      const paths = [...resolved.identityFiles, ...resolved.certificateFiles].map((path) => expandPath(path, values));
      expect(paths.map((path) => ('text' in path ? path.text : path.problem)).toSorted()).toEqual(theirs.toSorted());
      expect(ours).toMatchObject({ kind: 'key', path: 'text' in (paths[0] ?? {}) ? (paths[0] as { text: string }).text : '' });
      compared += theirs.length;
    }
    console.log(`${compared} paths with tokens compared with what ssh -v opens`);
    expect(compared).toBe(tokens.length * 2 + 2);
  });
});

/** Key and certificate files that ssh names when it sets out; what it connects to ends at once. */
function openedFiles(file: string, host: string): Promise<string[]> {
  const environment = { PATH: process.env['PATH'], PILOTHOUSE_KEYS: '/env/keys' };
  return new Promise((resolve) => {
    execFile(
      'ssh',
      ['-v', '-F', file, '-o', 'BatchMode=yes', '-o', 'ProxyCommand=false', '--', host, 'true'],
      { env: environment, encoding: 'utf8' },
      (_error, _stdout, stderr) => {
        resolve([...stderr.matchAll(/(?:identity file|certificate file) (.*) type -?\d+/g)].flatMap(([, path = '']) => (path.endsWith('-cert') ? [] : [path])));
      },
    );
  });
}
