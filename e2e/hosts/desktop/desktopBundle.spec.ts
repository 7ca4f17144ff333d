import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import type { BrowserWindowConstructorOptions } from 'electron';
import { launchStandIn, type StandInDesktop } from './launchStandIn.ts';

/**
 * The built main process, preload, core process and page of the desktop host together, over a stand-in for Electron. What only
 * the real Electron can show (sandbox, keychain, native menus and notifications) is left to `electronApp.spec.ts`.
 */

const program = resolve(import.meta.dirname, '../../../out/main');
const run = promisify(execFile);

let directory: string;
let desktop: StandInDesktop | null;
let others: ChildProcess[];

test.beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'desktop-'));
  desktop = null;
  others = [];
});
test.afterEach(async () => {
  await desktop?.close();
  for (const other of others) if (other.exitCode === null && other.kill('SIGKILL')) await once(other, 'exit');
  rmSync(directory, { recursive: true, force: true });
});

async function launch(): Promise<StandInDesktop> {
  desktop = await launchStandIn(directory);
  return desktop;
}

/** A command of the same data directory. It exits with 4 when the server's key could not be confirmed, which is no matter here. */
async function addServer(name: string): Promise<void> {
  const added = run(process.execPath, [join(program, 'cli.js'), '--data', directory, 'servers', 'add', name, '--host', '127.0.0.1', '--port', '1', '--json']);
  await added.catch((error: { code: number; stderr: string }) => expect(error.code, error.stderr).toBeLessThan(64));
}

const holder = () => Number(readFileSync(join(directory, 'core.pid'), 'utf8'));

test('the page reaches the core in its own process, under a policy that it never breaks', async () => {
  const { page, ask } = await launch();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.reload();
  await expect(page.getByText('No servers yet').first()).toBeVisible();
  expect(complaints).toEqual([]);
  const options = await ask<BrowserWindowConstructorOptions>('tell-window', 'window');
  expect(options.webPreferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false });
  expect(holder()).toBe(await ask<number>('tell-core-pid', 'core-pid'));
});

test('a script that was not shipped does not run in the page', async () => {
  const { page } = await launch();
  const ran = await page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'window.intruded = true';
    document.body.append(script);
    return 'intruded' in window;
  });
  expect(ran).toBe(false);
  const fetched = await page.evaluate(() =>
    fetch('https://example.org/').then(
      () => 'reached',
      () => 'refused',
    ),
  );
  expect(fetched).toBe('refused');
});

test('a command on the same data directory works while the window is open, and the window shows what it did', async () => {
  const { page } = await launch();
  await expect(page.getByText('No servers yet').first()).toBeVisible();
  await addServer('gpu-cli');
  await expect(page.getByText('gpu-cli').first()).toBeVisible();
});

test('a core that is killed is started again, and the window goes on where it was', async () => {
  const { page, ask, command } = await launch();
  await addServer('gpu-before');
  await expect(page.getByText('gpu-before').first()).toBeVisible();
  const first = await ask<number>('tell-core-pid', 'core-pid');
  command('kill-core');
  await expect(page.getByText('Core not reachable')).toBeVisible();
  await expect(page.getByText('Core not reachable')).toBeHidden({ timeout: 20_000 });
  expect(await ask<number>('tell-core-pid', 'core-pid')).not.toBe(first);
  await addServer('gpu-after');
  await expect(page.getByText('gpu-after').first()).toBeVisible();
  await expect(page.getByText('gpu-before').first()).toBeVisible();
});

test('where a core runs already the window is its client, and takes over when it is gone', async () => {
  const headless = spawn(process.execPath, [join(program, 'headless.js')], {
    env: { ...process.env, PILOTHOUSE_DATA: directory },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  others.push(headless);
  await once(createInterface(headless.stdout), 'line');
  const { page, ask } = await launch();
  await expect(page.getByText('No servers yet').first()).toBeVisible();
  expect(holder()).toBe(headless.pid);
  await addServer('gpu-shared');
  await expect(page.getByText('gpu-shared').first()).toBeVisible();
  headless.kill('SIGKILL');
  await expect.poll(holder, { timeout: 20_000 }).toBe(await ask<number>('tell-core-pid', 'core-pid'));
  await addServer('gpu-own');
  await expect(page.getByText('gpu-own').first()).toBeVisible({ timeout: 20_000 });
});

test('the native menu leads the page', async () => {
  const { page, command } = await launch();
  await expect(page.getByText('No servers yet').first()).toBeVisible();
  command('click-menu', 'Workflows');
  await expect(page).toHaveURL(/#\/workflows/);
  command('click-menu', 'Command palette…');
  await expect(page.getByRole('dialog')).toBeVisible();
});

test('ending the application ends its core in order and keeps the window’s place', async () => {
  const { page, ask, command, ended } = await launch();
  await expect(page.getByText('No servers yet').first()).toBeVisible();
  const core = await ask<number>('tell-core-pid', 'core-pid');
  command('quit');
  expect(await ended).toBe(0);
  expect(() => process.kill(core, 0)).toThrow('ESRCH');
  expect(existsSync(join(directory, 'core.sock'))).toBe(false);
  expect(JSON.parse(readFileSync(join(directory, 'desktop', 'window.json'), 'utf8'))).toMatchObject({ maximized: false, bounds: { width: 1440, height: 900 } });
});
