import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { installedElectron } from '../../../scripts/packaging/electronDist.ts';
import { type ElectronDesktop, launchElectron } from './launchElectron.ts';

/** What only the real Electron can show. Install its binary with `npx install-electron`. */

const root = resolve(import.meta.dirname, '../../..');
test.skip(installedElectron(root) === null, 'Electron’s binary is not installed on this machine');

let directory: string;
let desktop: ElectronDesktop;
test.beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'electron-'));
  desktop = await launchElectron(directory);
});
test.afterEach(async () => {
  await desktop.close();
  rmSync(directory, { recursive: true, force: true });
});

test('the real Electron opens the app’s own page, sandboxed and isolated, over a core in a process of its own', async () => {
  const { page, application } = desktop;
  await expect(page).toHaveURL(/^app:\/\/pilothouse\//);
  await expect(page.getByText('No servers yet').first()).toBeVisible();
  const reach = await page.evaluate(() => [
    typeof Reflect.get(window, 'require'),
    typeof Reflect.get(window, 'process'),
    typeof Reflect.get(window, 'pilothouseDesktop'),
  ]);
  expect(reach).toEqual(['undefined', 'undefined', 'object']);
  const metrics = await application.evaluate(({ app }) => app.getAppMetrics().map(({ type, name, sandboxed, pid }) => ({ type, name, sandboxed, pid })));
  expect(metrics.find((metric) => metric.name === 'Pilothouse core')?.pid).toBe(Number(readFileSync(join(directory, 'core.pid'), 'utf8')));

  const menu = await application.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map((item) => item.label));
  expect(menu).toEqual(expect.arrayContaining(['&File', '&Edit', '&View']));
  const opened = await page.evaluate(() => window.open('https://example.org/') === null);
  expect(opened).toBe(true);
  const fetched = await page.evaluate(() =>
    fetch('https://example.org/').then(
      () => 'reached',
      () => 'refused',
    ),
  );
  expect(fetched).toBe('refused');
});
