import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { expect, test } from '../pages/fixtures.ts';
import { accessibilityFindings, settled } from '../pages/measures.ts';

const artifacts = fileURLToPath(new URL('../.artifacts/', import.meta.url));
const terminalText = (page: Page) => page.locator('.xterm-rows').first();

test.use({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });

test('everything on the fleet is reached by keyboard: filter, rows, selection, actions, palette, places', async ({ page, ownSimulator }) => {
  await page.goto(ownSimulator.url);
  const grid = page.getByRole('grid', { name: 'Fleet' });
  await expect(grid).toBeVisible();
  await page.keyboard.press('j');
  await expect(grid).toBeFocused();
  await page.keyboard.press('x');
  await page.keyboard.press('Shift+ArrowDown');
  const actions = page.getByRole('toolbar', { name: 'Selected servers' });
  await expect(actions).toContainText('2 servers');
  await page.screenshot({ path: `${artifacts}fleet-selected.png` });
  await page.keyboard.press('Escape');
  await expect(actions).toBeHidden();
  await page.keyboard.press('/');
  await page.keyboard.type('tag:t4');
  await expect(page.getByText('Production ·')).toBeHidden();
  await expect(page).toHaveURL(/q=tag/);
  await page.keyboard.press('Escape');
  await expect(page.getByText('Production ·')).toBeVisible();
  await grid.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: 'Overview' })).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('w');
  await expect(page.getByRole('heading', { name: 'Workflows' })).toBeVisible();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await page.screenshot({ path: `${artifacts}shortcuts.png` });
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Search and commands' })).toBeVisible();
  await page.keyboard.type('stage-12');
  await settled(page);
  await page.screenshot({ path: `${artifacts}palette.png` });
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'stage-12' })).toBeVisible();
});

test('a terminal stays through navigation and reload, and takes what is typed', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/servers/gpu-eu-01/overview`);
  await page.getByRole('button', { name: 'Shell', exact: true }).click();
  await expect(terminalText(page)).toContainText('ops@gpu-eu-01');
  await page.locator('.xterm-helper-textarea').first().focus();
  await page.keyboard.type('echo hel""lo\n');
  await expect(terminalText(page)).toContainText('hello');
  await page.getByRole('link', { name: 'Fleet' }).click();
  await expect(page.getByRole('grid', { name: 'Fleet' })).toBeVisible();
  await expect(terminalText(page)).toContainText('hello');
  await page.reload();
  await expect(terminalText(page)).toContainText('hello');
  await page.locator('.xterm-helper-textarea').first().focus();
  await page.keyboard.type('flood 20000\n');
  await expect(terminalText(page)).toContainText('line 20000');
  await page.screenshot({ path: `${artifacts}dock-terminal.png` });
  await page.getByRole('link', { name: 'Terminals' }).click();
  await expect(page.getByRole('region', { name: 'Terminal on gpu-eu-01' })).toHaveCount(1);
  await expect(terminalText(page)).toContainText('line 20000');
  await page.screenshot({ path: `${artifacts}terminals-open.png` });
});

test('a lost core is said, nothing vanishes, and all comes back by itself', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/servers/gpu-eu-01/overview`);
  await page.getByRole('button', { name: 'Shell', exact: true }).click();
  await expect(terminalText(page)).toContainText('ops@gpu-eu-01');
  await page.getByRole('link', { name: 'Fleet' }).click();
  await expect(page.getByRole('grid', { name: 'Fleet' })).toBeVisible();
  ownSimulator.disconnect();
  await expect(page.getByText('No connection to the core')).toBeVisible();
  await expect(page.getByText('Reconnecting; the shell goes on · the core is not reached')).toBeVisible();
  await expect(page.getByRole('link', { name: 'gpu-eu-01', exact: true })).toBeVisible();
  await expect(page.getByText(/Not live · last news/)).toBeVisible();
  await page.screenshot({ path: `${artifacts}offline.png` });
  ownSimulator.connect();
  await expect(page.getByText('No connection to the core')).toBeHidden();
  await expect(page.getByText(/Not live · last news/)).toBeHidden();
  await page.locator('.xterm-helper-textarea').first().focus();
  await page.keyboard.type('echo ba""ck\n');
  await expect(terminalText(page)).toContainText('back');
});

test('a server is added, its fingerprint confirmed, and it comes up', async ({ page, ownSimulator }) => {
  await page.goto(ownSimulator.url);
  await page.getByRole('button', { name: 'Add server' }).click();
  await page.getByLabel('Name', { exact: true }).fill('stage-99');
  await page.getByLabel('Host name or IP address').fill('192.0.2.99');
  await page.getByLabel('Login').fill('ops');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Trust stage-99?' })).toBeVisible();
  await expect(page.getByText(/^SHA256:/)).toBeVisible();
  await settled(page);
  await page.screenshot({ path: `${artifacts}trust.png` });
  await page.getByRole('button', { name: 'The fingerprint matches: trust' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.keyboard.press('/');
  await page.keyboard.type('stage-99');
  await expect(page.getByRole('row', { name: /stage-99/ })).toContainText('healthy');
});

test('a server is edited from its row: what is wrong is said, nothing is lost silently, a new address is confirmed anew', async ({ page, ownSimulator }) => {
  await page.goto(ownSimulator.url);
  await page
    .getByRole('row', { name: /stage-12/ })
    .getByRole('button', { name: 'Actions for stage-12' })
    .click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit stage-12' });
  await expect(dialog.getByRole('button', { name: 'Save' })).toBeDisabled();
  await dialog.getByLabel('Port').fill('no port');
  await dialog.getByLabel('Through').fill('nowhere');
  await dialog.getByLabel('Tags').fill('a100 spare');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByLabel('Port')).toBeFocused();
  await expect(dialog.getByText('1 to 65535')).toBeVisible();
  await expect(dialog.getByText('No server has this name')).toBeVisible();
  await page.keyboard.press('Escape');
  const question = page.getByRole('dialog', { name: 'Discard the changes?' });
  await question.getByRole('button', { name: 'Go on editing' }).click();
  await expect(dialog.getByLabel('Tags')).toHaveValue('a100 spare');
  await page.goBack();
  await expect(question).toBeVisible();
  await page.keyboard.press('Escape');
  await dialog.getByLabel('Through').fill('');
  await dialog.getByLabel('Port').fill('2222');
  await expect(dialog.getByText('Another address can be another machine.')).toBeVisible();
  await settled(page);
  await page.screenshot({ path: `${artifacts}edit-moved.png` });
  expect(await accessibilityFindings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Save and show host key' }).click();
  await expect(page.getByRole('dialog', { name: 'Trust stage-12?' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('row', { name: /stage-12/ })).toContainText('untrusted');
  expect(ownSimulator.world.byName('stage-12').server).toMatchObject({ port: 2222, tags: ['a100', 'spare'], hostKeys: [] });
});

test('a server in production is edited from the palette and removed, each with its name typed', async ({ page, ownSimulator }) => {
  await page.goto(ownSimulator.url);
  await expect(page.getByRole('grid', { name: 'Fleet' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Search and commands' })).toBeVisible();
  await page.keyboard.type('edit gpu-eu-01');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Edit gpu-eu-01' });
  await dialog.getByLabel('Name', { exact: true }).fill('gpu-eu-91');
  await dialog.getByLabel('Groups').fill('pool-z');
  await page.keyboard.press('Enter');
  const confirm = page.getByRole('dialog', { name: 'Edit gpu-eu-01' });
  await confirm.getByLabel('Confirm by name').fill('gpu-eu-01');
  await confirm.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { name: 'gpu-eu-91' })).toBeVisible();
  await expect(page.getByText('group:pool-z')).toBeVisible();
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Remove from the inventory' }).click();
  const removal = page.getByRole('dialog', { name: 'Remove gpu-eu-91?' });
  await expect(removal.getByRole('button', { name: 'Remove' })).toBeDisabled();
  await removal.getByLabel('Confirm by name').fill('gpu-eu-91');
  await removal.getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('grid', { name: 'Fleet' })).toBeVisible();
  await expect(page.getByRole('row', { name: /gpu-eu-91/ })).toBeHidden();
});

test('several servers are put into a group at once, and are picked by it', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/fleet?q=env%3Astaging`);
  await page.getByRole('grid', { name: 'Fleet' }).focus();
  await page.keyboard.press('Control+a');
  await page.getByRole('toolbar', { name: 'Selected servers' }).getByRole('link', { name: 'Labels' }).click();
  const dialog = page.getByRole('dialog', { name: /^Environment, tags and groups of \d+ servers$/ });
  await dialog.getByLabel('Put into groups').fill('night-shift');
  await settled(page);
  await page.screenshot({ path: `${artifacts}labels.png` });
  await dialog.getByRole('button', { name: /^Change \d+ servers$/ }).click();
  await expect(dialog).toBeHidden();
  const staging = ownSimulator.world.select('env:staging').map(({ server }) => server.name);
  expect(ownSimulator.world.select('group:night-shift').map(({ server }) => server.name)).toEqual(staging);
  await page.goto(`${ownSimulator.url}/#/exec?on=group%3Anight-shift`);
  await expect(page.getByText(`${staging.length} servers`, { exact: true })).toBeVisible();
});

test('a run is followed cell by cell, and a failed one is retried or skipped with a reason', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/operations/op_run0000000000000`);
  await page.getByRole('button', { name: /Packages up to date on stage-12/ }).click();
  const drawer = page.getByRole('complementary', { name: 'Details of the cell' });
  await expect(drawer.getByRole('alert')).toContainText('dpkg was interrupted');
  await expect(drawer.getByRole('log')).toContainText('$ apply');
  await drawer.getByRole('button', { name: 'Skip with a reason' }).click();
  await expect(page.getByRole('button', { name: 'Skip it' })).toBeDisabled();
  await page.getByLabel('Reason').fill('pinned by hand');
  await page.getByRole('button', { name: 'Skip it' }).click();
  await expect(page.getByRole('button', { name: /Packages up to date on stage-12: skipped · pinned by hand/ })).toBeVisible();
});
