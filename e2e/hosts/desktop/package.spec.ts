import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { createInterface } from 'node:readline';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { expect, test } from '@playwright/test';
import { makePackage } from '../../../scripts/packaging/makePackage.ts';
import { extractAsar, openAsar } from './asarArchive.ts';

/** What a package holds, proved on the real bundle; around a stand-in for Electron where its binary is not installed. */

const root = resolve(import.meta.dirname, '../../..');
const { platform, arch } = process;
let directory: string;
let unpacked: string;
let archive: string;
let paths: string[];

test.describe.configure({ mode: 'serial' });
test.skip(platform !== 'linux', 'the layout of the packaged folder is proved on Linux');

test.beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'package-'));
  const { real } = await makePackage({ root, output: directory, folderOnly: true, updateUrl: null });
  console.log(`packaged around ${real ? 'the real Electron' : 'a stand-in for Electron'}`);
  unpacked = join(directory, arch === 'arm64' ? 'linux-arm64-unpacked' : 'linux-unpacked');
  archive = join(unpacked, 'resources', 'app.asar');
  const opened = openAsar(archive);
  paths = opened.files.map((file) => file.path);
  opened.close();
});
test.afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('holds the program, its page and its catalogue', () => {
  for (const path of [
    'package.json',
    'out/main/desktop.js',
    'out/main/core.js',
    'out/main/headless.js',
    'out/main/cli.js',
    'out/preload/preload.cjs',
    'out/renderer/index.html',
  ]) {
    expect(paths).toContain(path);
  }
  const resources = readdirSync(join(root, 'resources'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const shipped = resources.map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
  // Icons are for the package's own outside, but for one.
  expect(shipped.filter((path) => !paths.includes(path) && !path.startsWith('resources/icons/'))).toEqual([]);
  expect(paths).toContain('resources/icons/icon.png');
});

test('holds no sources, tests, source maps or development packages', () => {
  expect(paths.filter((path) => /^(src|e2e|scripts|build|dist|docs|\.)/.test(path))).toEqual([]);
  expect(paths.filter((path) => /\.(map|ts|tsx)$|\.test\.|(^|\/)tests?\//.test(path))).toEqual([]);
  const packages = new Set(paths.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []));
  expect([...packages].sort()).toEqual(['asn1', 'bcrypt-pbkdf', 'better-sqlite3', 'safer-buffer', 'ssh2', 'tweetnacl']);
});

test('holds the native module of its own platform alone, as a file that the system can load', () => {
  const natives = paths.filter((path) => path.endsWith('.node'));
  expect(natives).toEqual([`node_modules/better-sqlite3/prebuilds/${platform}-${arch}.node`]);
  expect(existsSync(join(`${archive}.unpacked`, natives[0] ?? ''))).toBe(true);
  expect(paths.filter((path) => /better-sqlite3\/(deps|src)|binding\.gyp/.test(path))).toEqual([]);
});

test('the hosts without a window never load electron', () => {
  const opened = openAsar(archive);
  const textOf = (path: string) => {
    const file = opened.files.find((candidate) => candidate.path === path);
    return file === undefined ? '' : opened.read(file).toString('utf8');
  };
  const reached = new Set<string>();
  const electron: string[] = [];
  const visit = (path: string) => {
    if (reached.has(path)) return;
    reached.add(path);
    const text = textOf(path);
    if (/\bfrom\s*["']electron["']|import\(["']electron["']\)|require\(["']electron["']\)/.test(text)) electron.push(path);
    for (const [, specifier = ''] of text.matchAll(/["'](\.{1,2}\/[^"']+\.js)["']/g)) visit(join(path, '..', specifier));
  };
  for (const entry of ['core', 'headless', 'cli']) visit(`out/main/${entry}.js`);
  opened.close();
  expect(reached.size).toBeGreaterThan(3);
  expect(electron).toEqual([]);
});

test('its fuses keep anyone from using it as Node or loading other code', async () => {
  const fuses = await getCurrentFuseWire(join(unpacked, 'pilothouse'));
  expect(fuses[FuseV1Options.RunAsNode]).toBe(FuseState.DISABLE);
  expect(fuses[FuseV1Options.EnableCookieEncryption]).toBe(FuseState.ENABLE);
  expect(fuses[FuseV1Options.EnableNodeOptionsEnvironmentVariable]).toBe(FuseState.DISABLE);
  expect(fuses[FuseV1Options.EnableNodeCliInspectArguments]).toBe(FuseState.DISABLE);
  expect(fuses[FuseV1Options.OnlyLoadAppFromAsar]).toBe(FuseState.ENABLE);
  expect(fuses[FuseV1Options.GrantFileProtocolExtraPrivileges]).toBe(FuseState.DISABLE);
});

test('what it holds is enough to serve the app under Node alone', async () => {
  const program = join(directory, 'extracted');
  extractAsar(archive, program);
  const child: ChildProcess = spawn(process.execPath, [join(program, 'out', 'main', 'headless.js')], {
    cwd: directory,
    env: { ...process.env, PILOTHOUSE_DATA: join(directory, 'data'), NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    if (child.stdout === null) throw new Error('no output');
    const [link] = (await once(createInterface(child.stdout), 'line')) as [string];
    const answer = await fetch(link, { redirect: 'manual' });
    const cookie = answer.headers.get('set-cookie') ?? '';
    const page = await fetch(new URL('/', link), { headers: { cookie: cookie.split(';')[0] ?? '' } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<div id="root">');
  } finally {
    child.kill();
    await once(child, 'exit');
  }
});
