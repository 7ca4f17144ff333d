import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { hostsToTest, type OpenedApp, openHost } from './openHost.ts';

/** What holds in every host: the built program with its real core, driven through its page. */
for (const host of hostsToTest()) {
  test.describe(`in ${host}`, () => {
    let directory: string;
    let app: OpenedApp;
    test.beforeEach(async () => {
      directory = mkdtempSync(join(tmpdir(), 'host-'));
      app = await openHost(host, directory);
    });
    test.afterEach(async () => {
      await app.close();
      rmSync(directory, { recursive: true, force: true });
    });

    const reopen = async () => {
      await app.close();
      app = await openHost(host, directory);
    };

    test('a server that does not answer is kept, said to be unreachable, and still there after a restart', async () => {
      await app.page.getByRole('button', { name: 'Add server' }).first().click();
      await app.page.getByLabel('Name', { exact: true }).fill('gpu-lost');
      await app.page.getByLabel('Host name or IP address').fill('127.0.0.1');
      await app.page.getByLabel('Port').fill('1');
      await app.page.getByLabel('Login').fill('ops');
      await app.page.getByRole('button', { name: 'Add and show host key' }).click();
      await expect(app.page.getByText('ssh.connection-refused').first()).toBeVisible();
      await reopen();
      await expect(app.page.getByRole('row', { name: /gpu-lost/ })).toBeVisible();
    });

    test('a secret is kept sealed, and its value is never shown again', async () => {
      await app.page.getByRole('link', { name: 'Settings' }).click();
      await app.page.getByRole('button', { name: 'Keep a secret' }).click();
      await app.page.getByLabel('Name', { exact: true }).fill('hf-token');
      await app.page.getByLabel('Value').fill('hf_not_to_be_seen');
      await app.page.getByRole('button', { name: 'Seal it' }).click();
      await expect(app.page.getByText('hf-token').first()).toBeVisible();
      await reopen();
      await app.page.getByRole('link', { name: 'Settings' }).click();
      await expect(app.page.getByText('hf-token').first()).toBeVisible();
      await expect(app.page.getByText(host.startsWith('desktop') ? /opened by keychain/ : /opened by key-file/)).toBeVisible();
      expect(await app.page.content()).not.toContain('hf_not_to_be_seen');
    });
  });
}
