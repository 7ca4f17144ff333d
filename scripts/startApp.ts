import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `npm start`: builds what is older than its sources, then opens the Electron window where Electron's program and a display are to
 * be had. Otherwise it says why in one line and serves the same app to the browser. With words behind it, `npm start -- demo`, it runs
 * the command line with them.
 */

const root = join(import.meta.dirname, '..');
/** Remembers for which version Electron's program could not be fetched, so that the next start does not wait again. */
const fetchFailure = join(root, 'node_modules/.cache/electron-not-fetched');
const fetchTimeoutMs = 30_000;

function newestMs(path: string): number {
  const entry = statSync(path);
  if (!entry.isDirectory()) return entry.mtimeMs;
  return Math.max(
    entry.mtimeMs,
    ...readdirSync(path, { recursive: true, withFileTypes: true }).map((child) => statSync(join(child.parentPath, child.name)).mtimeMs),
  );
}

function buildIfStale(): void {
  const built = join(root, 'out/main/cli.js');
  const sources = ['src', 'package.json', 'electron.vite.config.ts'].map((name) => newestMs(join(root, name)));
  if (existsSync(built) && statSync(built).mtimeMs >= Math.max(...sources)) return;
  console.log('Building …');
  const result = spawnSync('electron-vite', ['build', '--logLevel', 'warn'], { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** Path of Electron's program; null with the reason where it is not to be had. */
function electronProgram(): { path: string } | { reason: string } {
  const folder = join(root, 'node_modules/electron');
  const version = (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
  const find = () => {
    const pathFile = join(folder, 'path.txt');
    const path = existsSync(pathFile) ? join(folder, 'dist', readFileSync(pathFile, 'utf8').trim()) : '';
    return path !== '' && existsSync(path) ? path : null;
  };
  const there = find();
  if (there !== null) return { path: there };
  const reason = "Electron's program cannot be downloaded here";
  if (existsSync(fetchFailure) && readFileSync(fetchFailure, 'utf8') === version) return { reason };
  console.log("Fetching Electron's program (once) …");
  spawnSync(process.execPath, [join(folder, 'install.js')], { cwd: root, stdio: 'ignore', timeout: fetchTimeoutMs });
  const fetched = find();
  if (fetched !== null) return { path: fetched };
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  writeFileSync(fetchFailure, version);
  return { reason };
}

function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}

function run(program: string, args: string[]): never {
  const result = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  process.exit(result.status ?? 1);
}

buildIfStale();
const words = process.argv.slice(2);
if (words[0] !== undefined && !words[0].startsWith('-')) run(process.execPath, [join(root, 'out/main/cli.js'), ...words]);
const electron: { path: string } | { reason: string } = hasDisplay() ? electronProgram() : { reason: 'there is no display' };
if ('path' in electron) run(electron.path, ['.', ...words]);
console.log(`No window (${electron.reason}): serving Pilothouse to your browser instead.`);
run(process.execPath, [join(root, 'out/main/cli.js'), 'serve', '--open', ...words]);
