import { expect, test } from '../pages/fixtures.ts';

test('a group is made of servers that a selector picks, and asks for its name where they are in production', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/records/groups`);
  await page.getByRole('button', { name: 'New group' }).click();
  await page.getByLabel('Name').fill('west');
  await page.getByLabel('Put servers in').fill('env:development, gpu-eu-01');
  await expect(page.getByText(/^\d+ servers: gpu-eu-01/)).toBeVisible();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByLabel('Confirm by name').fill('west');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('row', { name: /^west/ }).click();
  await expect(page).toHaveURL(/item=west/);
  await expect(page.getByText('Nothing is named that stands in front of it.').first()).toBeVisible();
  await page.getByLabel('Part of gpu-eu-01').click();
  await page.getByRole('option', { name: 'backup' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('row', { name: /^west.*1 backup/ })).toBeVisible();
});

test('another text of a document is a version, the former ones stay to be read, and nobody overwrites what another saved', async ({
  page,
  context,
  ownSimulator,
}) => {
  const address = `${ownSimulator.url}/#/documents/production-access`;
  const edit = async (on: typeof page, text: string) => {
    await on.goto(`${address}?edit=true`);
    await on.getByLabel('Text in Markdown').fill(text);
  };
  const second = await context.newPage();
  await edit(page, '# One\n\nmine');
  await edit(second, '# Two\n\ntheirs');
  await page.getByLabel('What you changed').fill('shorter');
  await page.getByRole('button', { name: 'Save version 4' }).click();
  await expect(page.getByRole('heading', { name: 'One' })).toBeVisible();
  await expect(page.getByRole('button', { name: /v4.*shorter/ })).toHaveAttribute('aria-current', 'true');
  await second.getByRole('button', { name: 'Save version 4' }).click();
  await expect(second.getByRole('alert')).toContainText('document.changed');
  await expect(second.getByLabel('Text in Markdown')).toHaveValue('# Two\n\ntheirs');
  await page.getByRole('button', { name: /^v1/ }).click();
  await expect(page.getByText('This is version 1; the present one is 4.')).toBeVisible();
  await expect(page).toHaveURL(/version=1/);
});

test('a file of Markdown becomes a document with its own heading as title', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/records/documents`);
  await page
    .getByLabel('Markdown file')
    .setInputFiles({ name: 'Disk full.md', mimeType: 'text/markdown', buffer: Buffer.from('# What to do when a disk is full\n\n<b>Look</b> first.\n') });
  await expect(page.getByLabel('Title')).toHaveValue('What to do when a disk is full');
  await expect(page.getByLabel('Short name')).toHaveValue('disk-full');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByText('<b>Look</b> first.')).toBeVisible();
  await expect(page).toHaveURL(/documents\/disk-full/);
});

test('records and deployments stay on the screen without a connection, and say that they are not live', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/records/deployments`);
  await expect(page.getByRole('row', { name: /gpu-eu-01/ }).first()).toBeVisible();
  ownSimulator.disconnect();
  await expect(page.getByText(/Not live/).first()).toBeVisible();
  await expect(page.getByRole('row', { name: /gpu-eu-01/ }).first()).toBeVisible();
});
